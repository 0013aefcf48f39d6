// Package peer is a stub for tests: types and signatures only.
package peer

type ID string
