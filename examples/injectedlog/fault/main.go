// Command fault is an echo server that logs to the network from its loop. The
// server is the same in both commands; only the logger that it is given differs.
//
//	go run ./injectedlog/fault &
//	printf 'hello\n' | nc 127.0.0.1 9001
package main

import (
	"flag"
	"log"
	"net"
	"os"

	"github.com/panjf2000/gnet/v2"

	"github.com/yieldlint/yieldlint/examples/injectedlog/echo"
	"github.com/yieldlint/yieldlint/examples/injectedlog/logging"
	"github.com/yieldlint/yieldlint/examples/internal/loopback"
	"github.com/yieldlint/yieldlint/examples/ownerloop/netlog"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:9001", "address to listen on")
	collector := flag.String("collector", "", "address to log to; empty starts one that prints")
	flag.Parse()
	if *collector == "" {
		var err error
		if *collector, err = loopback.Sink(os.Stdout); err != nil {
			log.Fatal(err)
		}
	}
	conn, err := net.Dial("tcp", *collector)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()

	// Wrong: netlog writes to the network, and the server calls it on its loop.
	server := echo.New(logging.WithPrefix("echo: ", netlog.New(conn)))
	if err := gnet.Run(server, "tcp://"+*addr); err != nil {
		log.Fatal(err)
	}
}
