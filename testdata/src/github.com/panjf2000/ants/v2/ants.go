// Package ants is a stub for tests: types and signatures only.
package ants

type Pool struct{}

type Options struct{}

type Option func(*Options)

func WithNonblocking(bool) Option { return nil }

func NewPool(int, ...Option) (*Pool, error) { return nil, nil }

func (*Pool) Submit(func()) error { return nil }
func (*Pool) Release()            {}

func Submit(func()) error { return nil }
