// Command fault is a gnet server that checks tokens on the event loop. One
// slow query stops every connection that is pinned to the same loop.
//
//	go run ./gnetauth/fault &
//	printf 'AUTH ann s3cret\n' | nc 127.0.0.1 9000
package main

import (
	"context"
	"flag"
	"log"

	"github.com/panjf2000/gnet/v2"

	"github.com/yieldlint/yieldlint/examples/gnetauth/auth"
	"github.com/yieldlint/yieldlint/examples/gnetauth/line"
	"github.com/yieldlint/yieldlint/examples/gnetauth/store"
)

type server struct {
	gnet.BuiltinEventEngine
	auth *auth.Service
}

// OnTraffic runs on the event loop.
func (s *server) OnTraffic(c gnet.Conn) gnet.Action {
	for {
		req, ok, err := line.Next(c)
		if err != nil {
			return gnet.Close
		}
		if !ok {
			return gnet.None
		}
		// Conn.Write is fine here: gnet buffers what the socket does not take.
		if _, err := c.Write([]byte(s.answer(req))); err != nil {
			return gnet.Close
		}
	}
}

func (s *server) answer(req line.Request) string {
	// Wrong: Check asks the database, and the loop waits for it.
	ok, err := s.auth.Check(context.Background(), req.User, req.Token)
	switch {
	case err != nil:
		return "ERROR " + req.User + "\n"
	case !ok:
		return "DENIED " + req.User + "\n"
	}
	return "OK " + req.User + "\n"
}

func main() {
	addr := flag.String("addr", "127.0.0.1:9000", "address to listen on")
	db := flag.String("db", "users.db", "SQLite file")
	flag.Parse()

	ctx := context.Background()
	users, err := store.Open(ctx, *db)
	if err != nil {
		log.Fatal(err)
	}
	defer users.Close()
	s := &server{auth: auth.New(users)}
	if err := s.auth.Register(ctx, "ann", "s3cret"); err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on %s", *addr)
	if err := gnet.Run(s, "tcp://"+*addr, gnet.WithMulticore(true)); err != nil {
		log.Fatal(err)
	}
}
