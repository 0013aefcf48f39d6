// Package app converts.
package app

import (
	"os"
	"time"

	"blockingio/inject/contracts/api"
	"blockingio/inject/contracts/impl"
)

func codecs() []api.Codec {
	return []api.Codec{
		impl.Fast{},
		impl.Slow{}, // want `impl\.Slow is used as api\.Codec here: its Encode must not block \(//yieldlint:nonblocking at blockingio/inject/contracts/api/api\.go:8\) and blocks on the disk: os\.ReadFile`
	}
}

func watch(w api.Watcher) {}

func watchers() {
	watch(impl.Fast{})
	watch(impl.Slow{}) // want `impl\.Slow is used as api\.Watcher here: its Changed must not block .* sleeps: time\.Sleep`
}

// Only disk and network count.
func filters() []api.Filter {
	return []api.Filter{
		impl.Slowly,
		impl.Badly, // want `impl\.Badly must not block \(//yieldlint:nonblocking\) and blocks on the disk: os\.ReadFile`
		func(v string) bool { time.Sleep(1); return true },
	}
}

func hooks() []api.Hook {
	return []api.Hook{
		impl.Fast{},
		impl.Slow{}, // suspect: a comment is no proof
	}
}

func drawers() []api.Drawer {
	return []api.Drawer{
		impl.Fast{},
		impl.Slow{}, // want `impl\.Slow is used as api\.Drawer here: its Draw runs on the event loop and blocks on the network: net\.Dial`
	}
}

func options() {
	api.New(api.Options{OnDone: func() {}})
	api.New(api.Options{
		OnDone: func() { os.ReadFile("x") }, // want `func literal in options must not block \(//yieldlint:nonblocking\) and blocks on the disk: os\.ReadFile`
	})
}

func each(vs []string) {
	api.Each(vs, func(string) {})
	api.Each(vs, func(v string) { os.ReadFile(v) }) // want `func literal in each must not block`
}

//yieldlint:nonblocking
func checked(vs []string) { // a body
	helper(vs[0])
	go helper(vs[0])
}

func helper(v string) { os.ReadFile(v) } // want `checked must not block \(//yieldlint:nonblocking\) and blocks on the disk: os\.ReadFile, 2 calls down`

//yieldlint:nonblocking net
func scoped(v string) { os.ReadFile(v) }

//yieldlint:eventloop
func flushes(s *api.Server) {
	s.Flush() // want `flushes runs on the event loop and may suspend, as a directive says: \(\*api\.Server\)\.Flush`
	excused("x")
}

// An ignore stops the effect for callers too.
func excused(v string) {
	os.ReadFile(v) //yieldlint:ignore blockingio -- a file in memory
}

//yieldlint:eventloop
func callsParameter(c api.Codec, h api.Hook) {
	c.Encode("x")
	h.Fire("x")
}
