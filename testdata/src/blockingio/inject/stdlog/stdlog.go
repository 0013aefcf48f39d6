// Package stdlog logs to standard error.
package stdlog

import (
	"fmt"
	"os"
)

// A Logger writes to standard error.
type Logger struct{}

func (Logger) Printf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}
