// Package lib has a type that is not safe for concurrent use, and does not say so.
package lib

type Cache struct {
	Evicted func(string)
	last    string
	all     map[string]int
}

func New() *Cache { return &Cache{all: make(map[string]int)} }

func (c *Cache) Add(key string, n int) { c.all[key] = n }

func (c *Cache) Get(key string) int {
	c.touch(key)
	return c.all[key]
}

func (c *Cache) touch(key string) { c.last = key }

func (c *Cache) Len() int { return len(c.all) }
