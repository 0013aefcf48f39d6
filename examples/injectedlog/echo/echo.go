// Package echo is a server on gnet. Nothing in it waits: whether its loop does,
// is for the package to say that gives it a logger.
package echo

import (
	"github.com/panjf2000/gnet/v2"

	"github.com/yieldlint/yieldlint/examples/injectedlog/logging"
)

// A Server sends back what it gets.
type Server struct {
	gnet.BuiltinEventEngine
	log logging.Logger
}

// New returns a server that logs to log.
func New(log logging.Logger) *Server { return &Server{log: log} }

// OnTraffic runs on the event loop.
func (s *Server) OnTraffic(c gnet.Conn) gnet.Action {
	data, err := c.Next(-1)
	if err != nil {
		return gnet.Close
	}
	s.log.Printf("%s: %d bytes", c.RemoteAddr(), len(data))
	if _, err := c.Write(data); err != nil { // gnet buffers what the socket does not take
		return gnet.Close
	}
	return gnet.None
}
