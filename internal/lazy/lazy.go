// Package lazy makes values when they are first asked for. go vet starts a
// process for each package, and most have no use for most of them.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a func that returns expr, compiled once. It panics if expr
// does not compile.
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
