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
