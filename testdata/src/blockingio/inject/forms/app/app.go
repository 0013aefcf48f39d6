// Package app injects in every way: what blocks, and what does not.
package app

import (
	"bytes"
	"net"
	"os"

	"blockingio/inject/forms/loop"
)

// A File blocks.
type File struct{ name string }

func (f *File) Put(e string) { os.WriteFile(f.name, []byte(e), 0o600) }

// A Memory does not.
type Memory struct{ events []string }

func (m *Memory) Put(e string) { m.events = append(m.events, e) }

// Other is never injected, and so never blamed.
type Other struct{}

func (Other) Put(e string) { os.Remove(e) }

func Fields() {
	_ = &loop.Fields{
		Sink:   &File{},                    // want `\*File is injected here as loop\.Sink: its Put, which \(\*loop\.Fields\)\.OnEvent calls on the event loop, blocks on the disk: os\.WriteFile`
		OnTick: func() { os.ReadDir("/") }, // want `func literal in Fields runs on the event loop and blocks on the disk: os\.ReadDir`
	}
	_ = &loop.Fields{Sink: &Memory{}, OnTick: func() {}}
}

func Assigned(f *loop.Fields, quiet bool) {
	f.Sink = &Memory{}
	if quiet {
		return
	}
	f.Sink = &File{} // want `\*File is injected here as loop\.Sink`
}

func tick() { os.ReadDir("/") } // want `tick runs on the event loop and blocks on the disk: os\.ReadDir`

func tock() {}

func Ctor() {
	loop.NewCtor(&Memory{}, tock)
	loop.NewCtor(&File{}, tick) // want `\*File is injected here as loop\.Sink`
}

func Optional() {
	loop.NewOptional(loop.WithSink(&Memory{}))
	loop.NewOptional(loop.WithSink(&File{})) // want `\*File is injected here as loop\.Sink`
}

func Settable(s *loop.Settable) {
	s.SetSink(&Memory{})
	s.SetSink(&File{}) // want `\*File is injected here as loop\.Sink`
}

func Bus(b *loop.Bus) {
	b.Use(&Memory{})
	b.Use(&Memory{}, &File{}) // want `\*File is injected here as loop\.Sink`
	b.Register("memory", &Memory{})
	b.Register("file", &File{}) // want `\*File is injected here as loop\.Sink`
}

func Table(t *loop.Table) {
	t.Add("memory", &Memory{})
	t.Add("file", &File{}) // want `\*File is injected here as loop\.Sink`
}

func Variables() {
	loop.Default = &Memory{}
	loop.Default = &File{} // want `\*File is injected here as loop\.Sink`
	loop.SetFallback(&Memory{})
	loop.SetFallback(&File{}) // want `\*File is injected here as loop\.Sink`
	loop.RegisterSink("memory", &Memory{})
	loop.RegisterSink("file", &File{}) // want `\*File is injected here as loop\.Sink`
}

func Configured() {
	loop.NewConfigured(loop.Config{Sink: &Memory{}})
	loop.NewConfigured(loop.Config{Sink: &File{}}) // want `\*File is injected here as loop\.Sink`
}

func Embedding() {
	_ = loop.Embedding{&Memory{}}
	_ = loop.Embedding{&File{}} // want `\*File is injected here as loop\.Sink`
}

func Generic() {
	loop.NewGeneric(&Memory{})
	loop.NewGeneric(&File{}) // want `\*File is injected here`
}

func Serve(a <-chan loop.Request, b <-chan chan string, done chan struct{}, quiet bool) {
	if quiet {
		loop.Serve(a, b, &Memory{}, done)
		return
	}
	loop.Serve(a, b, &File{}, done) // want `\*File is injected here as loop\.Sink: its Put, which the event loop in loop\.Serve calls, blocks on the disk`
}

func Saving() {
	loop.NewSaving(loop.NewStore(&Memory{}))
	loop.NewSaving(loop.NewStore(&File{})) // want `\*File is injected here as loop\.Sink: its Put, which \(\*loop\.Saving\)\.OnEvent calls on the event loop, blocks on the disk`
}

func Pooled() { loop.NewPooled(&File{}) }

// What is chosen by a flag is one of two.
func Chosen(quiet bool) {
	var s loop.Sink = &Memory{}
	if !quiet {
		s = &File{}
	}
	loop.NewCtor(s, tock) // want `\*File is injected here as loop\.Sink`
}

// What a caller provides is injected by the caller.
func passedOn(s loop.Sink) *loop.Ctor { return loop.NewCtor(s, tock) }

func PassedOn() {
	passedOn(&Memory{})
	passedOn(&File{}) // want `\*File is injected here as loop\.Sink`
}

// What is found by the flow of values is not said again at the injection.
type local struct{ load func(string) }

func newLocal() *local { return &local{load: loop.Load} }

//yieldlint:eventloop
func (l *local) FP_OnEvent(name string) {
	l.load(name) // want `\(\*local\)\.FP_OnEvent runs on the event loop and blocks on the disk: os\.ReadFile`
}

// A parameter of a concrete type is known here.
func concrete(f *File) *loop.Ctor {
	return loop.NewCtor(f, tock) // want `\*File is injected here as loop\.Sink`
}

// FN_connection: of an interface, a model may know the methods.
func FN_connection() {
	conn, err := net.Dial("tcp", "host:1")
	if err != nil {
		return
	}
	loop.NewWriting(conn) // want `net\.Conn is injected here as io\.Writer: its Write, .* blocks on the network: \(net\.Conn\)\.Write`
	loop.NewWriting(&bytes.Buffer{})
}

// A constructor that is itself chosen.
type maker interface{ make(s loop.Sink) *loop.Ctor }

type plain struct{}

func (plain) make(s loop.Sink) *loop.Ctor { return loop.NewCtor(s, tock) }

type doubled struct{}

func (doubled) make(s loop.Sink) *loop.Ctor { return loop.NewCtor(s, func() {}) }

type factory struct{ makers []maker }

func newFactory() *factory { return &factory{makers: []maker{plain{}, doubled{}}} }

func FN_all() {
	for _, m := range newFactory().makers {
		m.make(&File{}) // want `\*File is injected here as loop\.Sink`
	}
}
