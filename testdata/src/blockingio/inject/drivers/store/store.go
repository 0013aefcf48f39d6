// Package store has a variable that drivers fill.
package store

// A Driver keeps values.
type Driver interface {
	Name() string
	Get(key string) string
}

var (
	drivers = map[string]Driver{}
	current Driver
)

// Register is for the init functions of drivers.
func Register(d Driver) { drivers[d.Name()] = d }

// Open chooses a driver.
func Open(name string) { current = drivers[name] }

// Get asks the driver.
func Get(key string) string { return current.Get(key) }
