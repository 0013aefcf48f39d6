package explain

import (
	"encoding/json"

	"github.com/yieldlint/yieldlint/internal/models"
)

// Categories of answers.
const (
	Functions = "function" // the message is a Function
	Roots     = "root"     // the message is a Root
	Unknowns  = "unknown"  // the message is an Unknown
	Points    = "points"   // the message is a Gutter
	Bounds    = "bound"    // the message is a Bound
)

// A Function is what is known of one function. Names are full names, positions
// "file:line:column", or "import/path/file.go:line" in another package. The
// fields called Model are for the reader of the answer to fill: where the
// models say something is not part of go vet's cache key.
type Function struct {
	Name       string     `json:"name"`
	Package    string     `json:"package"`
	PkgName    string     `json:"pkgname"`
	Posn       string     `json:"posn"`
	EndLine    int        `json:"endline"`
	Model      *Model     `json:"model,omitempty"`
	Runs       []Run      `json:"runs,omitempty"`       // the loops that run it
	Ways       []Ways     `json:"ways,omitempty"`       // by class, in the order of models.Classes
	Deferred   []Deferred `json:"deferred,omitempty"`   // what its callers decide
	NoBody     bool       `json:"nobody,omitempty"`     // it is not written in Go
	Skipped    []Note     `json:"skipped,omitempty"`    // operations that run only the first time, or before a panic
	Spawns     []string   `json:"spawns,omitempty"`     // its go statements
	Unresolved []Call     `json:"unresolved,omitempty"` // what nobody can tell, in it and below it in its package
}

// A Model is what the models say of a function.
type Model struct {
	Posn   string        `json:"posn"` // "std/net.yaml:12", or a file of the user
	Effect models.Effect `json:"effect"`
	Class  models.Class  `json:"class,omitempty"`
	Cost   string        `json:"cost,omitempty"`
	When   string        `json:"when,omitempty"`  // "first-call", "rare": then it does not count
	Calls  []string      `json:"calls,omitempty"` // "param0.Write()"
	Why    string        `json:"why"`
}

// A Run is one reason why a function must not block.
type Run struct {
	How      string `json:"how"` // "runs on the gnet event loop"
	Evidence []Note `json:"evidence,omitempty"`
}

// A Root is a function of another package that this one hands to a loop.
type Root struct {
	Name string `json:"name"`
	Run  Run    `json:"run"`
}

// A Note is a place and what it says.
type Note struct {
	Posn string `json:"posn,omitempty"`
	Text string `json:"text"`
}

// Ways are the operations of one class that a function may reach.
type Ways struct {
	Class   models.Class `json:"class"`
	Count   int          `json:"count"` // operations, at different places
	Op      string       `json:"op"`
	Cost    string       `json:"cost"`              // as the models spell it
	Loop    string       `json:"loop,omitempty"`    // the loop that Op waits for
	Suspect bool         `json:"suspect,omitempty"` // a step of the chain is assumed
	Ignored *Note        `json:"ignored,omitempty"` // the directive that excuses Op, for callers too
	Chain   []Hop        `json:"chain"`             // to Op, the shortest
}

// A Hop is one call of a chain.
type Hop struct {
	Posn   string `json:"posn,omitempty"`
	Callee string `json:"callee"`
	// By says how the callee is known, if the call does not name it.
	By    *Note  `json:"by,omitempty"`
	Model string `json:"model,omitempty"` // the place of the entry that decides what the callee does
}

// Deferred is a call of what the callers of the function pass.
type Deferred struct {
	Value  string `json:"value"`            // "w", "s.out"
	Method string `json:"method,omitempty"` // "" calls the value
	Chain  []Hop  `json:"chain"`
}

// A Call is a call whose callee is not known.
type Call struct {
	Posn   string `json:"posn"`
	Callee string `json:"callee,omitempty"` // the interface method, "" for a func value
	What   string `json:"what"`             // as the source names it, relative to its package: "Cache.Get", "Hub.onEvent"
	Kind   string `json:"kind"`             // "interface", "field", "variable", "parameter", "func"
	Via    string `json:"via,omitempty"`    // the function that is given the value and calls it
}

// An Unknown is a Call in loop code.
type Unknown struct {
	Call
	Package string   `json:"package"`
	In      string   `json:"in"`     // the function that contains the call
	InRoot  bool     `json:"inroot"` // a loop runs that function itself
	Roots   []string `json:"roots"`  // that reach the call, sorted
}

// A Bound is a bound of the analysis that was exceeded in a function, or for a type.
type Bound struct {
	Bound string `json:"bound"` // as in docs/limits.md: "threads.maxFrames"
	Posn  string `json:"posn"`
	In    string `json:"in"`
}

// costs are the spellings of models.Cost.
var costs = map[models.Cost]string{
	models.Micros: "us", models.Brief: "us-ms", models.Millis: "ms",
	models.Seconds: "s", models.Argument: "arg", models.Unbounded: "unbounded",
}

// Cost returns c as the models spell it.
func Cost(c models.Cost) string { return costs[c] }

// Decode decodes the message of an answer, whose category says what it is.
func Decode(message string, answer any) error { return json.Unmarshal([]byte(message), answer) }
