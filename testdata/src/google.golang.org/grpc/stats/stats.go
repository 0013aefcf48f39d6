// Package stats is a stub for tests: types and signatures only.
package stats

import "context"

type (
	RPCStats    interface{ IsClient() bool }
	ConnStats   interface{ IsClient() bool }
	RPCTagInfo  struct{ FullMethodName string }
	ConnTagInfo struct{}
)

type Handler interface {
	TagRPC(context.Context, *RPCTagInfo) context.Context
	HandleRPC(context.Context, RPCStats)
	TagConn(context.Context, *ConnTagInfo) context.Context
	HandleConn(context.Context, ConnStats)
}
