// Package nats is a stub for tests: types and signatures only.
package nats

import (
	"context"
	"net"
	"time"
)

type Msg struct {
	Subject string
	Reply   string
	Data    []byte
}

func (*Msg) Ack() error           { return nil }
func (*Msg) Respond([]byte) error { return nil }

type Subscription struct{ Subject string }

func (*Subscription) Unsubscribe() error                  { return nil }
func (*Subscription) NextMsg(time.Duration) (*Msg, error) { return nil, nil }

type (
	MsgHandler            func(*Msg)
	ConnHandler           func(*Conn)
	ConnErrHandler        func(*Conn, error)
	ErrHandler            func(*Conn, *Subscription, error)
	AuthTokenHandler      func() string
	SignatureHandler      func([]byte) ([]byte, error)
	UserJWTHandler        func() (string, error)
	ReconnectDelayHandler func(int) time.Duration
)

type CustomDialer interface {
	Dial(string, string) (net.Conn, error)
}

type Options struct {
	ClosedCB     ConnHandler
	AsyncErrorCB ErrHandler
}

type Option func(*Options) error

func ConnectHandler(ConnHandler) Option                 { return nil }
func ReconnectHandler(ConnHandler) Option               { return nil }
func ClosedHandler(ConnHandler) Option                  { return nil }
func DiscoveredServersHandler(ConnHandler) Option       { return nil }
func LameDuckModeHandler(ConnHandler) Option            { return nil }
func DisconnectErrHandler(ConnErrHandler) Option        { return nil }
func ReconnectErrHandler(ConnErrHandler) Option         { return nil }
func ErrorHandler(ErrHandler) Option                    { return nil }
func CustomReconnectDelay(ReconnectDelayHandler) Option { return nil }

type Conn struct{}

func Connect(string, ...Option) (*Conn, error) { return nil, nil }

func (*Conn) Subscribe(string, MsgHandler) (*Subscription, error)              { return nil, nil }
func (*Conn) QueueSubscribe(string, string, MsgHandler) (*Subscription, error) { return nil, nil }
func (*Conn) Publish(string, []byte) error                                     { return nil }
func (*Conn) Request(string, []byte, time.Duration) (*Msg, error)              { return nil, nil }
func (*Conn) RequestWithContext(context.Context, string, []byte) (*Msg, error) { return nil, nil }
func (*Conn) Flush() error                                                     { return nil }
func (*Conn) Drain() error                                                     { return nil }
func (*Conn) Close()                                                           {}
