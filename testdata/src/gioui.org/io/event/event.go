// Package event is a stub for tests: types and signatures only.
package event

type Event interface {
	ImplementsEvent()
}
