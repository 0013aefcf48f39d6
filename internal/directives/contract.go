package directives

import (
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/spelling"
)

// A place is a set of the kinds of things that a directive can mark.
type place uint16

const (
	aFunc            place = 1 << iota // a declared function or method
	aLiteral                           // a function literal
	aMethod                            // a method of an interface
	aFuncType                          // a declared func type
	anInterface                        // a declared interface type with methods
	aStruct                            // a declared struct type
	aField                             // a struct field of any type
	aFuncField                         // one of func type
	anInterfaceField                   // one of an interface type with methods
	aVar                               // a package variable of any type
	aFuncVar
	anInterfaceVar
	aFuncParam // a parameter of func type
	anInterfaceParam
	aBlock // a block that is a statement
)

// A contract is a directive that marks something.
type contract struct {
	name    string
	marks   place
	belongs string           // marks in words, for messages
	args    func(*directive) // reads the arguments
	denies  []string         // contracts that cannot hold on the same thing
}

var contracts = []contract{
	{
		name:    "eventloop",
		marks:   aFunc | aLiteral | aMethod | aFuncType | anInterface | aFuncField | aFuncParam,
		belongs: "a function, a func type, an interface method, an interface type, or a struct field or parameter of func type",
		args:    freeText,
		denies:  []string{"suspends"},
	},
	{
		name: "nonblocking",
		marks: aFunc | aLiteral | aMethod | aFuncType | anInterface |
			aFuncField | anInterfaceField | aFuncParam | anInterfaceParam | aFuncVar | anInterfaceVar,
		belongs: "a function, a func type, an interface method, an interface type, or a struct field, parameter or package variable of func or interface type",
		args:    (*directive).parseClasses,
		denies:  []string{"suspends"},
	},
	{
		name:    "suspends",
		marks:   aFunc | aMethod | aFuncType,
		belongs: "a declared function, a func type or an interface method",
		args:    (*directive).parseNothing,
		denies:  []string{"atomic", "eventloop", "nonblocking"},
	},
	{
		name:    "confined",
		marks:   aStruct | aField | aVar,
		belongs: "a struct type, a struct field or a package variable",
		args:    (*directive).parseNothing,
	},
	{
		name:    "holds",
		marks:   aFunc,
		belongs: "a declared function",
		args:    func(d *directive) { d.parseLocks("want //yieldlint:holds mu[, mu2]") },
	},
	{
		name:    "guardedby",
		marks:   aField | aVar,
		belongs: "a struct field or a package variable",
		args: func(d *directive) {
			const form = "want //yieldlint:guardedby mu"
			if d.parseLocks(form); len(d.locks) > 1 {
				d.problem = "guardedby directive names several locks: " + form
			}
		},
	},
	{
		name:    "atomic",
		marks:   aFunc | aLiteral | aBlock,
		belongs: "a function or a block that is a statement",
		args:    (*directive).parseNothing,
		denies:  []string{"suspends"},
	},
}

// checklocksIgnore is gVisor's annotation for what its analyzer is to skip.
// It has no form of our own.
var checklocksIgnore = contract{name: "checklocksignore", marks: aFunc | aField | aVar}

// names are all names that may follow "//yieldlint:".
var names = func() []string {
	all := []string{"ignore"}
	for _, c := range contracts {
		all = append(all, c.name)
	}
	slices.Sort(all)
	return all
}()

// contractOf returns the contract of a name.
func contractOf(name string) (*contract, bool) {
	if name == checklocksIgnore.name {
		return &checklocksIgnore, true
	}
	i := slices.IndexFunc(contracts, func(c contract) bool { return c.name == name })
	if i < 0 {
		return nil, false
	}
	return &contracts[i], true
}

func freeText(*directive) {}

func (d *directive) parseNothing() {
	if d.args != "" {
		d.problem = d.name + " directive takes no arguments, only a remark behind --"
	}
}

// parseClasses reads a list of blocking classes. Their order and
// repetitions do not count.
func (d *directive) parseClasses() {
	named := make(map[string]bool)
	for _, word := range strings.FieldsFunc(d.args, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if !slices.Contains(classes, word) {
			hint := spelling.Suggest(word, classes)
			if hint == "" {
				hint = " (the classes are " + strings.Join(classes, ", ") + ")"
			}
			d.problem = d.name + " directive names an unknown class " + quote(word) + hint
			return
		}
		named[word] = true
	}
	for _, class := range classes {
		if named[class] {
			d.classes = append(d.classes, class)
		}
	}
	if d.args != "" && len(d.classes) == 0 {
		d.problem = d.name + " directive has an empty list of classes"
	}
}

// classes are the names of the blocking classes.
var classes = func() []string {
	var all []string
	for _, c := range models.Classes {
		all = append(all, string(c))
	}
	return all
}()

// parseLocks reads a list of locks, separated by commas.
func (d *directive) parseLocks(form string) {
	if d.args == "" {
		d.problem = d.name + " directive names no lock: " + form
		return
	}
	for lock := range strings.SplitSeq(d.args, ",") {
		lock = strings.TrimSpace(lock)
		if lock == "" || strings.ContainsAny(lock, " \t") {
			d.problem = d.name + " directive has a malformed lock " + quote(lock) + ": " + form
			return
		}
		d.locks = append(d.locks, lock)
	}
}
