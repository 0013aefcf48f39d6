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

// The test knows that there is one.
func TestFP_runsOnce(t *testing.T) {
	n := 0
	forEach([]string{"x"}, func(string) { n++ })
	if n != 1 {
		t.Fatal(n)
	}
}
