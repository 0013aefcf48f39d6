// Package guards has an exported field that its lock guards everywhere here,
// and a lock that others take through methods.
package guards

import "sync"

type Node struct {
	Mu    sync.Mutex
	State int
	Open  int
}

func (n *Node) Lock()   { n.Mu.Lock() }
func (n *Node) Unlock() { n.Mu.Unlock() }

func (n *Node) Inc() { n.Mu.Lock(); n.State++; n.Mu.Unlock() }
func (n *Node) Dec() { n.Mu.Lock(); n.State--; n.Mu.Unlock() }

// Status is part of a worker, and what Snapshot returns of it.
type Status struct {
	Phase string
	Err   string
}

type Worker struct {
	Status
	mu sync.Mutex
}

func (w *Worker) Set(phase, err string) { w.mu.Lock(); w.Phase, w.Err = phase, err; w.mu.Unlock() }
func (w *Worker) Fail(err string)       { w.mu.Lock(); w.Phase, w.Err = "failed", err; w.mu.Unlock() }

func (w *Worker) Snapshot() *Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return &Status{Phase: w.Phase, Err: w.Err}
}
