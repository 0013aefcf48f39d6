// Package user calls the wrappers of another package.
package user

import "accesses/lib"

type Tree struct{ Root lib.Node }

func (t *Tree) LockAll() { t.Root.Lock() } // want LockAll:`locks param0.Root.Mu`

func (t *Tree) Touch() { t.LockAll(); t.Root.Unlock() }
