// Package guardsuser uses the type of another package.
package guardsuser

import "sharedstate/guards"

func BumpBad(n *guards.Node) { n.State++ } // want `Node.State is written without Mu, which all 4 accesses in package guards hold \[sharedstate/unguarded\]`

func LockOK(n *guards.Node) int {
	n.Mu.Lock()
	defer n.Mu.Unlock()
	return n.State
}

func MethodOK(n *guards.Node) int {
	n.Lock()
	defer n.Unlock()
	return n.State
}

func OtherOK(n *guards.Node) int { return n.Open }

func FreshOK() int {
	n := &guards.Node{}
	return n.State
}

// FP_phase reads a copy, which has no lock.
func FP_phase(w *guards.Worker) string { return w.Snapshot().Phase }

// FP_status is given one.
func FP_status(s *guards.Status) bool { return s.Phase == "failed" && s.Err != "" }

func bump(n *guards.Node) { go BumpBad(n) }
