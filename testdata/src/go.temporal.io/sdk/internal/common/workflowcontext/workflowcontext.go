// Package workflowcontext is a stub for tests: types and signatures only.
package workflowcontext

import "time"

type Context interface {
	Deadline() (time.Time, bool)
	Done() Channel
	Err() error
	Value(any) any
}

type SendChannel interface {
	Name() string
	Send(Context, any)
	SendAsync(any) bool
	Close()
}

type ReceiveChannel interface {
	Name() string
	Receive(Context, any) bool
	ReceiveWithTimeout(Context, time.Duration, any) (bool, bool)
	ReceiveAsync(any) bool
	ReceiveAsyncWithMoreFlag(any) (bool, bool)
	Len() int
}

type Channel interface {
	SendChannel
	ReceiveChannel
}
