// Package lib has wrappers of locks, and an exported field that one guards.
package lib

import "sync"

type Node struct {
	Mu    sync.RWMutex
	State int // want State:`guarded by Mu in 4 of 4 accesses`
	Open  int
}

func (n *Node) Lock()   { n.Mu.Lock() }   // want Lock:`locks param0.Mu`
func (n *Node) Unlock() { n.Mu.Unlock() } // want Unlock:`unlocks param0.Mu`

func Hold(n *Node) { n.Mu.RLock() } // want Hold:`locks param0.Mu for reading`

func (n *Node) Inc() { n.Mu.Lock(); n.State++; n.Mu.Unlock() }
func (n *Node) Dec() { n.Mu.Lock(); defer n.Mu.Unlock(); n.State-- }
