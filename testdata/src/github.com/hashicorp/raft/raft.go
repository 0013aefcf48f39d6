// Package raft is a stub for tests: types and signatures only.
package raft

import (
	"io"
	"time"
)

type Log struct {
	Index uint64
	Term  uint64
	Data  []byte
}

type FSM interface {
	Apply(*Log) interface{}
	Snapshot() (FSMSnapshot, error)
	Restore(io.ReadCloser) error
}

type BatchingFSM interface {
	ApplyBatch([]*Log) []interface{}
	FSM
}

type Configuration struct{}

type ConfigurationStore interface {
	FSM
	StoreConfiguration(uint64, Configuration)
}

type SnapshotSink interface {
	io.WriteCloser
	ID() string
	Cancel() error
}

type FSMSnapshot interface {
	Persist(SnapshotSink) error
	Release()
}

type Observation struct{ Data interface{} }

type FilterFn func(*Observation) bool

type Observer struct{}

func NewObserver(chan Observation, bool, FilterFn) *Observer { return nil }

type Future interface {
	Error() error
}

type IndexFuture interface {
	Future
	Index() uint64
}

type ApplyFuture interface {
	IndexFuture
	Response() interface{}
}

type Config struct{ NotifyCh chan<- bool }

type Raft struct{}

func (*Raft) Apply([]byte, time.Duration) ApplyFuture { return nil }
func (*Raft) Barrier(time.Duration) Future            { return nil }
func (*Raft) RegisterObserver(*Observer)              {}
func (*Raft) Shutdown() Future                        { return nil }
