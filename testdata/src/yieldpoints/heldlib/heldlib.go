// Package heldlib waits.
package heldlib

import "net"

// Ask waits for a server.
func Ask(addr string) (byte, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var b [1]byte
	_, err = c.Read(b[:])
	return b[0], err
}
