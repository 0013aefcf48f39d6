// Package netlog sends log lines to a collector over a connection.
package netlog

import (
	"fmt"
	"net"
	"sync/atomic"
)

// A Logger writes each line to the connection at once: Printf returns when
// the connection has taken the line.
type Logger struct {
	conn net.Conn
}

// New returns a logger that writes to conn.
func New(conn net.Conn) *Logger { return &Logger{conn: conn} }

// Printf formats and sends a line. A line that cannot be sent is lost.
func (l *Logger) Printf(format string, args ...any) {
	fmt.Fprintf(l.conn, format+"\n", args...)
}

// An Async logger has a goroutine that does the writing. Printf never waits.
type Async struct {
	lines   chan string
	dropped atomic.Int64
}

// NewAsync returns a logger that keeps up to size lines that dst has not
// taken yet. Its goroutine lives as long as the program.
func NewAsync(dst *Logger, size int) *Async {
	a := &Async{lines: make(chan string, size)}
	go func() {
		for line := range a.lines {
			dst.Printf("%s", line)
		}
	}()
	return a
}

// Printf formats a line and queues it. If the queue is full, the line is
// dropped and counted.
func (a *Async) Printf(format string, args ...any) {
	select {
	case a.lines <- fmt.Sprintf(format, args...):
	default:
		a.dropped.Add(1)
	}
}

// Dropped returns how many lines were lost.
func (a *Async) Dropped() int64 { return a.dropped.Load() }
