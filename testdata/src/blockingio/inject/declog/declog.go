// Package declog decorates loggers.
package declog

import "blockingio/inject/logger"

type prefixed struct {
	prefix string
	next   logger.Logger
}

// WithPrefix returns a logger that writes a prefix before each line of next.
func WithPrefix(prefix string, next logger.Logger) logger.Logger {
	return &prefixed{prefix, next}
}

func (p *prefixed) Printf(format string, args ...any) {
	p.next.Printf(p.prefix+format, args...)
}
