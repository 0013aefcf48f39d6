package pack_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/yieldlint/yieldlint/internal/pack"
)

type tree struct {
	Name  string
	Kind  uint8
	N     int
	Set   bool
	Path  []string
	Next  *tree
	Under []tree
}

var sample = tree{
	Name: "a", Kind: 200, N: -1 << 40, Set: true,
	Path: []string{"a", "", "b", "a"},
	Next: &tree{Name: "b", N: 7},
	Under: []tree{
		{},
		{Path: []string{"b"}, Under: []tree{{N: 1<<63 - 1}, {N: -1 << 63}}},
	},
}

func TestRoundTrip(t *testing.T) {
	data := pack.Encode(&sample)
	var got tree
	if err := pack.Decode(data, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, sample) {
		t.Errorf("got %+v, want %+v", got, sample)
	}
	if again := pack.Encode(&got); !bytes.Equal(again, data) {
		t.Errorf("the value that was read is written as %x, at first as %x", again, data)
	}
	if len(data) > 60 {
		t.Errorf("%d bytes; a string is to be written once", len(data))
	}
}

func TestZero(t *testing.T) {
	data := pack.Encode(&tree{Path: []string{}})
	if len(data) != 1 {
		t.Errorf("%d bytes, want 1", len(data))
	}
	var got tree
	if err := pack.Decode(data, &got); err != nil || !reflect.DeepEqual(got, tree{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestDamaged cuts and changes data: what is read may be wrong, but reading
// ends, without a panic.
func TestDamaged(t *testing.T) {
	data := pack.Encode(&sample)
	for i := range data {
		if err := pack.Decode(data[:i], new(tree)); err == nil {
			t.Errorf("no error for the first %d bytes", i)
		}
		for _, b := range []byte{0, 1, 0x7f, 0x80, 0xff} {
			changed := bytes.Clone(data)
			changed[i] = b
			pack.Decode(changed, new(tree))
		}
	}
	if err := pack.Decode(append(data, 0), new(tree)); err == nil {
		t.Error("no error for a byte too much")
	}
}
