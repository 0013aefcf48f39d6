package safety

import "encoding/json"

// Category is the category of answers: the message is a Type.
const Category = "safety"

// A Level says how a value of a type may be used by several goroutines at
// once, best first.
type Level string

const (
	// Immutable: no field is written after construction.
	Immutable Level = "immutable"
	// Stateless: safe unless the same arguments are shared.
	Stateless Level = "stateless"
	// Synchronised: all that changes is atomics, channels, or values that are safe themselves.
	Synchronised Level = "synchronised"
	// Guarded: all accesses to what changes hold the same lock.
	Guarded Level = "guarded"
	// Confined: a directive says that only one goroutine touches it.
	Confined Level = "confined"
	// Unknown: something is out of view.
	Unknown Level = "unknown"
	// NotSafe: users have to synchronise.
	NotSafe Level = "not-safe"
)

// Safe reports whether goroutines may share a value without more ado.
func (l Level) Safe() bool {
	switch l {
	case Immutable, Stateless, Synchronised, Guarded:
		return true
	}
	return false
}

// A Type is what is known of one exported type. Positions are "file:line:column".
type Type struct {
	Name    string   `json:"name"` // "example.com/m/server.Hub"
	Package string   `json:"package"`
	PkgName string   `json:"pkgname"`
	Posn    string   `json:"posn"`
	Level   Level    `json:"level"`
	Locks   []string `json:"locks,omitempty"`  // of Guarded: "mu"
	Reason  *Note    `json:"reason,omitempty"` // why it is not better: of NotSafe, Unknown and Confined
	// Depends are the fields whose dynamic types decide: the type is as safe as they are.
	Depends []string `json:"depends,omitempty"`
	Fields  []Field  `json:"fields,omitempty"`
	// Says is what the comment of the type, or of the package, says of it.
	Says *Statement `json:"says,omitempty"`
}

// A Field is one field as evidence, in the order of the declaration.
type Field struct {
	Name     string `json:"name"`
	Level    Level  `json:"level"`
	Text     string `json:"text"`
	Accesses int    `json:"accesses"`       // that count: not those while the object is made
	Writes   int    `json:"writes"`         // of them
	Held     int    `json:"held,omitempty"` // of them, those that hold the lock
	Posn     string `json:"posn,omitempty"` // of the access or directive that decides
}

// A Note is a text, and the place that it is about.
type Note struct {
	Posn string `json:"posn,omitempty"`
	Text string `json:"text"`
}

// A Statement is what a comment says of the use by several goroutines.
type Statement struct {
	Posn string `json:"posn"`
	Text string `json:"text"`
	Safe bool   `json:"safe"` // it may be shared
}

// Decode decodes the message of an answer.
func Decode(message string) (Type, error) {
	var t Type
	err := json.Unmarshal([]byte(message), &t)
	return t, err
}
