package models

import (
	_ "embed"
	"strings"
	"sync"
)

//go:generate sh -c "go list std > data/std-packages.txt"

//go:embed data/std-packages.txt
var stdPackageList string

var stdPackages = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for path := range strings.Lines(stdPackageList) {
		set[strings.TrimSpace(path)] = true
	}
	return set
})

// IsStd reports whether path is a package of the standard library (or
// internal to it, or vendored into it), by the list of the models. The go
// command itself (cmd/...) counts as standard.
//
// It does not guess from the form of path: modules called "example" or
// "app/server" have no dot in their path either.
func IsStd(path string) bool {
	first, rest, nested := strings.Cut(path, "/")
	switch {
	case first == "cmd" || nested && (first == "internal" || first == "vendor"):
		return true
	case stdPackages()[path]:
		return true
	}
	// An internal package that a later release of Go has added.
	return nested && stdPackages()[first] && strings.Contains("/"+rest+"/", "/internal/")
}
