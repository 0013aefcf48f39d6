// Package memory is a driver of store.
package memory

import (
	"blockingio/inject/drivers/store"
)

type driver struct{ values map[string]string }

func init() { store.Register(&driver{}) }

func (d *driver) Name() string { return "memory" }

func (d *driver) Get(key string) string { return d.values[key] }
