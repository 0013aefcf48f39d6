// Package netlog logs to a server.
package netlog

import (
	"fmt"
	"net"
)

// A Logger writes to a connection.
type Logger struct{ conn net.Conn }

// Dial returns a logger for the server at addr.
func Dial(addr string) (*Logger, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Logger{conn}, nil
}

func (l *Logger) Printf(format string, args ...any) {
	fmt.Fprintf(l.conn, format+"\n", args...)
}
