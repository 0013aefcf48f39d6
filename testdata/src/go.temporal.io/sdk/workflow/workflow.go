// Package workflow is a stub for tests: types and signatures only.
package workflow

import (
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal"
	"go.temporal.io/sdk/internal/common/workflowcontext"
	"go.temporal.io/sdk/log"
)

type (
	Context              = workflowcontext.Context
	Channel              = workflowcontext.Channel
	SendChannel          = workflowcontext.SendChannel
	ReceiveChannel       = workflowcontext.ReceiveChannel
	Future               = internal.Future
	ChildWorkflowFuture  = internal.ChildWorkflowFuture
	Settable             = internal.Settable
	Selector             = internal.Selector
	WaitGroup            = internal.WaitGroup
	Mutex                = internal.Mutex
	Semaphore            = internal.Semaphore
	UpdateHandlerOptions = internal.UpdateHandlerOptions
	RegisterOptions      = internal.RegisterWorkflowOptions
)

type (
	ActivityOptions struct{ StartToCloseTimeout time.Duration }
	AwaitOptions    struct{ Timeout time.Duration }
	SessionOptions  struct{ ExecutionTimeout time.Duration }
	Info            struct{ Attempt int32 }
	Version         int
	QueryOptions    struct{}
)

func Sleep(Context, time.Duration) error                                           { return nil }
func Await(Context, func() bool) error                                             { return nil }
func AwaitWithTimeout(Context, time.Duration, func() bool) (bool, error)           { return false, nil }
func AwaitWithOptions(Context, AwaitOptions, func() bool) (bool, error)            { return false, nil }
func Go(Context, func(Context))                                                    {}
func GoNamed(Context, string, func(Context))                                       {}
func Now(Context) time.Time                                                        { return time.Time{} }
func NewTimer(Context, time.Duration) Future                                       { return nil }
func ExecuteActivity(Context, any, ...any) Future                                  { return nil }
func ExecuteLocalActivity(Context, any, ...any) Future                             { return nil }
func ExecuteChildWorkflow(Context, any, ...any) ChildWorkflowFuture                { return nil }
func WithActivityOptions(Context, ActivityOptions) Context                         { return nil }
func SignalExternalWorkflow(Context, string, string, string, any) Future           { return nil }
func GetSignalChannel(Context, string) ReceiveChannel                              { return nil }
func NewChannel(Context) Channel                                                   { return nil }
func NewBufferedChannel(Context, int) Channel                                      { return nil }
func NewSelector(Context) Selector                                                 { return nil }
func NewFuture(Context) (Future, Settable)                                         { return nil, nil }
func NewWaitGroup(Context) WaitGroup                                               { return nil }
func NewMutex(Context) Mutex                                                       { return nil }
func NewSemaphore(Context, int64) Semaphore                                        { return nil }
func SideEffect(Context, func(Context) any) converter.EncodedValue                 { return nil }
func SetQueryHandler(Context, string, any) error                                   { return nil }
func SetQueryHandlerWithOptions(Context, string, any, QueryOptions) error          { return nil }
func SetUpdateHandler(Context, string, any) error                                  { return nil }
func SetUpdateHandlerWithOptions(Context, string, any, UpdateHandlerOptions) error { return nil }
func CreateSession(Context, *SessionOptions) (Context, error)                      { return nil, nil }
func RecreateSession(Context, []byte, *SessionOptions) (Context, error)            { return nil, nil }
func CompleteSession(Context)                                                      {}
func GetVersion(Context, string, Version, Version) Version                         { return 0 }
func GetInfo(Context) *Info                                                        { return nil }
func GetLogger(Context) log.Logger                                                 { return nil }
func IsReplaying(Context) bool                                                     { return false }

func MutableSideEffect(Context, string, func(Context) any, func(any, any) bool) converter.EncodedValue {
	return nil
}
