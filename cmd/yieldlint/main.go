// Command yieldlint reports code that blocks an event loop, with the chain of
// calls that leads there. See yieldlint help.
//
// The one binary is three programs: the command that a user runs; the tool
// that go vet runs on each package (-V=full, -flags, unit.cfg), on behalf of
// the command or of a user's "go vet -vettool"; and the in-process driver,
// x/tools' multichecker, which the command runs as a child of itself.
package main

import (
	"os"

	"github.com/yieldlint/yieldlint/analyzers"
)

func main() {
	os.Exit(run(os.Args[1:], analyzers.Suite))
}
