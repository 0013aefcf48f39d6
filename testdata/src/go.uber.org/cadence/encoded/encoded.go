// Package encoded is a stub for tests: types and signatures only.
package encoded

type Value interface {
	Get(interface{}) error
}
