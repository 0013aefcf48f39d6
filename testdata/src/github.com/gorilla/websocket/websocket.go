// Package websocket is a stub: types and signatures only.
package websocket

import (
	"net/http"
	"time"
)

type Conn struct{ w, r int }

func (c *Conn) Close() error                                        { return nil }
func (c *Conn) ReadMessage() (messageType int, p []byte, err error) { return 0, nil, nil }
func (c *Conn) WriteMessage(messageType int, data []byte) error     { return nil }
func (c *Conn) WriteJSON(v any) error                               { return nil }

func (c *Conn) SetPongHandler(h func(appData string) error) {}
func (c *Conn) SetReadDeadline(t time.Time) error           { return nil }

type Dialer struct{}

func (d *Dialer) Dial(url string, header http.Header) (*Conn, *http.Response, error) {
	return nil, nil, nil
}

type Upgrader struct{}

func (u *Upgrader) Upgrade(w http.ResponseWriter, r *http.Request, h http.Header) (*Conn, error) {
	return nil, nil
}

const TextMessage = 1
