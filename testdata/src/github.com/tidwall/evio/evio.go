// Package evio is a stub for tests: types and signatures only.
package evio

import (
	"io"
	"net"
	"time"
)

type Action int

const (
	None Action = iota
	Detach
	Close
	Shutdown
)

type Options struct{ ReuseInputBuffer bool }

type Server struct {
	Addrs    []net.Addr
	NumLoops int
}

type Conn interface {
	Context() any
	SetContext(any)
	AddrIndex() int
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
	Wake()
}

type Events struct {
	NumLoops int
	Serving  func(Server) Action
	Opened   func(Conn) ([]byte, Options, Action)
	Closed   func(Conn, error) Action
	Detached func(Conn, io.ReadWriteCloser) Action
	PreWrite func()
	Data     func(Conn, []byte) ([]byte, Action)
	Tick     func() (time.Duration, Action)
}

func Serve(Events, ...string) error { return nil }
