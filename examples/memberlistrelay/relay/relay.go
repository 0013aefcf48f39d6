// Package relay sends lines to a collector over one TCP connection.
package relay

import (
	"fmt"
	"net"
)

// A Client is safe for concurrent use.
type Client struct {
	conn net.Conn
}

// Dial connects to the collector at addr.
func Dial(addr string) (*Client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("relay: %w", err)
	}
	return &Client{conn: conn}, nil
}

// Send sends one line. It does not keep line.
func (c *Client) Send(line []byte) error {
	framed := make([]byte, 0, len(line)+1)
	framed = append(framed, line...)
	return c.write(append(framed, '\n'))
}

// write makes one call per line, so that concurrent lines do not mix.
func (c *Client) write(b []byte) error {
	if _, err := c.conn.Write(b); err != nil {
		return fmt.Errorf("relay: %w", err)
	}
	return nil
}

// Close closes the connection.
func (c *Client) Close() error { return c.conn.Close() }
