// Package eventloop is a stub for tests: types and signatures only.
package eventloop

import (
	"time"

	"github.com/dop251/goja"
)

type (
	Timer     struct{}
	Interval  struct{}
	Option    func(*EventLoop)
	EventLoop struct{}
)

func NewEventLoop(...Option) *EventLoop { return nil }

func (*EventLoop) Run(func(*goja.Runtime))                                  {}
func (*EventLoop) RunOnLoop(func(*goja.Runtime)) bool                       { return false }
func (*EventLoop) SetTimeout(func(*goja.Runtime), time.Duration) *Timer     { return nil }
func (*EventLoop) SetInterval(func(*goja.Runtime), time.Duration) *Interval { return nil }
func (*EventLoop) Start()                                                   {}
func (*EventLoop) StartInForeground()                                       {}
func (*EventLoop) Stop() int                                                { return 0 }
func (*EventLoop) StopNoWait()                                              {}
