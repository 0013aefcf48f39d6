// Package netlog logs to the network.
package netlog

import (
	"fmt"
	"net"
)

type Logger struct{ conn net.Conn }

func New(conn net.Conn) *Logger { return &Logger{conn} }

func (l *Logger) Printf(format string, args ...any) { fmt.Fprintf(l.conn, format, args...) }
