// Package disk is a driver of store.
package disk

import (
	"blockingio/inject/drivers/store"
	"os"
)

type driver struct{ values map[string]string }

func init() { store.Register(&driver{}) }

func (d *driver) Name() string { return "disk" }

func (d *driver) Get(key string) string {
	data, _ := os.ReadFile(key)
	return string(data)
}
