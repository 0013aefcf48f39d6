// Package app has one function for each kind of answer.
package app

import (
	"context"
	"fmt"
	"io"
	"net"
	"sort"
	"sync"
	"time"

	"explain/lib"
)

type store interface{ get(key string) string }

type remote struct{ conn net.Conn }

func (r *remote) get(key string) string { r.conn.Read(nil); return key }

// derived has its method by embedding.
type derived struct{ remote }

type app struct {
	known   store
	derived store
	given   store
	hook    func()
	mu      sync.Mutex
}

func newApp(conn net.Conn, given store, hook func()) *app {
	return &app{known: &remote{conn}, derived: &derived{remote{conn}}, given: given, hook: hook}
}

// Static calls need no explanation.
func static() { lib.Save("x") }

// The shorter chain is shown, the other is counted.
func twoWays() {
	viaHelper()
	lib.Save("x")
}

func viaHelper() { static() }

// A sleep is chosen by its length before one that is nearer but brief.
func lasting() {
	time.Sleep(time.Microsecond)
	long()
}

func long() { time.Sleep(time.Hour) }

// Flow through fields of the package.
func (a *app) throughField()   { a.known.get("k") }
func (a *app) throughDerived() { a.derived.get("k") }

// What is in these fields comes from outside the package.
func (a *app) throughGiven() { a.given.get("k") }
func (a *app) throughHook()  { a.hook() }

// Parameters are for callers.
func parameters(w io.Writer, f func(), list []store) {
	fmt.Fprintln(w, "x")
	lib.Emit(w)
	f()
	for _, s := range list {
		s.get("k")
	}
}

// A literal that is called.
func literal() {
	run(func() { time.Sleep(time.Hour) })
}

func run(f func()) { f() }

// What is started elsewhere does not count.
func spawns() { go long() }

// Nothing can tell what these are: they come from a map of funcs, and from a
// global of an interface type.
var table = map[string]func(){}

// Global is set by others.
var Global store

func unknown(name string) {
	table[name]()
	Global.get(name)
}

func belowUnknown() { unknown("x") }

// Its own parameter, given by a caller of this package, is not unknown here.
func passesOn(s store) { belowParameters(s) }

func belowParameters(s store) { s.get("k") }

// Recursion ends.
func even(n int, f func()) {
	if n > 0 {
		odd(n-1, f)
	}
}

func odd(n int, f func()) {
	f()
	even(n-1, f)
}

// The text of an error and the cancel of a context are not worth asking.
func idle(err error) string {
	_, cancel := context.WithCancel(context.Background())
	defer cancel()
	return err.Error()
}

// Locks are found, too.
func (a *app) locked() {
	a.mu.Lock()
	defer a.mu.Unlock()
}

//yieldlint:eventloop
func (a *app) onEvent(s store, less func(i, j int) bool) {
	a.throughGiven()
	a.throughHook()
	s.get("k")
	sort.Slice(nil, less)
}

//yieldlint:eventloop
func (a *app) onOther() { a.throughGiven() }

// Not loop code: what it does not know is not listed.
func (a *app) elsewhere() { Global.get("x") }

func loop(events chan func(), quit chan struct{}, timer *time.Ticker) {
	for {
		select {
		case f := <-events:
			f()
		case <-timer.C:
			long()
		case <-quit:
			return
		}
	}
}
