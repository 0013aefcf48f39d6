// Package op is a stub for tests: types and signatures only.
package op

type Ops struct{}
