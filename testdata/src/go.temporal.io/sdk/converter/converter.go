// Package converter is a stub for tests: types and signatures only.
package converter

type EncodedValue interface {
	Get(any) error
}
