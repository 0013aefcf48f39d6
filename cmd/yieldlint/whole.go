package main

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
)

// The go command keeps what a vet tool has printed about a package under a key
// that does not say whether the package was named, or only imported by one that
// was (VetxOnly: then a tool prints nothing). So who checks one package first,
// and then one that it imports, would be told that the second has no findings;
// and the other way round, findings in packages that he has not named.
//
// So for the command, which reads JSON, the tool prints the findings of every
// package of the main modules, and the command drops those of packages that are
// not named. What the tool prints for go vet itself remains as it is.

// wholeUnit returns args, the last of which is the configuration of a package,
// with one that asks for the findings of the package if the command may ever
// ask for them.
func wholeUnit(args []string) []string {
	name := args[len(args)-1]
	if !strings.HasSuffix(name, ".cfg") || !slices.Contains(args, "-json") && !slices.Contains(args, "-json=true") {
		return args
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return args // unitchecker will say so
	}
	var cfg map[string]json.RawMessage
	var unit struct {
		VetxOnly                  bool
		ModulePath, ModuleVersion string
	}
	if json.Unmarshal(data, &cfg) != nil || json.Unmarshal(data, &unit) != nil {
		return args // likewise
	}
	if !unit.VetxOnly || unit.ModulePath == "" || unit.ModuleVersion != "" {
		return args
	}
	cfg["VetxOnly"] = json.RawMessage("false")
	if data, err = json.Marshal(cfg); err != nil {
		return args
	}
	whole := filepath.Join(filepath.Dir(name), "whole.cfg")
	if os.WriteFile(whole, data, 0o666) != nil {
		return args
	}
	return append(slices.Clone(args[:len(args)-1]), whole)
}

// named returns the part of t that is about packages that patterns name, in
// directory dir. Packages outside of the main modules remain: they are
// analysed for their findings only if they are named.
func named(t findings.Tree, patterns []string, dir string, places findings.Places) findings.Tree {
	var match []*regexp.Regexp
	for _, p := range patterns {
		full, ok := importPattern(p, dir, places)
		if !ok {
			return t // all, a file, or what only the go command understands
		}
		match = append(match, packageRegexp(full))
	}
	out := make(findings.Tree)
	for id, results := range t {
		pkg := strings.TrimSuffix(id, "_test")
		_, ours := places.PackageDir(id)
		if !ours || slices.ContainsFunc(match, func(r *regexp.Regexp) bool { return r.MatchString(pkg) || r.MatchString(id) }) {
			out[id] = results
		}
	}
	return out
}

// importPattern returns a pattern of packages of the main modules as one of
// import paths.
func importPattern(pattern, dir string, places findings.Places) (string, bool) {
	if strings.HasSuffix(pattern, ".go") || pattern == "all" || pattern == "std" || pattern == "cmd" {
		return "", false
	}
	local := pattern == "." || pattern == ".." || strings.HasPrefix(pattern, "./") || strings.HasPrefix(pattern, "../")
	if !local && !filepath.IsAbs(pattern) {
		return path.Clean(pattern), true
	}
	file := filepath.FromSlash(pattern)
	if local {
		file = filepath.Join(dir, file)
	}
	module, rel := "", ""
	for m, d := range places.Modules {
		r, err := filepath.Rel(d, file)
		if err == nil && filepath.IsLocal(r) && (module == "" || len(r) < len(rel)) {
			module, rel = m, r
		}
	}
	if module == "" {
		return "", false
	}
	return path.Join(module, filepath.ToSlash(rel)), true
}

// packageRegexp returns what matches the import paths that a pattern does:
// "..." stands for any text, and "/..." at the end for nothing too.
func packageRegexp(pattern string) *regexp.Regexp {
	text := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\.\.\.`, `.*`)
	if rest, ok := strings.CutSuffix(text, `/.*`); ok {
		text = rest + `(/.*)?`
	}
	return regexp.MustCompile(`^(?:` + text + `)$`)
}
