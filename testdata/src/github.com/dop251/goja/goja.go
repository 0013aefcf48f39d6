// Package goja is a stub for tests: types and signatures only.
package goja

type Value interface {
	String() string
	Export() interface{}
}

type FunctionCall struct {
	This      Value
	Arguments []Value
}

type Runtime struct{}

func New() *Runtime { return nil }

func (*Runtime) Set(string, interface{}) error   { return nil }
func (*Runtime) RunString(string) (Value, error) { return nil, nil }
func (*Runtime) ToValue(interface{}) Value       { return nil }
