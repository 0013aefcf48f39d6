// Package binding is a stub for tests: types and signatures only.
package binding

type DataItem interface{}

type DataList interface {
	Length() int
}

type DataTree interface {
	ChildIDs(string) []string
}
