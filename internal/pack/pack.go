// Package pack writes values of plain Go types as few bytes, for facts.
//
// Drivers read all facts of all imports with gob, and write most of them
// again, whether or not anybody asks for them. So a fact that is large and
// seldom asked for is better one field of bytes, which gob only copies.
//
// Types may be made of structs with exported fields, pointers, slices,
// strings, booleans and integers; a nil slice and an empty one are the same.
// Fields go by their order, so both sides must be one build of one program.
package pack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"reflect"
)

// Encode returns the value that ptr points to as bytes. Equal values give
// equal bytes.
func Encode(ptr any) []byte {
	e := encoder{seen: make(map[string]uint64)}
	e.value(reflect.ValueOf(ptr).Elem())
	return e.out
}

// An encoder appends a value: integers as varints; slices with their length
// before them; of a struct, a word that says which fields are not zero, then
// these; a string with its length, or as the number of an earlier one.
type encoder struct {
	out  []byte
	seen map[string]uint64 // 1, 2, ... in the order of their first use
}

func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		e.fields(v)
	case reflect.Pointer: // not nil: that is for fields to say
		e.value(v.Elem())
	case reflect.Slice:
		e.uint(uint64(v.Len()))
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.String:
		e.string(v.String())
	case reflect.Bool:
		b := uint64(0)
		if v.Bool() {
			b = 1
		}
		e.uint(b)
	default:
		if v.CanInt() {
			e.out = binary.AppendVarint(e.out, v.Int())
		} else if v.CanUint() {
			e.uint(v.Uint())
		} else {
			panic(fmt.Sprintf("internal error: cannot pack %v", v.Type()))
		}
	}
}

func (e *encoder) uint(x uint64) { e.out = binary.AppendUvarint(e.out, x) }

func (e *encoder) fields(v reflect.Value) {
	var set uint64
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() && !(f.Kind() == reflect.Slice && f.Len() == 0) {
			set |= 1 << i
		}
	}
	e.uint(set)
	for ; set != 0; set &= set - 1 {
		e.value(v.Field(bits.TrailingZeros64(set)))
	}
}

func (e *encoder) string(s string) {
	if n := e.seen[s]; n != 0 {
		e.uint(n)
		return
	}
	e.seen[s] = uint64(len(e.seen)) + 1
	e.uint(0)
	e.uint(uint64(len(s)))
	e.out = append(e.out, s...)
}

// Decode sets what ptr points to, which must be zero, to the value that data
// was made of.
func Decode(data []byte, ptr any) error {
	d := decoder{in: string(data)}
	d.value(reflect.ValueOf(ptr).Elem())
	if d.failed || d.in != "" {
		return errDamaged
	}
	return nil
}

var errDamaged = errors.New("packed data are damaged")

// A decoder is the reverse of an encoder. After a failure, it reads zeros.
type decoder struct {
	in     string
	seen   []string
	failed bool
}

func (d *decoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		d.fields(v)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(v.Elem())
	case reflect.Slice:
		n := d.length()
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			d.value(v.Index(i))
		}
	case reflect.String:
		v.SetString(d.string())
	case reflect.Bool:
		v.SetBool(d.uint() != 0)
	default:
		if v.CanInt() {
			x := d.uint()
			v.SetInt(int64(x>>1) ^ -int64(x&1)) // as binary.Varint does
		} else {
			v.SetUint(d.uint())
		}
	}
}

func (d *decoder) uint() uint64 {
	var x uint64
	for i := 0; i < len(d.in) && i < binary.MaxVarintLen64; i++ {
		x |= uint64(d.in[i]&0x7f) << (7 * i)
		if d.in[i] < 0x80 {
			d.in = d.in[i+1:]
			return x
		}
	}
	d.in, d.failed = "", true
	return 0
}

// length returns a length: no more than the rest of the input, of which each
// element takes a byte at least.
func (d *decoder) length() int {
	n := d.uint()
	if n > uint64(len(d.in)) {
		d.in, d.failed = "", true
		return 0
	}
	return int(n)
}

func (d *decoder) fields(v reflect.Value) {
	set := d.uint()
	if bits.Len64(set) > v.NumField() {
		d.in, d.failed = "", true
		return
	}
	for ; set != 0; set &= set - 1 {
		d.value(v.Field(bits.TrailingZeros64(set)))
	}
}

func (d *decoder) string() string {
	n := d.uint()
	switch {
	case n > uint64(len(d.seen)):
		d.in, d.failed = "", true
		return ""
	case n > 0:
		return d.seen[n-1]
	}
	size := d.length()
	s := d.in[:size]
	d.in = d.in[size:]
	d.seen = append(d.seen, s)
	return s
}
