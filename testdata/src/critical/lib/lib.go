// Package lib takes locks.
package lib

import "sync"

type Box struct {
	mu   sync.Mutex
	rw   sync.RWMutex
	deep *Box
	n    int
}

var global sync.Mutex

func (b *Box) Add() { // want Add:`takes param0.mu`
	b.mu.Lock()
	b.n++
	b.mu.Unlock()
}

func (b *Box) Two() { // want Two:`takes param0.rw for reading, takes param0.mu under param0.rw for reading`
	b.rw.RLock()
	defer b.rw.RUnlock()
	b.Add()
}

func (b *Box) Deep() { b.deep.Add() } // want Deep:`takes param0.deep.\*.mu`

func (b *Box) Each(f func()) { // want Each:`takes param0.mu, calls param1 under param0.mu`
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

func Global() { // want Global:`takes ~.global`
	global.Lock()
	global.Unlock()
}

func (b *Box) Flag(locked bool) { // want Flag:`takes param0.mu perhaps`
	if !locked {
		b.Add()
	}
}

func Fresh() *Box {
	b := &Box{}
	b.Add()
	return b
}

func (b *Box) Try() {
	if b.mu.TryLock() {
		b.mu.Unlock()
	}
}
