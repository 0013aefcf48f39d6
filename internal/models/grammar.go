package models

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// The spellings of an entry's values.

// costs spells the values of Cost, in their order.
var costs = []string{Micros: "us", Brief: "us-ms", Millis: "ms", Seconds: "s", Argument: "arg", Unbounded: "unbounded"}

func (c Cost) String() string {
	if int(c) >= len(costs) {
		return "Cost(" + strconv.Itoa(int(c)) + ")"
	}
	return costs[c]
}

func parseCost(s string) (Cost, error) {
	if i := slices.Index(costs, s); i > 0 {
		return Cost(i), nil
	}
	return 0, fmt.Errorf("%q is none of %s", s, join(costs[Micros:]))
}

func parseClass(s string) (Class, error) {
	if !slices.Contains(Classes, Class(s)) {
		return "", fmt.Errorf("%q is none of %s", s, join(Classes))
	}
	return Class(s), nil
}

// parsePath parses "recv.f.[]" or "param0": a path from what a call is given.
func parsePath(s string) (Path, error) {
	p, err := parseAnyPath(s)
	if _, isResult := p.ResultIndex(); isResult {
		return Path{}, fmt.Errorf("path %q starts with a result", s)
	}
	return p, err
}

// parseAnyPath parses what parsePath does, and "result0.f".
func parseAnyPath(s string) (Path, error) {
	root, rest, hasFields := strings.Cut(s, ".")
	p, ok := parseRoot(root)
	if !ok {
		return Path{}, fmt.Errorf("path %q starts neither with recv nor with param and a number", s)
	}
	if !hasFields {
		return p, nil
	}
	p.Fields = strings.Split(rest, ".")
	for _, f := range p.Fields {
		if f != "[]" && !isIdent(f) {
			return Path{}, fmt.Errorf("path %q has the element %q, which is no field name and not []", s, f)
		}
	}
	return p, nil
}

// parseRoot parses "recv", "param0" or "result0".
func parseRoot(s string) (p Path, ok bool) {
	if s == "recv" {
		return Path{Root: Recv}, true
	}
	digits, isParam := strings.CutPrefix(s, "param")
	if !isParam {
		var isResult bool
		if digits, isResult = strings.CutPrefix(s, "result"); !isResult {
			return Path{}, false
		}
	}
	i, err := strconv.ParseUint(digits, 10, 8)
	if err != nil {
		return Path{}, false
	}
	if isParam {
		return Path{Root: int(i)}, true
	}
	return Path{Root: Result(int(i))}, true
}

// parseTarget parses "recv.f.Method()" or "param0.()".
func parseTarget(s string) (Target, error) { return parseTargetBy(s, parsePath) }

func parseTargetBy(s string, parsePath func(string) (Path, error)) (Target, error) {
	call, ok := strings.CutSuffix(s, "()")
	dot := strings.LastIndexByte(call, '.')
	if !ok || dot < 0 {
		return Target{}, fmt.Errorf(`target %q is neither of the form "path.()" nor of "path.Method()"`, s)
	}
	path, err := parsePath(call[:dot])
	if err != nil {
		return Target{}, err
	}
	method := call[dot+1:]
	if method != "" && !isIdent(method) {
		return Target{}, fmt.Errorf("target %q has %q for a method", s, method)
	}
	return Target{Path: path, Method: method}, nil
}

// A name is a split types.Func.FullName without type parameters.
type name struct {
	pkg  string // "net/http"; "" of error.Error
	recv string // "Client"; "" of a function
	ptr  bool   // the receiver is a pointer
	name string // "Do"
}

// parseName splits the full name of a function or method.
func parseName(s string) (name, error) {
	n, ok := splitName(s)
	if !ok {
		return name{}, fmt.Errorf("%q is not a function's full name: want pkg/path.Func, (pkg/path.Type).Method or (*pkg/path.Type).Method, without type parameters", s)
	}
	return n, nil
}

// splitName is parseName for names of which most are right. It runs for every
// entry in every process, so it is written by hand.
func splitName(s string) (n name, ok bool) {
	recv, isMethod := strings.CutPrefix(s, "(")
	if !isMethod {
		n.pkg, n.name, ok = cutLast(s, ".")
		return n, ok && isPath(n.pkg) && isIdent(n.name)
	}
	recv, n.name, ok = cutLast(recv, ").")
	if !ok || !isIdent(n.name) {
		return n, false
	}
	recv, n.ptr = strings.CutPrefix(recv, "*")
	n.pkg, n.recv, ok = cutLast(recv, ".")
	if !ok { // (error).Error, (interface).M
		n.pkg, n.recv = "", recv
		return n, isIdent(recv)
	}
	return n, isPath(n.pkg) && isIdent(n.recv)
}

// cutLast is strings.Cut around the last sep.
func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+len(sep):], true
}

// isPath reports whether s may be an import path, or one with a name behind it.
func isPath(s string) bool { return s != "" && !strings.ContainsAny(s, "()[]* \t\"") }

// isIdent reports whether s is a Go identifier.
func isIdent(s string) bool { return token.IsIdentifier(s) || token.IsKeyword(s) }

func (n name) String() string { return string(n.append(nil)) }

// append appends the full name to b. It allocates nothing if b has room.
func (n name) append(b []byte) []byte {
	if n.recv != "" {
		b = append(b, '(')
	}
	if n.ptr {
		b = append(b, '*')
	}
	if n.pkg != "" {
		b = append(b, n.pkg...)
		b = append(b, '.')
	}
	if n.recv != "" {
		b = append(b, n.recv...)
		b = append(b, ")."...)
	}
	return append(b, n.name...)
}

// isGlob reports whether s holds a '*' other than that of a pointer receiver.
func isGlob(s string) bool { return strings.Contains(strings.TrimPrefix(s, "(*"), "*") }

// parseFunc checks the spelling of an Op.Func.
func parseFunc(s string) (string, error) {
	if !isGlob(s) {
		_, err := parseName(s)
		return s, err
	}
	if strings.ContainsAny(s, "[] \t\"") {
		return "", fmt.Errorf("%q is not a pattern of a function's full name", s)
	}
	return s, nil
}

// parseQualified checks the spelling "pkg/path.Name" or "pkg/path.Type.Field".
func parseQualified(s string) (string, error) {
	if n, ok := splitName(s); !ok || n.recv != "" {
		return "", fmt.Errorf("%q is not of the form pkg/path.Name", s)
	}
	return s, nil
}

// parseTypeName checks the spelling "pkg/path.Type", with an optional leading '*'.
func parseTypeName(s string) (string, error) {
	_, err := parseQualified(strings.TrimPrefix(s, "*"))
	return s, err
}

// parsePackage checks a pattern of import paths.
func parsePackage(s string) (string, error) {
	if strings.ContainsAny(s, " ()[]") {
		return "", fmt.Errorf("%q is not a pattern of import paths", s)
	}
	return s, nil
}

func parseIdent(s string) (string, error) {
	if !isIdent(s) {
		return "", fmt.Errorf("%q is not a name", s)
	}
	return s, nil
}

func parseIndex(s string) (int, error) {
	i, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("%q is not the index of a parameter", s)
	}
	return int(i), nil
}

// match reports whether pattern, in which '*' stands for any run of
// characters, matches all of s.
func match(pattern, s string) bool {
	// Greedy with one backtrack point: after a mismatch, the last '*' takes one more.
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// matchFunc is match for full names: the '*' of a pointer receiver matches itself only.
func matchFunc(pattern, full string) bool {
	if rest, ok := strings.CutPrefix(pattern, "(*"); ok {
		s, ok := strings.CutPrefix(full, "(*")
		return ok && match(rest, s)
	}
	return match(pattern, full)
}
