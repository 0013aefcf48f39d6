package echo

import (
	"fmt"
	"net"
	"testing"

	"github.com/panjf2000/gnet/v2"
)

type lines []string

func (l *lines) Printf(format string, args ...any) { *l = append(*l, fmt.Sprintf(format, args...)) }

// A conn is what OnTraffic uses of a connection.
type conn struct {
	gnet.Conn
	in, out string
}

func (c *conn) Next(int) ([]byte, error)       { return []byte(c.in), nil }
func (c *conn) Write(data []byte) (int, error) { c.out += string(data); return len(data), nil }
func (c *conn) RemoteAddr() net.Addr           { return &net.TCPAddr{IP: net.IPv4(1, 2, 3, 4), Port: 5} }

func TestOnTraffic(t *testing.T) {
	var log lines
	c := &conn{in: "hello"}
	if action := New(&log).OnTraffic(c); action != gnet.None || c.out != "hello" {
		t.Errorf("action %v, sent %q", action, c.out)
	}
	if len(log) != 1 || log[0] != "1.2.3.4:5: 5 bytes" {
		t.Errorf("logged %q", log)
	}
}
