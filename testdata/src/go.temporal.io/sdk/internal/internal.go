// Package internal is a stub for tests: types and signatures only.
package internal

import wc "go.temporal.io/sdk/internal/common/workflowcontext"

type (
	Context        = wc.Context
	Channel        = wc.Channel
	SendChannel    = wc.SendChannel
	ReceiveChannel = wc.ReceiveChannel
)

type Future interface {
	Get(Context, any) error
	IsReady() bool
}

type ChildWorkflowFuture interface {
	Future
	GetChildWorkflowExecution() Future
}

type Settable interface {
	Set(any, error)
	SetValue(any)
	SetError(error)
	Chain(Future)
}

type Selector interface {
	AddReceive(ReceiveChannel, func(ReceiveChannel, bool)) Selector
	AddSend(SendChannel, any, func()) Selector
	AddFuture(Future, func(Future)) Selector
	AddDefault(func())
	Select(Context)
	HasPending() bool
}

type WaitGroup interface {
	Add(int)
	Done()
	Wait(Context)
	Go(Context, func(Context))
}

type Mutex interface {
	Lock(Context) error
	TryLock(Context) bool
	Unlock()
	IsLocked() bool
}

type Semaphore interface {
	Acquire(Context, int64) error
	TryAcquire(Context, int64) bool
	Release(int64)
}

type UpdateHandlerOptions struct{ Validator any }

type RegisterWorkflowOptions struct{ Name string }

type TestWorkflowEnvironment struct{}

func (*TestWorkflowEnvironment) RegisterWorkflow(any)                                     {}
func (*TestWorkflowEnvironment) RegisterWorkflowWithOptions(any, RegisterWorkflowOptions) {}
func (*TestWorkflowEnvironment) ExecuteWorkflow(any, ...any)                              {}
