// Package loopback starts small servers on 127.0.0.1 that the examples talk
// to, so that each of them runs without anything else installed.
package loopback

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// HTTP serves h on a free port, each answer delayed, and returns the base URL.
func HTTP(h http.Handler, delay time.Duration) (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("loopback: %w", err)
	}
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(delay)
		h.ServeHTTP(w, r)
	})
	go http.Serve(ln, slow)
	return "http://" + ln.Addr().String(), nil
}

// Sink accepts connections on a free port, copies what arrives to w, and
// returns the address. It is as slow as w is.
func Sink(w io.Writer) (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("loopback: %w", err)
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.Copy(w, conn)
			}()
		}
	}()
	return ln.Addr().String(), nil
}
