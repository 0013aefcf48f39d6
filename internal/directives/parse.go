package directives

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/internal/spelling"
)

// rules are the rules that can be ignored.
var rules = []string{"blockingio", "sharedstate", "yieldpoints"}

// A directive is one comment that is meant for us.
type directive struct {
	name    string
	args    string
	targets []target // of ignore
	classes []string // of nonblocking
	locks   []string // of holds and guardedby
	read    bool     // the locks are held for reading at least
	foreign bool     // an annotation of gVisor's: its tool reports what is wrong with it
	problem string   // why the directive is void, or ""
}

// A target is what an ignore directive ignores.
type target struct {
	rule, category string
	reason         string
}

func (t target) String() string {
	if t.category == "" {
		return t.rule
	}
	return t.rule + "/" + t.category
}

// parse reads one comment. It reports false for a comment that is not for us.
func parse(text string) (d directive, ok bool) {
	if d, ok := parseChecklocks(text); ok {
		return d, true
	}
	if !strings.Contains(text, "yieldlint") {
		return directive{}, false // the usual comment
	}
	if loose, ok := looseName(text); ok {
		return directive{problem: "directive must be written without spaces: //yieldlint:" + loose}, true
	}
	if name, _, isOurs := strings.Cut(text, ":"); isOurs && name == "//yieldlint" {
		parsed, ok := ast.ParseDirective(token.NoPos, text)
		if !ok {
			return directive{problem: "malformed directive: want //yieldlint:name args"}, true
		}
		return newDirective(parsed.Name, parsed.Args), true
	}
	if parsed, ok := ast.ParseDirective(token.NoPos, text); ok && parsed.Tool == "lint" && parsed.Name == "ignore" {
		return parseLintIgnore(parsed.Args)
	}
	return directive{}, false
}

// looseName reports whether text is a comment such as "// yieldlint:ignore x",
// which a reader takes for a directive and Go does not. Prose that only
// begins with the name of the tool ("// yieldlint: see below") is none.
func looseName(text string) (name string, ok bool) {
	rest, isLine := strings.CutPrefix(text, "//")
	trimmed := strings.TrimLeft(rest, " \t")
	if !isLine || trimmed == rest {
		return "", false
	}
	rest, isOurs := strings.CutPrefix(trimmed, "yieldlint:")
	if !isOurs {
		return "", false
	}
	name = firstWord(rest)
	return name, slices.Contains(names, name)
}

func newDirective(name, args string) directive {
	d := directive{name: name, args: args}
	if name == "ignore" {
		d.parseIgnore()
		return d
	}
	c, ok := contractOf(name)
	if !ok || !slices.Contains(names, name) {
		d.problem = "unknown directive " + quote(name) + spelling.Suggest(name, names)
		return d
	}
	d.args = cutRemark(args)
	c.args(&d)
	return d
}

// cutRemark returns what stands before the word "--" or a comment.
func cutRemark(args string) string {
	args, _, _ = cutReason(args)
	for i := 0; ; {
		j := strings.Index(args[i:], "//")
		if j < 0 {
			return strings.TrimSpace(args)
		}
		if i += j; i == 0 || isSpace(args[i-1]) {
			return strings.TrimSpace(args[:i])
		}
		i += len("//")
	}
}

// parseChecklocks reads an annotation of gVisor's checklocks, as it is written
// there: "// +checklocks:mu", "// +checklocksread:mu" or "// +checklocksignore".
// Whether the first two mean holds or guardedby depends on what they mark, so
// the directive has no name.
func parseChecklocks(text string) (d directive, ok bool) {
	rest, isOurs := strings.CutPrefix(text, "// +checklocks")
	if !isOurs {
		return directive{}, false
	}
	kind, lock, _ := strings.Cut(firstWord(rest), ":")
	switch {
	case kind == "ignore":
		return directive{name: checklocksIgnore.name, foreign: true}, true
	case (kind == "" || kind == "read") && lock != "":
		return directive{args: lock, locks: []string{lock}, read: kind == "read", foreign: true}, true
	}
	return directive{}, false
}

// parseIgnore reads "rule[/category] -- reason".
func (d *directive) parseIgnore() {
	const form = "want //yieldlint:ignore rule[/category] -- reason"
	spec, reason, found := cutReason(d.args)
	words := strings.Fields(spec)
	switch {
	case len(words) == 0:
		d.problem = "ignore directive names no rule: " + form
		return
	case !found:
		d.problem = "ignore directive has no reason: " + form
		return
	case len(words) > 1:
		d.problem = "malformed ignore directive: " + form
		return
	}
	d.add(words[0], reason)
}

// cutReason splits at the first "--" that is a word. A reason of white space is none.
func cutReason(args string) (spec, reason string, found bool) {
	for i := 0; ; {
		j := strings.Index(args[i:], "--")
		if j < 0 {
			return args, "", false
		}
		i += j
		end := i + len("--")
		startsWord := i == 0 || isSpace(args[i-1])
		if startsWord && (end == len(args) || isSpace(args[end])) {
			reason = strings.TrimSpace(args[end:])
			return args[:i], reason, reason != ""
		}
		i = end
	}
}

// parseLintIgnore reads the checks and the reason of //lint:ignore. Checks of
// other tools are not for us.
func parseLintIgnore(args string) (d directive, ok bool) {
	checks := firstWord(args)
	reason := strings.TrimSpace(strings.TrimPrefix(args, checks))
	d = directive{name: "ignore", args: args}
	for check := range strings.SplitSeq(checks, ",") {
		spec, isOurs := strings.CutPrefix(check, "yieldlint/")
		if !isOurs {
			continue
		}
		ok = true
		if reason == "" {
			d.problem = "ignore directive has no reason: want //lint:ignore yieldlint/rule reason"
			continue
		}
		d.add(spec, reason)
	}
	return d, ok
}

// add makes d ignore the rule and category of spec.
func (d *directive) add(spec, reason string) {
	rule, category, slash := strings.Cut(spec, "/")
	switch {
	case !slices.Contains(rules, rule):
		d.problem = "ignore directive names an unknown rule " + quote(rule) + spelling.Suggest(rule, rules)
	case slash && (category == "" || strings.Contains(category, "/")):
		d.problem = "ignore directive has a malformed category " + quote(category)
	default:
		d.targets = append(d.targets, target{rule, category, reason})
	}
}

func firstWord(s string) string {
	if i := strings.IndexFunc(s, func(r rune) bool { return r == ' ' || r == '\t' }); i >= 0 {
		return s[:i]
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }
