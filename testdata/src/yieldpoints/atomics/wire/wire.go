// Package wire sends.
package wire

import "net"

func Send(conn net.Conn, text string) { send(conn, text) }

func send(conn net.Conn, text string) { conn.Write([]byte(text)) }
