package falsepositives

import (
	"testing"
	"time"
)

// Tests that drive code out of view. What it waits for, they know.

func TestFP_waitsInCallee(t *testing.T) {
	var in, out queue
	n := 0
	go func() {
		n++
		in.Put(1)
	}()
	out.Reader().Read(1)
	if n != 1 {
		t.Fatal(n)
	}
}

func TestFP_timeIsNeverUp(t *testing.T) {
	var q queue
	n := 0
	done := make(chan bool, 1)
	go func() {
		for range 3 {
			n++
			q.Put(n)
		}
		done <- true
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
	}
	if n != 3 {
		t.Fatal(n)
	}
}

func TestBad(t *testing.T) {
	n := 0
	go func() { n++ }() // want `n is written here by the goroutine started at line \d+, and read by TestBad without order \[sharedstate/race\]`
	if n != 1 {
		t.Fatal(n)
	}
}

// The test sleeps until the code under test has done its work.
func TestFP_sleeps(t *testing.T) {
	n := 0
	done := make(chan bool)
	go func() {
		forEach(nil, func(string) {})
		n++
		done <- true
	}()
	time.Sleep(time.Second)
	if n != 1 {
		t.Fatal(n)
	}
}

// The test knows that there is one.
func TestFP_runsOnce(t *testing.T) {
	n := 0
	forEach([]string{"x"}, func(string) { n++ })
	if n != 1 {
		t.Fatal(n)
	}
}

func TestSleepsBad(t *testing.T) {
	n := 0
	go func() { n++ }() // want `n is written here by the goroutine started at line \d+, and read by TestSleepsBad without order \[sharedstate/race\]`
	time.Sleep(time.Second)
	if n != 1 {
		t.Fatal(n)
	}
}

// Each of the goroutines writes it.
func TestCapturedBad(t *testing.T) {
	var err error
	forEach([]string{"x"}, func(string) {})
	done := make(chan bool)
	for range 3 {
		go func() {
			err = nil // want `err is written here by the goroutine started at line \d+, and written by another goroutine started there without order \[sharedstate/captured-error\]`
			done <- true
		}()
	}
	for range 3 {
		<-done
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The other arm of the select does not return, or returns.
func TestFP_fatalArm(t *testing.T) {
	var err error
	done := make(chan bool)
	go func() {
		err = nil
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
		t.Fatal("timeout")
	}
	if err != nil {
		t.Error(err)
	}
	select {
	case <-done:
	case <-t.Context().Done():
		return
	}
	err = nil
}
