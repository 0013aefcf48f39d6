// Package logger is an interface and nothing else.
package logger

// A Logger keeps lines.
type Logger interface {
	Printf(format string, args ...any)
}
