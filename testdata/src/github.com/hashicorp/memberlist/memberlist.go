// Package memberlist is a stub for tests: types and signatures only.
package memberlist

import (
	"net"
	"time"
)

type Node struct {
	Name string
	Addr net.IP
	Port uint16
	Meta []byte
}

type Delegate interface {
	NodeMeta(int) []byte
	NotifyMsg([]byte)
	GetBroadcasts(int, int) [][]byte
	LocalState(bool) []byte
	MergeRemoteState([]byte, bool)
}

type EventDelegate interface {
	NotifyJoin(*Node)
	NotifyLeave(*Node)
	NotifyUpdate(*Node)
}

type ConflictDelegate interface {
	NotifyConflict(*Node, *Node)
}

type AliveDelegate interface {
	NotifyAlive(*Node) error
}

type MergeDelegate interface {
	NotifyMerge([]*Node) error
}

type PingDelegate interface {
	AckPayload() []byte
	NotifyPingComplete(*Node, time.Duration, []byte)
}

type NodeEvent struct {
	Event int
	Node  *Node
}

type ChannelEventDelegate struct{ Ch chan<- NodeEvent }

func (*ChannelEventDelegate) NotifyJoin(*Node)   {}
func (*ChannelEventDelegate) NotifyLeave(*Node)  {}
func (*ChannelEventDelegate) NotifyUpdate(*Node) {}

type Broadcast interface {
	Invalidates(Broadcast) bool
	Message() []byte
	Finished()
}

type TransmitLimitedQueue struct {
	NumNodes       func() int
	RetransmitMult int
}

func (*TransmitLimitedQueue) QueueBroadcast(Broadcast)        {}
func (*TransmitLimitedQueue) GetBroadcasts(int, int) [][]byte { return nil }

type Config struct {
	Name     string
	BindPort int
	Delegate Delegate
	Events   EventDelegate
	Conflict ConflictDelegate
	Merge    MergeDelegate
	Ping     PingDelegate
	Alive    AliveDelegate
}

func DefaultLANConfig() *Config { return nil }

type Memberlist struct{}

func Create(*Config) (*Memberlist, error) { return nil, nil }

func (*Memberlist) Join([]string) (int, error)         { return 0, nil }
func (*Memberlist) Leave(time.Duration) error          { return nil }
func (*Memberlist) LocalNode() *Node                   { return nil }
func (*Memberlist) Members() []*Node                   { return nil }
func (*Memberlist) NumMembers() int                    { return 0 }
func (*Memberlist) SendReliable(*Node, []byte) error   { return nil }
func (*Memberlist) SendBestEffort(*Node, []byte) error { return nil }
func (*Memberlist) Shutdown() error                    { return nil }
func (*Memberlist) UpdateNode(time.Duration) error     { return nil }
