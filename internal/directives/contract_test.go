package directives

import (
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/internal/models"
)

func TestParseContract(t *testing.T) {
	for _, tt := range []struct {
		comment string
		want    directive
	}{
		{"//yieldlint:nonblocking", directive{name: "nonblocking"}},
		{"//yieldlint:nonblocking net", directive{name: "nonblocking", args: "net", classes: []string{"net"}}},
		{"//yieldlint:nonblocking net,disk", directive{name: "nonblocking", args: "net,disk", classes: []string{"net", "disk"}}},
		{"//yieldlint:nonblocking disk ,\tnet net", directive{name: "nonblocking", args: "disk ,\tnet net", classes: []string{"net", "disk"}}},
		{"//yieldlint:nonblocking -- the lock is held", directive{name: "nonblocking"}},
		{"//yieldlint:nonblocking net -- the lock is held", directive{name: "nonblocking", args: "net", classes: []string{"net"}}},
		{"//yieldlint:nonblocking net // as in http://host", directive{name: "nonblocking", args: "net", classes: []string{"net"}}},
		{"//yieldlint:eventloop of http://host", directive{name: "eventloop", args: "of http://host"}},
		{"//yieldlint:suspends", directive{name: "suspends"}},
		{"//yieldlint:confined -- to the loop of the server", directive{name: "confined"}},
		{"//yieldlint:atomic", directive{name: "atomic"}},
		{"//yieldlint:holds mu", directive{name: "holds", args: "mu", locks: []string{"mu"}}},
		{"//yieldlint:holds s.mu, shards[i].mu,t.mu", directive{name: "holds", args: "s.mu, shards[i].mu,t.mu", locks: []string{"s.mu", "shards[i].mu", "t.mu"}}},
		{"//yieldlint:guardedby mu -- or the loop", directive{name: "guardedby", args: "mu", locks: []string{"mu"}}},
		{"// +checklocks:mu", directive{args: "mu", locks: []string{"mu"}, foreign: true}},
		{"// +checklocks:s.mu (see above)", directive{args: "s.mu", locks: []string{"s.mu"}, foreign: true}},
		{"// +checklocksread:mu", directive{args: "mu", locks: []string{"mu"}, read: true, foreign: true}},
		{"// +checklocksignore", directive{name: "checklocksignore", foreign: true}},
	} {
		got, ok := parse(tt.comment)
		if !ok || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("parse(%q) = %+v, %v; want %+v", tt.comment, got, ok, tt.want)
		}
	}
}

func TestNotForUs(t *testing.T) {
	for _, comment := range []string{
		"// +checklocks",
		"// +checklocks:",
		"// +checklocksacquire:mu",
		"// +checklocksforce:mu",
		"// +build checklocks",
		"//go:generate yieldlint:holds",
		"// The yieldlint:holds directive",
		"/* yieldlint:holds mu */",
	} {
		if d, ok := parse(comment); ok {
			t.Errorf("parse(%q) = %+v", comment, d)
		}
	}
}

// TestContractProblems: arguments, places and contradictions. Each case is a
// file; the wanted problems are in the order of lines.
func TestContractProblems(t *testing.T) {
	const (
		eventloop   = "eventloop directive marks nothing: it belongs to a function, a func type, an interface method, an interface type, or a struct field or parameter of func type"
		nonblocking = "nonblocking directive marks nothing: it belongs to a function, a func type, an interface method, an interface type, or a struct field, parameter or package variable of func or interface type"
		suspends    = "suspends directive marks nothing: it belongs to a declared function, a func type or an interface method"
		confined    = "confined directive marks nothing: it belongs to a struct type, a struct field or a package variable"
		holds       = "holds directive marks nothing: it belongs to a declared function"
		guardedby   = "guardedby directive marks nothing: it belongs to a struct field or a package variable"
		atomic      = "atomic directive marks nothing: it belongs to a function or a block that is a statement"
	)
	for _, tt := range []struct {
		name, src string
		want      []string
	}{
		// Arguments. What is wrong with them makes the directive void, so it is not misplaced too.
		{"unknown class", "//yieldlint:nonblocking nett\nfunc f() {}", []string{`nonblocking directive names an unknown class "nett", did you mean "net"?`}},
		{"strange class", "//yieldlint:nonblocking whatever\nvar x int", []string{`nonblocking directive names an unknown class "whatever" (the classes are ` + strings.Join(classes, ", ") + ")"}},
		{"empty class", "//yieldlint:nonblocking ,\nfunc f() {}", []string{"nonblocking directive has an empty list of classes"}},
		{"args of suspends", "//yieldlint:suspends the goroutine\nfunc f() {}", []string{"suspends directive takes no arguments, only a remark behind --"}},
		{"args of confined", "//yieldlint:confined loop\nvar x int", []string{"confined directive takes no arguments, only a remark behind --"}},
		{"args of atomic", "//yieldlint:atomic x\nfunc f() {}", []string{"atomic directive takes no arguments, only a remark behind --"}},
		{"no lock held", "//yieldlint:holds\nfunc f() {}", []string{"holds directive names no lock: want //yieldlint:holds mu[, mu2]"}},
		{"remark for lock", "//yieldlint:holds -- mu\nfunc f() {}", []string{"holds directive names no lock: want //yieldlint:holds mu[, mu2]"}},
		{"words for lock", "//yieldlint:holds the lock\nfunc f() {}", []string{`holds directive has a malformed lock "the lock": want //yieldlint:holds mu[, mu2]`}},
		{"trailing comma", "//yieldlint:holds mu,\nfunc f() {}", []string{`holds directive has a malformed lock "": want //yieldlint:holds mu[, mu2]`}},
		{"no guard", "//yieldlint:guardedby\nvar x int", []string{"guardedby directive names no lock: want //yieldlint:guardedby mu"}},
		{"two guards", "//yieldlint:guardedby mu, mu2\nvar x, mu, mu2 int", []string{"guardedby directive names several locks: want //yieldlint:guardedby mu"}},
		{"loose", "// yieldlint:holds mu\nfunc f() {}", []string{"directive must be written without spaces: //yieldlint:holds"}},
		{"misspelt", "//yieldlint:guardedBy mu\nvar x, mu int", []string{`unknown directive "guardedBy", did you mean "guardedby"?`}},
		{"unknown", "//yieldlint:nonbloking\nfunc f() {}", []string{`unknown directive "nonbloking", did you mean "nonblocking"?`}},
		{"foreign name", "//yieldlint:checklocksignore\nfunc f() {}", []string{`unknown directive "checklocksignore"`}},

		// Places.
		{"variable", "//yieldlint:eventloop\nvar x int", []string{eventloop}},
		{"package variable", "//yieldlint:eventloop\nvar x func()", []string{eventloop}},
		{"int variable", "//yieldlint:nonblocking\nvar x int", []string{nonblocking}},
		{"constant", "//yieldlint:confined\nconst x = 1", []string{confined}},
		{"empty interface", "type s struct {\n\tx any //yieldlint:nonblocking\n}", []string{nonblocking}},
		{"constraint", "//yieldlint:nonblocking\ntype number interface{ ~int; F() }", []string{nonblocking}},
		{"type parameter", "type s[T interface{ F() }] struct {\n\tx T //yieldlint:nonblocking\n}", []string{nonblocking}},
		{"embedded interface", "type e interface{ F() }\ntype i interface {\n\te //yieldlint:nonblocking\n}", []string{nonblocking}},
		{"slice of funcs", "type s struct {\n\tx []func() //yieldlint:nonblocking\n}", []string{nonblocking}},
		{"group of variables", "//yieldlint:confined\nvar (\n\tx int\n\ty int\n)", []string{confined}},
		{"local variable", "func f() {\n\tvar x func() //yieldlint:nonblocking\n\t_ = x\n}", []string{nonblocking}},
		{"statement", "func f() {\n\tf() //yieldlint:suspends\n}", []string{suspends}},
		{"end of function", "func f() {\n} //yieldlint:suspends", []string{suspends}},
		{"literal", "func f() {\n\t//yieldlint:suspends\n\t_ = func() {}\n}", []string{suspends}},
		{"interface type", "//yieldlint:suspends\ntype i interface{ F() }", []string{suspends}},
		{"func type confined", "//yieldlint:confined\ntype f func()", []string{confined}},
		{"parameter confined", "func f(\n\tx int, //yieldlint:confined\n) {\n}", []string{confined}},
		{"method of interface holds", "type i interface {\n\tF() //yieldlint:holds mu\n}", []string{holds}},
		{"guarded function", "//yieldlint:guardedby mu\nfunc f() {}", []string{guardedby}},
		{"if", "func f() {\n\t//yieldlint:atomic\n\tif true {\n\t}\n}", []string{atomic}},
		{"two parameters", "func f(\n\ta, b func(), c func(), x int, //yieldlint:nonblocking\n) {\n}", []string{"nonblocking directive may mean a or c: put the parameter on a line of its own"}},
		{"result", "func f() (\n\tx func(), //yieldlint:nonblocking\n) {\n\treturn nil\n}", []string{nonblocking}},
		{"nothing", "//yieldlint:nonblocking\n\nfunc f() {}", []string{nonblocking}},
		{"foreign", "// +checklocks:mu\ntype t int\n\nfunc f() {\n\tf() // +checklocksignore\n}", nil},

		// Locks.
		{"field", "type s struct {\n\tmu int\n\tx  int //yieldlint:guardedby mux\n}", []string{`guardedby directive names "mux", which is no field of the struct and no package variable, did you mean "mu"?`}},
		{"path", "type s struct {\n\tmu int\n\tx  int //yieldlint:guardedby state.mu\n}", []string{`guardedby directive names "state", which is no field of the struct and no package variable`}},
		{"method", "type s struct {\n\tx int //yieldlint:guardedby Lock\n}\n\nfunc (s) Lock() {}", []string{`guardedby directive names "Lock", which is no field of the struct and no package variable`}},
		{"type", "type mutex int\ntype s struct {\n\tx int //yieldlint:guardedby mutex\n}", []string{`guardedby directive names "mutex", which is no field of the struct and no package variable`}},
		{"field of a type", "type t struct{ mu int }\ntype s struct {\n\tx int //yieldlint:guardedby t.mu\n}", nil},
		{"variable of a package", "import \"os\"\n\nvar x int //yieldlint:guardedby os.Stdin\n\nvar _ = os.Stdin", nil},
		{"package", "import \"os\"\n\nvar x int //yieldlint:guardedby os\n\nvar _ = os.Stdin", []string{`guardedby directive names "os", which is no package variable`}},
		{"local", "func f() {\n\tvar mu int\n\t_ = mu\n\ttype s struct {\n\t\tx int //yieldlint:guardedby mu\n\t}\n}", nil},
		{"package lock", "var stateMu int\n\nvar state int //yieldlint:guardedby stateMy", []string{`guardedby directive names "stateMy", which is no package variable, did you mean "stateMu"?`}},
		{"foreign lock", "type s struct {\n\tx int // +checklocks:mu\n}", nil},

		// Contradictions.
		{"loop suspends", "//yieldlint:eventloop\n//yieldlint:suspends\nfunc f() {}", []string{"suspends directive contradicts the eventloop directive of line 3"}},
		{"nonblocking suspends", "type f func() //yieldlint:nonblocking\n\n//yieldlint:suspends\n//yieldlint:nonblocking\ntype g func()", []string{"nonblocking directive contradicts the suspends directive of line 5"}},
		{"atomic suspends", "//yieldlint:atomic\nfunc f() { //yieldlint:suspends\n}", []string{"suspends directive contradicts the atomic directive of line 3"}},
		{"loop is nonblocking", "//yieldlint:eventloop\n//yieldlint:nonblocking\nfunc f() {}", nil},
		{"method of nonblocking", "//yieldlint:nonblocking\ntype i interface {\n\tF()\n\tG() //yieldlint:suspends\n\tH() //yieldlint:nonblocking\n}", []string{"suspends directive contradicts the nonblocking directive of line 3"}},
		{"twice", "//yieldlint:nonblocking\nfunc f() { //yieldlint:nonblocking net\n}", []string{"nonblocking directive repeats that of line 3"}},
		{"twice on two", "type s struct {\n\t//yieldlint:confined\n\ta, b int //yieldlint:confined\n}", []string{"confined directive repeats that of line 4"}},
		{"twice on a block", "func f() {\n\t//yieldlint:atomic\n\t{ //yieldlint:atomic\n\t}\n}", []string{"atomic directive repeats that of line 4"}},
		{"two locks", "//yieldlint:holds mu\n//yieldlint:holds mu2\n//yieldlint:holds mu3, mu\nfunc f() {}", []string{"holds directive repeats that of line 3"}},
		{"for both tools", "// +checklocks:mu\n//yieldlint:holds mu\nfunc f() {}", nil},
	} {
		set, _, _ := load(t, "a.go", "package a\n\n"+tt.src+"\n")
		var got []string
		for _, p := range set.Problems() {
			got = append(got, p.Message)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// TestVoid: a directive with a problem of its own marks nothing.
func TestVoid(t *testing.T) {
	set, _, _ := load(t, "a.go", `package a

//yieldlint:nonblocking nett
//yieldlint:suspends x
//yieldlint:holds
func f() {}

//yieldlint:guardedby mu
var x int
`)
	if len(set.Problems()) != 4 || len(set.all()) != 0 {
		t.Errorf("problems %v, marked %v", set.Problems(), set.all())
	}
}

// TestContractTable: the table is whole and consistent.
func TestContractTable(t *testing.T) {
	for _, c := range contracts {
		if c.marks == 0 || c.belongs == "" || c.args == nil {
			t.Errorf("%s is not complete", c.name)
		}
		for _, name := range c.denies {
			other, ok := contractOf(name)
			if !ok || !slices.Contains(other.denies, c.name) {
				t.Errorf("%s denies %s, but not the other way round", c.name, name)
			}
		}
	}
	if len(classes) != len(models.Classes) {
		t.Errorf("%d classes, want %d", len(classes), len(models.Classes))
	}
}

// TestOrder: results are in the order of positions, over several files.
func TestOrder(t *testing.T) {
	set, _, _ := load(t, "a.go", `package a

//yieldlint:suspends
func f() {}

type s struct {
	x func() //yieldlint:nonblocking
}

//yieldlint:nonblocking
func g() {}

//yieldlint:nonblocking
//yieldlint:suspends
var y int

//yieldlint:confined
func h() {}
`)
	byPos := func(a, b token.Pos) int { return int(a - b) }
	var marks, problems []token.Pos
	for _, m := range set.Contracts("nonblocking") {
		marks = append(marks, m.Pos)
	}
	for _, p := range set.Problems() {
		problems = append(problems, p.Pos)
	}
	if len(marks) != 2 || len(problems) != 3 || !slices.IsSortedFunc(marks, byPos) || !slices.IsSortedFunc(problems, byPos) {
		t.Errorf("marks %v, problems %v", marks, problems)
	}
}
