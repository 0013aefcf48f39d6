// Package atomic is a stub: types and signatures only.
package atomic

type Int64 struct{ v int64 }

func (i *Int64) Load() int64           { return i.v }
func (i *Int64) Store(v int64)         { i.v = v }
func (i *Int64) Add(delta int64) int64 { i.v += delta; return i.v }
func (i *Int64) Inc() int64            { return i.Add(1) }
