// Package loop runs an event loop. Of loggers it knows only the interface.
package loop

import "blockingio/inject/logger"

// A Loop serves events, one after the other.
type Loop struct {
	log logger.Logger
}

// New returns a loop that logs to log.
func New(log logger.Logger) *Loop { return &Loop{log: log} }

// OnEvent handles one event.
//
//yieldlint:eventloop
func (l *Loop) OnEvent(name string) {
	l.note("event %s", name)
}

func (l *Loop) note(format string, args ...any) { l.log.Printf(format, args...) }
