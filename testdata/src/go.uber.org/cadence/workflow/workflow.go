// Package workflow is a stub for tests: types and signatures only.
package workflow

import (
	"time"

	"go.uber.org/cadence/encoded"
	"go.uber.org/cadence/internal"
)

type (
	Context   = internal.Context
	Channel   = internal.Channel
	Future    = internal.Future
	Settable  = internal.Settable
	Selector  = internal.Selector
	WaitGroup = internal.WaitGroup
)

type (
	RegisterOptions struct{ Name string }
	SessionOptions  struct{ ExecutionTimeout time.Duration }
	ActivityOptions struct{ StartToCloseTimeout time.Duration }
)

func Register(interface{})                                              {}
func RegisterWithOptions(interface{}, RegisterOptions)                  {}
func Sleep(Context, time.Duration) error                                { return nil }
func Await(Context, func() bool) error                                  { return nil }
func Go(Context, func(Context))                                         {}
func GoNamed(Context, string, func(Context))                            {}
func Now(Context) time.Time                                             { return time.Time{} }
func NewTimer(Context, time.Duration) Future                            { return nil }
func ExecuteActivity(Context, interface{}, ...interface{}) Future       { return nil }
func WithActivityOptions(Context, ActivityOptions) Context              { return nil }
func NewChannel(Context) Channel                                        { return nil }
func NewBufferedChannel(Context, int) Channel                           { return nil }
func NewSelector(Context) Selector                                      { return nil }
func NewWaitGroup(Context) WaitGroup                                    { return nil }
func NewFuture(Context) (Future, Settable)                              { return nil, nil }
func SideEffect(Context, func(Context) interface{}) encoded.Value       { return nil }
func SetQueryHandler(Context, string, interface{}) error                { return nil }
func CreateSession(Context, *SessionOptions) (Context, error)           { return nil, nil }
func RecreateSession(Context, []byte, *SessionOptions) (Context, error) { return nil, nil }
func CompleteSession(Context)                                           {}

func MutableSideEffect(Context, string, func(Context) interface{}, func(a, b interface{}) bool) encoded.Value {
	return nil
}
