// Package conditions has what makes an operation harmless.
package conditions

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"sync"
	"time"
)

//yieldlint:eventloop
func selectBad(ctx interface{ Done() <-chan struct{} }) {
	select {
	case <-time.After(time.Second): // want `^selectBad runs on the event loop and sleeps: channel receive \[blockingio/loop-blocks\]$`
	}
}

//yieldlint:eventloop
func selectOK(ch chan int) {
	select {
	case <-ch:
	default:
	}
	select {
	case ch <- 1:
	default:
	}
}

//yieldlint:eventloop
func tryLockOK(mu *sync.Mutex) {
	if mu.TryLock() {
		mu.Unlock()
	}
}

// lockOK: the class lock is off by default.
//
//yieldlint:eventloop
func lockOK(mu *sync.Mutex) {
	mu.Lock()
	mu.Unlock()
	log.Print("x")
}

//yieldlint:eventloop
func oneShotOK() {
	ch := make(chan int, 1)
	ch <- 1
}

//yieldlint:eventloop
func joinBad() {
	done := make(chan int)
	go func() {
		time.Sleep(time.Second)
		done <- 1
	}()
	<-done // want `^joinBad runs on the event loop and waits for another goroutine: channel receive \[blockingio/loop-blocks\]$`
}

//yieldlint:eventloop
func waitGroupBad() {
	var wg sync.WaitGroup
	wg.Go(func() { time.Sleep(time.Second) })
	wg.Wait() // want `^waitGroupBad runs on the event loop and waits for another goroutine: \(\*sync\.WaitGroup\)\.Wait \[blockingio/loop-blocks\]$`
}

//yieldlint:eventloop
func bufferOK() {
	var buf bytes.Buffer
	fmt.Fprintf(&buf, "x")
	io.Copy(&buf, bytes.NewReader(nil))
}

//yieldlint:eventloop
func connBad(c net.Conn) {
	fmt.Fprintf(c, "x") // want `^connBad runs on the event loop and blocks on the network: \(net\.Conn\)\.Write, 2 calls down \[blockingio/loop-blocks\]$`
}

//yieldlint:eventloop
func copyBad(c net.Conn) {
	var buf bytes.Buffer
	io.Copy(&buf, c) // want `^copyBad runs on the event loop and blocks on the network: \(net\.Conn\)\.Read, 2 calls down \[blockingio/loop-blocks\]$`
}

//yieldlint:eventloop
func deadlineOK(c net.Conn) {
	c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	c.Read(nil)
}

//yieldlint:eventloop
func longDeadlineBad(c net.Conn) {
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	c.Read(nil) // want `^longDeadlineBad runs on the event loop and blocks on the network: \(net\.Conn\)\.Read \[blockingio/loop-blocks\]$`
}

//yieldlint:eventloop
func otherDeadlineBad(c, d net.Conn) {
	d.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	c.Read(nil) // want `^otherDeadlineBad runs on the event loop and blocks on the network: \(net\.Conn\)\.Read \[blockingio/loop-blocks\]$`
}

//yieldlint:eventloop
func writeDeadlineBad(c net.Conn) {
	c.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
	c.Read(nil) // want `^writeDeadlineBad runs on the event loop and blocks on the network: \(net\.Conn\)\.Read \[blockingio/loop-blocks\]$`
}

//yieldlint:eventloop
func dialTimeoutBad() { net.DialTimeout("tcp", "x:1", 10*time.Second) } // want `^dialTimeoutBad runs on the event loop and blocks on the network: net\.DialTimeout \[blockingio/loop-blocks\]$`

//yieldlint:eventloop
func tinySleepOK() { time.Sleep(10 * time.Microsecond) }

//yieldlint:eventloop
func sleepBad() { time.Sleep(time.Second) } // want `^sleepBad runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

//yieldlint:eventloop
func unknownSleepBad(d time.Duration) { time.Sleep(d) } // want `^unknownSleepBad runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

//yieldlint:eventloop
func unknownFuncOK(run func(func())) {
	run(func() { time.Sleep(time.Second) })
}

//yieldlint:eventloop
func unknownIfaceOK(r interface{ Run(func()) }) {
	r.Run(func() { time.Sleep(time.Second) })
}

//yieldlint:eventloop
func afterFuncOK() { time.AfterFunc(time.Second, func() { time.Sleep(time.Second) }) }

//yieldlint:eventloop
func discardOK() { fmt.Fprintf(io.Discard, "x") }

//yieldlint:eventloop
func fileBad() { os.ReadFile("x") } // want `^fileBad runs on the event loop and blocks on the disk: os\.ReadFile \[blockingio/loop-blocks\]$`

// FP_expiredTimerOK empties the channel of a timer that has expired.
//
//yieldlint:eventloop
func FP_expiredTimerOK() *time.Timer {
	t := time.NewTimer(0)
	<-t.C
	return t
}
