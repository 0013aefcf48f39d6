// Package logging says what a logger is, and knows none.
package logging

// A Logger keeps lines. The event loop calls it: it decides whether that waits.
type Logger interface {
	Printf(format string, args ...any)
}

type prefixed struct {
	prefix string
	next   Logger
}

// WithPrefix returns a logger that writes prefix before each line of next.
func WithPrefix(prefix string, next Logger) Logger { return &prefixed{prefix, next} }

func (p *prefixed) Printf(format string, args ...any) {
	p.next.Printf(p.prefix+format, args...)
}
