package models

import (
	"fmt"
	"go/types"
	"slices"
)

// Key identifies the entry in facts: it is the same in every package that
// sees the same models.
func (r Registration) Key() string {
	e := r.Entry
	return fmt.Sprintf("%s#%s%s%s%s%s%v", r.Framework.Name, e.Interface, e.Register, e.Field, e.FuncType, e.Result+e.Poll, e.Params)
}

// Waits reports whether the function that registers waits until the loop has
// run the callback.
func (r Registration) Waits() bool {
	for i := range r.Framework.SelfWaits {
		if r.Entry.Register != "" && r.Framework.SelfWaits[i].Func == r.Entry.Register {
			return true
		}
	}
	return false
}

// Kind is the entry's kind, else the framework's.
func (r Registration) Kind() Kind {
	if r.Entry.Kind != "" {
		return r.Entry.Kind
	}
	return r.Framework.Kind
}

// Loop is how messages call the loop.
func (r Registration) Loop() string {
	if r.Entry.Loop != "" {
		return r.Entry.Loop
	}
	return r.Framework.Loop
}

// Thread is the identity of the goroutine.
func (r Registration) Thread() string {
	if r.Entry.Thread != "" {
		return r.Entry.Thread
	}
	return r.Framework.Thread
}

// Tolerates reports whether operations of class c are the callback's purpose.
func (r Registration) Tolerates(c Class) bool { return slices.Contains(r.Framework.Tolerates, c) }

// Registration returns the entry with the given Key.
func (t *Table) Registration(key string) (Registration, bool) {
	for _, fw := range t.frameworks {
		for i := range fw.Roots {
			if r := (Registration{fw, &fw.Roots[i]}); r.Key() == key {
				return r, true
			}
		}
	}
	return Registration{}, false
}

// entriesWith returns the entries for which ok holds, in the order of the table.
func (t *Table) entriesWith(ok func(*RootEntry) bool) []Registration {
	var out []Registration
	for _, fw := range t.frameworks {
		for i := range fw.Roots {
			if ok(&fw.Roots[i]) {
				out = append(out, Registration{fw, &fw.Roots[i]})
			}
		}
	}
	return out
}

// FirstParamRoots returns the entries that make functions roots by the type of
// their first parameter.
func (t *Table) FirstParamRoots() []Registration {
	return t.entriesWith(func(e *RootEntry) bool { return len(e.FirstParam) > 0 })
}

// ResultRoots returns the entries that make the func results of interface
// methods roots.
func (t *Table) ResultRoots() []Registration {
	return t.entriesWith(func(e *RootEntry) bool { return e.Result != "" })
}

// Poll returns the entry whose Poll names fn.
func (t *Table) Poll(fn *types.Func) (Registration, bool) {
	if regs, ok := t.polls.find(fn); ok {
		return regs[0], true
	}
	return Registration{}, false
}
