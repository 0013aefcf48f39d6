// Package internal is a stub for tests: types and signatures only.
package internal

import "time"

type Context interface {
	Deadline() (time.Time, bool)
	Done() Channel
	Err() error
	Value(interface{}) interface{}
}

type Channel interface {
	Receive(Context, interface{}) bool
	ReceiveAsync(interface{}) bool
	ReceiveAsyncWithMoreFlag(interface{}) (bool, bool)
	Send(Context, interface{})
	SendAsync(interface{}) bool
	Close()
}

type Future interface {
	Get(Context, interface{}) error
	IsReady() bool
}

type Settable interface {
	Set(interface{}, error)
	SetValue(interface{})
	SetError(error)
	Chain(Future)
}

type Selector interface {
	AddReceive(Channel, func(Channel, bool)) Selector
	AddSend(Channel, interface{}, func()) Selector
	AddFuture(Future, func(Future)) Selector
	AddDefault(func())
	Select(Context)
}

type WaitGroup interface {
	Add(int)
	Done()
	Wait(Context)
}
