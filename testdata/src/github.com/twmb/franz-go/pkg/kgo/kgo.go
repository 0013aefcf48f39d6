// Package kgo is a stub for tests: types and signatures only.
package kgo

import (
	"context"
	"net"
	"time"
)

type Record struct {
	Topic     string
	Partition int32
	Key       []byte
	Value     []byte
}

type (
	Opt      interface{ opt() }
	GroupOpt interface{ Opt }
)

type ProduceResult struct {
	Record *Record
	Err    error
}

type ProduceResults []ProduceResult

func (ProduceResults) FirstErr() error { return nil }

type BrokerMetadata struct{ NodeID int32 }

type BrokerE2E struct{}

type (
	HookBrokerConnect interface {
		OnBrokerConnect(BrokerMetadata, time.Duration, net.Conn, error)
	}
	HookBrokerDisconnect interface {
		OnBrokerDisconnect(BrokerMetadata, net.Conn)
	}
	HookBrokerE2E interface {
		OnBrokerE2E(BrokerMetadata, int16, BrokerE2E)
	}
	HookBrokerRead interface {
		OnBrokerRead(BrokerMetadata, int16, int, time.Duration, time.Duration, error)
	}
	HookBrokerThrottle interface {
		OnBrokerThrottle(BrokerMetadata, time.Duration, bool)
	}
	HookBrokerWrite interface {
		OnBrokerWrite(BrokerMetadata, int16, int, time.Duration, time.Duration, error)
	}
)

func OnPartitionsAssigned(func(context.Context, *Client, map[string][]int32)) GroupOpt { return nil }
func OnPartitionsRevoked(func(context.Context, *Client, map[string][]int32)) GroupOpt  { return nil }
func OnPartitionsLost(func(context.Context, *Client, map[string][]int32)) GroupOpt     { return nil }
func OnPartitionsCallbackBlocked(func(context.Context, *Client)) GroupOpt              { return nil }

type Client struct{}

func NewClient(...Opt) (*Client, error) { return nil, nil }

func (*Client) Produce(context.Context, *Record, func(*Record, error))     {}
func (*Client) TryProduce(context.Context, *Record, func(*Record, error))  {}
func (*Client) ProduceSync(context.Context, ...*Record) (r ProduceResults) { return }
func (*Client) Flush(context.Context) error                                { return nil }
func (*Client) Close()                                                     {}
func (*Client) LeaveGroup()                                                {}

type GroupTransactSession struct{}

func (*GroupTransactSession) Produce(context.Context, *Record, func(*Record, error))    {}
func (*GroupTransactSession) TryProduce(context.Context, *Record, func(*Record, error)) {}
