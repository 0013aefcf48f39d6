// Package logging says what a logger is, and knows none.
package logging

// A Logger keeps lines.
type Logger interface {
	Printf(format string, args ...any)
}
