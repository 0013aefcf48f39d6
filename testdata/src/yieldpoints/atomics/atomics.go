// Package atomics has functions and blocks that are marked atomic.
package atomics

import (
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"yieldpoints/atomics/wire"
)

type table struct {
	mu   sync.Mutex
	rows map[string]int
	conn net.Conn
	note func(string)
}

//yieldlint:atomic
func (t *table) moveBad(from, to string) {
	t.rows[to] = t.rows[from]
	wire.Send(t.conn, from) // want `\(\*table\).moveBad is marked atomic and suspends on the network: \(net.Conn\).Write, 3 calls down \[yieldpoints/atomic\]`
	delete(t.rows, from)
}

// Two calls are two findings, two operations below one call are one.
//
//yieldlint:atomic
func (t *table) twiceBad() {
	t.both()                // want `\(\*table\).twiceBad is marked atomic and suspends on the network: .*, 2 calls down`
	time.Sleep(time.Second) // want `\(\*table\).twiceBad is marked atomic and sleeps: time.Sleep \[yieldpoints/atomic\]`
}

func (t *table) both() {
	os.ReadFile("x")
	t.conn.Read(nil)
}

// What locks, logs, computes or only starts something may stand in it.
//
//yieldlint:atomic
func (t *table) moveOK(from, to string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[to] = t.rows[from]
	go wire.Send(t.conn, from)
	fmt.Fprintln(os.Stderr, from)
	delete(t.rows, from)
}

func (t *table) blockBad(from, to string) {
	wire.Send(t.conn, from)
	//yieldlint:atomic
	{
		t.rows[to] = t.rows[from]
		t.announce(from) // want `this block of \(\*table\).blockBad is marked atomic and suspends on the network: \(net.Conn\).Write, 4 calls down`
		delete(t.rows, from)
	}
	wire.Send(t.conn, to)
}

func (t *table) announce(name string) { wire.Send(t.conn, name) }

func (t *table) blockOK(from, to string) {
	wire.Send(t.conn, from)
	//yieldlint:atomic
	{
		t.rows[to] = t.rows[from]
		delete(t.rows, from)
	}
	wire.Send(t.conn, to)
}

func (t *table) literal(names []string) {
	each(names,
		//yieldlint:atomic
		func(name string) {
			t.rows[name]++
			t.announce(name) // want `func literal in \(\*table\).literal is marked atomic and suspends on the network`
		})
	//yieldlint:atomic
	{
		each(names, func(name string) { t.rows[name]++ })
		each(names, func(name string) { t.announce(name) }) // want `this block of \(\*table\).literal is marked atomic and suspends on the network`
	}
}

func each(names []string, f func(string)) {
	for _, name := range names {
		f(name)
	}
}

//yieldlint:suspends
func checkpoint() {}

//yieldlint:atomic
func marked() {
	checkpoint() // want `marked is marked atomic and may suspend, as a directive says: checkpoint`
}

//yieldlint:atomic
func waits(wg *sync.WaitGroup) {
	wg.Wait() // want `waits is marked atomic and waits for another goroutine: \(\*sync.WaitGroup\).Wait`
}

// What a caller passes is for the caller to judge.
//
//yieldlint:atomic
func (t *table) given(w io.Writer, f func()) {
	fmt.Fprintln(w, "x")
	f()
	t.note("x")
}

//yieldlint:atomic
func (t *table) ignored(from string) {
	//yieldlint:ignore yieldpoints/atomic -- the peer never makes us wait
	wire.Send(t.conn, from)
	delete(t.rows, from)
}

// A line that is ignored for loops is not ignored here.
//
//yieldlint:atomic
func (t *table) ignoredForLoops(from string) {
	//yieldlint:ignore blockingio -- only at the start
	wire.Send(t.conn, from) // want `\(\*table\).ignoredForLoops is marked atomic and suspends on the network`
	delete(t.rows, from)
}

func (t *table) unused() {
	delete(t.rows, "x") //yieldlint:ignore yieldpoints -- for no reason // want `ignore directive matches no finding of yieldpoints \[yieldpoints/directive\]`
}

// Two ways to one operation are two places.
//
//yieldlint:atomic
func (t *table) ways() {
	t.announce("a") // want `\(\*table\).ways is marked atomic and suspends on the network: .*, 4 calls down`
	t.both2()       // want `\(\*table\).ways is marked atomic and suspends on the network: .*, 5 calls down`
}

func (t *table) both2() { t.announce("b") }
