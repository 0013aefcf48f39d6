package models

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/yieldlint/yieldlint/internal/spelling"
)

// A decoder turns the YAML nodes of one file into entries. It records every
// error with its line and goes on, so that a user sees all of them at once.
//
// It walks nodes by hand: the struct decoding of the library knows neither the
// line of an entry, nor that of its earlier duplicate.
type decoder struct {
	file string
	errs []error
}

// fields maps the keys that a mapping may have to what stores their values.
type fields map[string]func(*yaml.Node)

func (d *decoder) pos(n *yaml.Node) Pos { return Pos{File: d.file, Line: n.Line} }

func (d *decoder) errorf(n *yaml.Node, format string, args ...any) {
	d.errs = append(d.errs, fmt.Errorf("%v: %s", d.pos(n), fmt.Sprintf(format, args...)))
}

func (d *decoder) err() error { return errors.Join(d.errs...) }

// document returns the top-level node of data, or nil for an empty file.
func (d *decoder) document(data []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		d.errs = append(d.errs, d.syntaxError(err))
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

// syntaxError rewrites "yaml: line 3: ..." to "file:3: ...".
func (d *decoder) syntaxError(err error) error {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(msg, "line "); ok {
		if line, text, ok := strings.Cut(rest, ": "); ok {
			return fmt.Errorf("%s:%s: %s", d.file, line, text)
		}
	}
	return fmt.Errorf("%s: %s", d.file, msg)
}

// mapping stores the values of the mapping n by f, and reports unknown and
// repeated keys and the absence of a required one.
func (d *decoder) mapping(n *yaml.Node, f fields, required ...string) {
	if n.Kind != yaml.MappingNode {
		d.errorf(n, "want a mapping, got %s", kindOf(n))
		return
	}
	seen := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		store, known := f[key.Value]
		switch first := seen[key.Value]; {
		case !known:
			d.errorf(key, "unknown key %q%s", key.Value, spelling.Suggest(key.Value, keysOf(f)))
		case first != nil:
			d.errorf(key, "duplicate key %q, first at %v", key.Value, d.pos(first))
		default:
			store(value)
		}
		seen[key.Value] = key
	}
	for _, key := range required {
		if seen[key] == nil {
			d.errorf(n, "missing key %q", key)
		}
	}
}

func keysOf(f fields) []string {
	var keys []string
	for k := range f {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// list calls f for each element of the sequence n.
func (d *decoder) list(n *yaml.Node, f func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		d.errorf(n, "want a list, got %s", kindOf(n))
		return
	}
	for _, elem := range n.Content {
		f(elem)
	}
}

// scalar returns the text of n, which must not be empty.
func (d *decoder) scalar(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || n.Value == "" {
		d.errorf(n, "want a text, got %s", kindOf(n))
		return "", false
	}
	return n.Value, true
}

// text returns a function that stores a scalar in p.
func (d *decoder) text(p *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if s, ok := d.scalar(n); ok {
			*p = s
		}
	}
}

// enum returns a function that stores one of values in p.
func enum[T ~string](d *decoder, p *T, values ...T) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := d.scalar(n)
		if !ok {
			return
		}
		if !slices.Contains(values, T(s)) {
			d.errorf(n, "%q is none of %s", s, join(values))
			return
		}
		*p = T(s)
	}
}

func join[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return strings.Join(texts, ", ")
}

// each returns a function that parses every element of a list of scalars into *p.
func each[T any](d *decoder, p *[]T, parse func(string) (T, error)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.list(n, func(elem *yaml.Node) {
			s, ok := d.scalar(elem)
			if !ok {
				return
			}
			v, err := parse(s)
			if err != nil {
				d.errorf(elem, "%v", err)
				return
			}
			*p = append(*p, v)
		})
	}
}

// one returns a function that parses a scalar into *p.
func one[T any](d *decoder, p *T, parse func(string) (T, error)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := d.scalar(n)
		if !ok {
			return
		}
		v, err := parse(s)
		if err != nil {
			d.errorf(n, "%v", err)
			return
		}
		*p = v
	}
}

// optional returns a function that parses a scalar into a new *p.
func optional[T any](d *decoder, p **T, parse func(string) (T, error)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v := new(T)
		one(d, v, parse)(n)
		*p = v
	}
}

// kindOf names the form of n in a message.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	if n.Tag == "!!null" || n.Value == "" {
		return "nothing"
	}
	return strconv.Quote(n.Value)
}
