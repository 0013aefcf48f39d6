// Package balancer is a stub for tests: types and signatures only.
package balancer

import (
	"context"

	"google.golang.org/grpc/resolver"
)

type (
	ClientConnState struct{ ResolverState resolver.State }
	SubConnState    struct{ ConnectionError error }
	BuildOptions    struct{}
	DoneInfo        struct{ Err error }
	State           struct{ Picker Picker }
)

type SubConn interface {
	Connect()
	Shutdown()
}

type NewSubConnOptions struct {
	StateListener func(SubConnState)
}

type ClientConn interface {
	NewSubConn([]resolver.Address, NewSubConnOptions) (SubConn, error)
	UpdateState(State)
	ResolveNow(resolver.ResolveNowOptions)
	Target() string
}

type PickInfo struct {
	FullMethodName string
	Ctx            context.Context
}

type PickResult struct {
	SubConn SubConn
	Done    func(DoneInfo)
}

type Picker interface {
	Pick(PickInfo) (PickResult, error)
}

type Balancer interface {
	UpdateClientConnState(ClientConnState) error
	ResolverError(error)
	UpdateSubConnState(SubConn, SubConnState)
	Close()
	ExitIdle()
}

type Builder interface {
	Build(ClientConn, BuildOptions) Balancer
	Name() string
}

func Register(Builder) {}
