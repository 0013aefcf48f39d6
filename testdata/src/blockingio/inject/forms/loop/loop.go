// Package loop takes what it calls on its loops in every way that Go has.
package loop

import (
	"io"
	"os"
)

// A Sink keeps events.
type Sink interface {
	Put(event string)
}

// Exported fields, set by literals or assignments.
type Fields struct {
	Sink   Sink
	OnTick func()
}

//yieldlint:eventloop
func (f *Fields) OnEvent(e string) {
	f.Sink.Put(e)
	f.OnTick()
}

// A constructor's argument.
type Ctor struct {
	sink Sink
	tick func()
}

func NewCtor(sink Sink, tick func()) *Ctor { return &Ctor{sink: sink, tick: tick} }

//yieldlint:eventloop
func (c *Ctor) OnEvent(e string) {
	c.sink.Put(e)
	c.tick()
}

// Functional options.
type Optional struct{ sink Sink }

type Option func(*Optional)

func WithSink(s Sink) Option { return func(o *Optional) { o.sink = s } }

func NewOptional(opts ...Option) *Optional {
	o := new(Optional)
	for _, opt := range opts {
		opt(o)
	}
	return o
}

//yieldlint:eventloop
func (o *Optional) OnEvent(e string) { o.sink.Put(e) }

// Setters.
type Settable struct{ sink Sink }

func (s *Settable) SetSink(sink Sink) { s.sink = sink }

//yieldlint:eventloop
func (s *Settable) OnEvent(e string) { s.sink.Put(e) }

// A slice and a map of handlers.
type Bus struct {
	sinks   []Sink
	byTopic map[string]Sink
}

func (b *Bus) Use(sinks ...Sink)             { b.sinks = append(b.sinks, sinks...) }
func (b *Bus) Register(topic string, s Sink) { b.byTopic[topic] = s }

//yieldlint:eventloop
func (b *Bus) OnEvent(e string) {
	for _, s := range b.sinks {
		s.Put(e)
	}
	b.byTopic[e].Put(e)
}

// Handlers with something beside them.
type entry struct {
	topic string
	sink  Sink
}

type Table struct{ entries []entry }

func (t *Table) Add(topic string, s Sink) { t.entries = append(t.entries, entry{topic, s}) }

//yieldlint:eventloop
func (t *Table) OnEvent(e string) {
	for _, x := range t.entries {
		if x.topic == e {
			x.sink.Put(e)
		}
	}
}

// Variables of the package.
var (
	Default  Sink
	fallback Sink
	registry = map[string]Sink{}
)

func SetFallback(s Sink)               { fallback = s }
func RegisterSink(name string, s Sink) { registry[name] = s }

//yieldlint:eventloop
func OnDefault(e string) { Default.Put(e) }

//yieldlint:eventloop
func OnFallback(e string) { fallback.Put(e) }

//yieldlint:eventloop
func OnRegistered(e string) { registry[e].Put(e) }

// A configuration.
type Config struct{ Sink Sink }

type Configured struct{ cfg Config }

func NewConfigured(cfg Config) *Configured { return &Configured{cfg} }

//yieldlint:eventloop
func (c *Configured) OnEvent(e string) { c.cfg.Sink.Put(e) }

// An embedded interface.
type Embedding struct{ Sink }

//yieldlint:eventloop
func (m *Embedding) OnEvent(e string) { m.Put(e) }

// Generics.
type Generic[S Sink] struct{ sink S }

func NewGeneric[S Sink](s S) *Generic[S] { return &Generic[S]{s} }

//yieldlint:eventloop
func (g *Generic[S]) OnEvent(e string) { g.sink.Put(e) }

// A parameter of the loop itself.
func Serve(requests <-chan Request, joins <-chan chan string, s Sink, done chan struct{}) {
	clients := make(map[chan string]bool)
	for {
		select {
		case r := <-requests:
			s.Put(r.Event)
			r.Reply <- len(clients)
		case c := <-joins:
			clients[c] = true
		case <-done:
			return
		}
	}
}

type Request struct {
	Event string
	Reply chan int
}

// A component between the loop and what is injected.
type Store struct{ sink Sink }

func NewStore(s Sink) *Store { return &Store{s} }

func (s *Store) Save(e string) { s.sink.Put(e) }

type Saving struct{ store *Store }

func NewSaving(s *Store) *Saving { return &Saving{s} }

//yieldlint:eventloop
func (s *Saving) OnEvent(e string) { s.store.Save(e) }

// Off the loop, anything goes.
type Pooled struct{ sink Sink }

func NewPooled(s Sink) *Pooled { return &Pooled{s} }

//yieldlint:eventloop
func (p *Pooled) OnEvent(e string) { go p.sink.Put(e) }

// Load is a func that blocks, for fields of other packages.
func Load(name string) { os.ReadFile(name) }

// An interface of the standard library.
type Writing struct{ w io.Writer }

func NewWriting(w io.Writer) *Writing { return &Writing{w} }

//yieldlint:eventloop
func (w *Writing) OnEvent(e string) { w.w.Write([]byte(e)) }
