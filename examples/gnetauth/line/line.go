// Package line splits what has arrived on a gnet connection into requests of
// the form "AUTH user token\n".
package line

import (
	"bytes"
	"errors"
	"strings"

	"github.com/panjf2000/gnet/v2"
)

// Max is the length of the longest request.
const Max = 512

// ErrMalformed says that the peer does not speak this protocol.
var ErrMalformed = errors.New("malformed request")

// A Request is one line. Its strings are copies: they stay valid after
// OnTraffic has returned, unlike the buffers of gnet.
type Request struct {
	User, Token string
}

// Next takes one request from the inbound buffer. It only looks at memory;
// ok is false if no whole line has arrived yet.
func Next(r gnet.Reader) (req Request, ok bool, err error) {
	buf, err := r.Peek(-1)
	if err != nil {
		return Request{}, false, err
	}
	end := bytes.IndexByte(buf, '\n')
	if end < 0 {
		if len(buf) > Max {
			return Request{}, false, ErrMalformed
		}
		return Request{}, false, nil
	}
	fields := strings.Fields(string(buf[:end]))
	if _, err := r.Discard(end + 1); err != nil {
		return Request{}, false, err
	}
	if len(fields) != 3 || fields[0] != "AUTH" {
		return Request{}, false, ErrMalformed
	}
	return Request{User: fields[1], Token: fields[2]}, true, nil
}
