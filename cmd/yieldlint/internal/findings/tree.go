// Package findings reads the JSON that analysis drivers print, brings that of
// all drivers into one form, and prints it.
package findings

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// A Tree is the output of a run: package id → analyzer → result. In JSON it
// is the tree of multichecker.
//
// Drivers differ in what they call a package that has tests: go vet prints
// only "p [p.test]", multichecker that and "p" with the same findings. A Tree
// calls both "p", and holds each finding once.
type Tree map[string]map[string]*Result

// A Result is what one analyzer said of one package.
type Result struct {
	Diagnostics []Diagnostic
	Errors      []string // more than one only if variants of a package fail differently
}

// A Diagnostic is a finding. The names are those of multichecker's JSON.
type Diagnostic struct {
	Category       string          `json:"category,omitempty"`
	Posn           string          `json:"posn"` // "file.go:line:column"
	End            string          `json:"end"`
	Message        string          `json:"message"`
	SuggestedFixes json.RawMessage `json:"suggested_fixes,omitempty"`
	Related        []Related       `json:"related,omitempty"`
}

// A Related is one step of a finding's chain.
type Related struct {
	Posn    string `json:"posn"`
	End     string `json:"end"`
	Message string `json:"message"`
}

// Read returns the tree of the JSON trees that r holds, one after the other,
// and their number. After an error it returns what it has read so far.
func Read(r io.Reader) (t Tree, n int, err error) {
	t = make(Tree)
	dec := json.NewDecoder(r)
	for ; ; n++ {
		var tree Tree
		switch err := dec.Decode(&tree); {
		case errors.Is(err, io.EOF):
			t.dropConsequences()
			return t, n, nil
		case err != nil:
			return t, n, fmt.Errorf("reading the findings: %w", err)
		}
		for id, results := range tree {
			for analyzer, result := range results {
				t.add(plainID(id), analyzer, result)
			}
		}
	}
}

// plainID drops the " [p.test]" of a test variant.
func plainID(id string) string {
	id, _, _ = strings.Cut(id, " [")
	return id
}

func (t Tree) add(id, analyzer string, result *Result) {
	if t[id] == nil {
		t[id] = make(map[string]*Result)
	}
	if old := t[id][analyzer]; old != nil {
		result.Diagnostics = append(old.Diagnostics, result.Diagnostics...)
		result.Errors = append(old.Errors, result.Errors...)
	}
	result.normalise()
	t[id][analyzer] = result
}

// normalise sorts r and drops what is there twice.
func (r *Result) normalise() {
	slices.SortFunc(r.Diagnostics, compareDiagnostics)
	r.Diagnostics = slices.CompactFunc(r.Diagnostics, func(a, b Diagnostic) bool { return compareDiagnostics(a, b) == 0 })
	slices.Sort(r.Errors)
	r.Errors = slices.Compact(r.Errors)
}

// compareDiagnostics orders by position, then by all that a user sees.
func compareDiagnostics(a, b Diagnostic) int {
	return cmp.Or(
		parsePosition(a.Posn).compare(parsePosition(b.Posn)),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Category, b.Category),
		cmp.Compare(a.End, b.End),
		slices.CompareFunc(a.Related, b.Related, func(a, b Related) int {
			return cmp.Or(cmp.Compare(a.Posn, b.Posn), cmp.Compare(a.Message, b.Message))
		}),
	)
}

const (
	// skipped starts the error of an analyzer in a package that does not
	// compile. The compiler's own message is not in the tree.
	skipped = "analysis skipped due to "
	// prerequisite starts the error of an analyzer that could not run because
	// one that it requires, here or in a dependency, has failed.
	prerequisite = "failed prerequisites: "
)

// dropConsequences drops the errors that only follow from others. A failed
// prerequisite stays if nothing says why it failed.
func (t Tree) dropConsequences() {
	explained := t.dropErrors(func(err string) bool { return strings.HasPrefix(err, skipped) })
	isConsequence := func(err string) bool { return strings.HasPrefix(err, prerequisite) }
	for _, results := range t {
		for _, result := range results {
			explained = explained || len(result.Errors) > 0 && !slices.ContainsFunc(result.Errors, isConsequence)
		}
	}
	if explained {
		t.dropErrors(isConsequence)
	}
}

// dropErrors drops the errors that drop selects, and reports whether there were any.
func (t Tree) dropErrors(drop func(string) bool) bool {
	dropped := false
	for _, results := range t {
		for _, result := range results {
			n := len(result.Errors)
			result.Errors = slices.DeleteFunc(result.Errors, drop)
			dropped = dropped || len(result.Errors) < n
		}
	}
	t.prune()
	return dropped
}

// DropTests drops the findings in test files.
func (t Tree) DropTests() {
	for _, results := range t {
		for _, result := range results {
			result.Diagnostics = slices.DeleteFunc(result.Diagnostics, func(d Diagnostic) bool {
				return strings.HasSuffix(parsePosition(d.Posn).file, "_test.go")
			})
		}
	}
	t.prune()
}

// Only returns the part of t that is about the analyzers whose names keep selects.
func (t Tree) Only(keep func(analyzer string) bool) Tree {
	out := make(Tree)
	for id, results := range t {
		for analyzer, result := range results {
			if !keep(analyzer) {
				continue
			}
			if out[id] == nil {
				out[id] = make(map[string]*Result)
			}
			out[id][analyzer] = result
		}
	}
	return out
}

// prune drops empty results, and packages without results.
func (t Tree) prune() {
	for id, results := range t {
		maps.DeleteFunc(results, func(_ string, r *Result) bool { return len(r.Errors)+len(r.Diagnostics) == 0 })
		if len(results) == 0 {
			delete(t, id)
		}
	}
}

// All returns every finding once, in the order of positions.
func (t Tree) All() []Diagnostic {
	var all Result
	for _, results := range t {
		for _, result := range results {
			all.Diagnostics = append(all.Diagnostics, result.Diagnostics...)
		}
	}
	all.normalise()
	return all.Diagnostics
}

// Errors returns one line for each analyzer that failed, in order.
func (t Tree) Errors() []string {
	var lines []string
	for _, id := range slices.Sorted(maps.Keys(t)) {
		for _, analyzer := range slices.Sorted(maps.Keys(t[id])) {
			for _, err := range t[id][analyzer].Errors {
				lines = append(lines, fmt.Sprintf("%s: %s: %s", id, analyzer, strings.ReplaceAll(err, "\n", "; ")))
			}
		}
	}
	return lines
}

// WriteJSON prints t as multichecker does.
func (t Tree) WriteJSON(w io.Writer) error {
	data, err := json.MarshalIndent(t, "", "\t")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// MarshalJSON writes a list of diagnostics, or {"error": ...}.
func (r *Result) MarshalJSON() ([]byte, error) {
	if len(r.Errors) > 0 {
		return json.Marshal(map[string]string{"error": strings.Join(r.Errors, "; ")})
	}
	return json.Marshal(r.Diagnostics)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Result) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return json.Unmarshal(data, &r.Diagnostics)
	}
	var failed struct {
		Err string `json:"error"`
	}
	if err := json.Unmarshal(data, &failed); err != nil {
		return err
	}
	r.Errors = []string{failed.Err}
	return nil
}
