// Command fault runs a hub that logs to the network from its loop. Each line
// of standard input is "+name" (join), "-name" (leave) or "name" (is it
// present?). To see the hub stall, give it -collector with the address of a
// program that accepts a connection and does not read.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"time"

	"github.com/yieldlint/yieldlint/examples/internal/loopback"
	"github.com/yieldlint/yieldlint/examples/ownerloop/fault/hub"
	"github.com/yieldlint/yieldlint/examples/ownerloop/netlog"
)

func main() {
	collector := flag.String("collector", "", "address to log to; empty starts one that prints")
	idle := flag.Duration("idle", 10*time.Second, "forget a name after this time")
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

	h := hub.New(netlog.New(conn), *idle)
	defer h.Stop()
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		switch line := in.Text(); {
		case len(line) > 1 && line[0] == '+':
			h.Join(line[1:])
		case len(line) > 1 && line[0] == '-':
			h.Leave(line[1:])
		default:
			fmt.Fprintln(os.Stderr, h.Present(line))
		}
	}
}
