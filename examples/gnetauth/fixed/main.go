// Command fixed is a gnet server that checks tokens on a pool of goroutines.
//
//	go run ./gnetauth/fixed &
//	printf 'AUTH ann s3cret\n' | nc 127.0.0.1 9000
package main

import (
	"context"
	"flag"
	"log"
	"time"

	"github.com/panjf2000/gnet/v2"
	"github.com/panjf2000/gnet/v2/pkg/pool/goroutine"

	"github.com/yieldlint/yieldlint/examples/gnetauth/auth"
	"github.com/yieldlint/yieldlint/examples/gnetauth/line"
	"github.com/yieldlint/yieldlint/examples/gnetauth/store"
)

type server struct {
	gnet.BuiltinEventEngine
	auth *auth.Service
	pool *goroutine.Pool
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
		// Right: req holds copies, the pool runs the query, and AsyncWrite
		// brings the answer back to the loop. Answers name the user, since
		// one may overtake another. gnet's pool refuses work when it is full
		// instead of waiting for a place.
		err = s.pool.Submit(func() {
			c.AsyncWrite([]byte(s.answer(req)), nil)
		})
		if err != nil {
			if _, err := c.Write([]byte("BUSY " + req.User + "\n")); err != nil {
				return gnet.Close
			}
		}
	}
}

// answer asks the database; it runs on a goroutine of the pool.
func (s *server) answer(req line.Request) string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	ok, err := s.auth.Check(ctx, req.User, req.Token)
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
	s := &server{auth: auth.New(users), pool: goroutine.Default()}
	defer s.pool.Release()
	if err := s.auth.Register(ctx, "ann", "s3cret"); err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on %s", *addr)
	if err := gnet.Run(s, "tcp://"+*addr, gnet.WithMulticore(true)); err != nil {
		log.Fatal(err)
	}
}
