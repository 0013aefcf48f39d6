// Package orderlib has a lock.
package orderlib

import "sync"

type Registry struct {
	mu    sync.Mutex
	names []string
}

func (r *Registry) Put(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names = append(r.names, name)
}

func (r *Registry) Each(f func(string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.names {
		f(n)
	}
}
