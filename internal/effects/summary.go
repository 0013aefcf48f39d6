package effects

import (
	"fmt"
	"strings"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/pack"
)

// Bounds of what a fact holds. What is lost beyond them is in docs/limits.md.
const (
	maxPathFields = 4  // fields of an access path
	maxChain      = 12 // steps of a chain
	maxPerClass   = 3  // operations per class of one function's fact
	maxQuiet      = 1  // the same for log, lock and terminal, which are everywhere
	maxDeferred   = 16 // deferred calls of one function's fact
	maxValues     = 4  // alternatives of one result
)

// A Packed is a fact: the Summary of a function, written by package pack. Most
// facts that a package sees it only hands on to its importers.
type Packed struct{ Data []byte }

func (*Packed) AFact() {}

// String is the notation that the tests match.
func (p *Packed) String() string { return p.unpack().String() }

// unpack returns the summary. Of data that cannot be read, nothing is known.
func (p *Packed) unpack() *Summary {
	s := new(Summary)
	if err := pack.Decode(p.Data, s); err != nil {
		return new(Summary)
	}
	return s
}

// A Summary is what a call of a function may do before it returns. Its zero
// value says that nothing is known to happen.
type Summary struct {
	Effects  []Effect   // sorted by class, length of chain, operation
	Deferred []Deferred // sorted by root, path and method
	Handoffs []Handoff  // sorted likewise
	Slots    []SlotCall // sorted by length of chain, slot, method
	Results  []Returned // sorted by index
	// Loop names the loop, if the function is itself run by one: what it
	// does is reported in its own package.
	Loop string
}

// An Effect is one operation that a call may perform, and the shortest chain
// of calls that leads to it.
type Effect struct {
	Class   models.Class
	Op      string // models.Op.Func, or "channel send", "channel receive", "select"
	Cost    models.Cost
	Loop    string // the loop that the operation waits for, if it waits for one
	Suspect bool   // a step of the chain is assumed
	Excused string // the reason of an ignore directive on the way, and its place
	If      int    // if not 0, it happens only if parameter If-1, a bool,
	Is      bool   // has this value; or, if it is a string, begins with Prefix or not
	Prefix  string
	Chain   []Step // from the function to the caller of Op; the last step calls Op
}

// A Step is one call of a chain.
type Step struct {
	Callee string // full name
	// File is the base name of the file, in the package of the caller: of the
	// function that the fact is about, then of the callee before. In another
	// package it is the path of the package, "/" and the base name.
	File string
	Line int
}

// A Deferred is a call that depends on what the caller passes: of a func
// parameter, or of a method of an interface reached from a parameter.
type Deferred struct {
	// Root is the index of a parameter (the receiver is 0, the parameters
	// follow). In the summary of a func or method inside a Value, a negative
	// Root -1-i is parameter i of the function that returns the Value.
	Root   int
	Path   []string // fields from the root
	Method string   // "" calls the value itself
	Args   []Arg    // what is passed on, as far as it comes from parameters
	Chain  []Step   // the last step is the deferred call
	Log    bool     // a logger makes the call: what it writes to a file is Log
	// Excused is the reason of an ignore directive on the way, and its place.
	Excused string
}

// An Arg is an argument that comes from a parameter, or unknown if Root is Unknown.
type Arg struct {
	Root int
	Path []string
}

// Unknown is the Root of an Arg that does not come from a parameter.
const Unknown = -1 << 30

// HandoffKind says what becomes of a func parameter that is not called here.
type HandoffKind uint8

const (
	Runs      HandoffKind = iota + 1 // on another goroutine
	Stores                           // kept, to be called later
	Registers                        // as a callback of a framework
	Injects                          // where code that must not block calls it, or its method
)

// A Handoff is a func or interface parameter that is called elsewhere or later.
type Handoff struct {
	Root int
	Path []string
	Kind HandoffKind
	// Entry is, of Registers, the model entry (models.Registration.Key); of
	// Stores, the slot, "" if it has no name.
	Entry string
	Duty  *Duty // of Injects
}

// Returned is what one result of a function may be.
type Returned struct {
	Index  int
	Values []Value
}

// A Value is one alternative of a result. Exactly one of Root (with Path),
// Func, Methods, Fields, Wraps speaks, by Kind.
type Value struct {
	Kind    ValueKind
	Root    int // of Param
	Path    []string
	Type    string // for messages
	Func    *Summary
	Methods []Method
	Fields  []Field
}

// ValueKind is the kind of a Value.
type ValueKind uint8

const (
	FromParam ValueKind = iota + 1 // a parameter, or a field of it
	OfFunc                         // a func that does Func
	OfMethods                      // a value whose Methods are known
	OfFields                       // a struct whose Fields are known
)

// A Method is what a method of a Value does.
type Method struct {
	Name string
	Does Summary
}

// A Field is what a field of a Value may be.
type Field struct {
	Name   string
	Values []Value
}

// String is the notation that the tests match.
func (s *Summary) String() string {
	var parts []string
	for _, e := range s.Effects {
		parts = append(parts, e.String())
	}
	for _, d := range s.Deferred {
		parts = append(parts, fmt.Sprintf("calls(%s)", pathString(d.Root, d.Path)+"."+d.Method+"()"))
	}
	for _, h := range s.Handoffs {
		parts = append(parts, h.String())
	}
	for _, c := range s.Slots {
		parts = append(parts, fmt.Sprintf("calls(%s.%s())", shortName(c.Slot, ""), c.Method))
	}
	for _, r := range s.Results {
		for _, v := range r.Values {
			parts = append(parts, fmt.Sprintf("returns%d(%s)", r.Index, v.String()))
		}
	}
	if s.Loop != "" {
		parts = append(parts, "loop("+s.Loop+")")
	}
	if len(parts) == 0 {
		return "pure"
	}
	return strings.Join(parts, " ")
}

func (h Handoff) String() string {
	verb := [...]string{Runs: "runs", Stores: "stores", Registers: "registers", Injects: "injects"}[h.Kind]
	what := pathString(h.Root, h.Path)
	switch {
	case h.Duty != nil:
		what += ": " + h.Duty.String()
	case h.Kind == Stores && h.Entry != "":
		what += " in " + shortName(h.Entry, "")
	}
	return verb + "(" + what + ")"
}

func (e Effect) String() string {
	via := ""
	if n := len(e.Chain); n > 1 {
		names := make([]string, n-1)
		for i := range names {
			names[i] = shortName(e.Chain[i].Callee, "")
		}
		via = " via " + strings.Join(names, " → ")
	}
	mark := ""
	if e.Suspect {
		mark = "?"
	}
	if e.Excused != "" {
		mark += " ignored"
	}
	if e.If != 0 {
		mark += fmt.Sprintf(" if param%d %sis %t", e.If-1, e.Prefix, e.Is)
	}
	return fmt.Sprintf("blocks(%s%s: %s%s)", e.Class, mark, e.Op, via)
}

func (v Value) String() string {
	switch v.Kind {
	case FromParam:
		return pathString(v.Root, v.Path)
	case OfFunc:
		return "func " + v.Func.String()
	case OfMethods:
		var parts []string
		for i := range v.Methods {
			parts = append(parts, v.Methods[i].Name+": "+v.Methods[i].Does.String())
		}
		return shortName(v.Type, "") + "{" + strings.Join(parts, "; ") + "}"
	default:
		var parts []string
		for _, f := range v.Fields {
			for _, fv := range f.Values {
				parts = append(parts, f.Name+": "+fv.String())
			}
		}
		return shortName(v.Type, "") + "{" + strings.Join(parts, "; ") + "}"
	}
}

func pathString(root int, path []string) string {
	s := fmt.Sprintf("param%d", root)
	if root < 0 {
		s = fmt.Sprintf("outer%d", -1-root)
	}
	for _, f := range path {
		s += "." + f
	}
	return s
}
