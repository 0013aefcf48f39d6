// Package gnet is a stub for tests: types and signatures only.
package gnet

import (
	"context"
	"io"
	"net"
	"time"
)

type Action int

const (
	None Action = iota
	Close
	Shutdown
)

type AsyncCallback func(Conn, error) error

type Runnable interface {
	Run(context.Context) error
}

type RunnableFunc func(context.Context) error

func (RunnableFunc) Run(context.Context) error { return nil }

type Reader interface {
	io.Reader
	io.WriterTo
	Next(int) ([]byte, error)
	Peek(int) ([]byte, error)
	Discard(int) (int, error)
	InboundBuffered() int
}

type Writer interface {
	io.Writer
	io.ReaderFrom
	SendTo([]byte, net.Addr) (int, error)
	Writev([][]byte) (int, error)
	Flush() error
	OutboundBuffered() int
	AsyncWrite([]byte, AsyncCallback) error
	AsyncWritev([][]byte, AsyncCallback) error
}

type Socket interface {
	Fd() int
	SetNoDelay(bool) error
}

type EventLoop interface {
	Execute(context.Context, Runnable) error
	Schedule(context.Context, Runnable, time.Duration) error
	Close(Conn) error
}

type Conn interface {
	Reader
	Writer
	Socket
	Context() any
	SetContext(any)
	EventLoop() EventLoop
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
	Wake(AsyncCallback) error
	CloseWithCallback(AsyncCallback) error
	Close() error
	SetDeadline(time.Time) error
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

type Engine struct{}

func (Engine) CountConnections() int      { return 0 }
func (Engine) Stop(context.Context) error { return nil }
func (Engine) Validate() error            { return nil }

type EventHandler interface {
	OnBoot(Engine) Action
	OnShutdown(Engine)
	OnOpen(Conn) ([]byte, Action)
	OnClose(Conn, error) Action
	OnTraffic(Conn) Action
	OnTick() (time.Duration, Action)
}

type BuiltinEventEngine struct{}

func (*BuiltinEventEngine) OnBoot(Engine) (action Action)             { return }
func (*BuiltinEventEngine) OnShutdown(Engine)                         {}
func (*BuiltinEventEngine) OnOpen(Conn) (out []byte, action Action)   { return }
func (*BuiltinEventEngine) OnClose(Conn, error) (action Action)       { return }
func (*BuiltinEventEngine) OnTraffic(Conn) (action Action)            { return }
func (*BuiltinEventEngine) OnTick() (delay time.Duration, act Action) { return }

type Options struct{}

type Option func(*Options)

func WithMulticore(bool) Option   { return nil }
func WithNumEventLoop(int) Option { return nil }
func WithTicker(bool) Option      { return nil }

func Run(EventHandler, string, ...Option) error      { return nil }
func Rotate(EventHandler, []string, ...Option) error { return nil }
func Stop(context.Context, string) error             { return nil }

type Client struct{}

func NewClient(EventHandler, ...Option) (*Client, error)            { return nil, nil }
func (*Client) Start() error                                        { return nil }
func (*Client) Stop() error                                         { return nil }
func (*Client) Dial(string, string) (Conn, error)                   { return nil, nil }
func (*Client) DialContext(string, string, any) (c Conn, err error) { return }
