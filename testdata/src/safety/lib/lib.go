// Package lib has types that package levels uses in fields.
package lib

import "sync"

// Counter is guarded.
type Counter struct {
	mu sync.Mutex
	n  int
}

func (c *Counter) Inc() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *Counter) N() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// Plain is not safe: its users synchronise.
type Plain struct{ n int }

func (p *Plain) Inc() { p.n++ }

func (p *Plain) N() int { return p.n }

func (p *Plain) Name() string { return "plain" }
