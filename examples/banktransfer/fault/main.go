// Command fault is a bank that logs to the network. The domain is the same as with a logger
// to standard error; but now others run between the check and the act, and an
// account that held enough for one transfer may pay for two.
//
//	go run ./banktransfer/fault
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"sync"

	"github.com/yieldlint/yieldlint/examples/banktransfer/domain"
	"github.com/yieldlint/yieldlint/examples/internal/loopback"
	"github.com/yieldlint/yieldlint/examples/ownerloop/netlog"
)

func main() {
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

	// Wrong: netlog writes to the network, and Transfer calls it between check and act.
	bank := domain.NewBank(netlog.New(conn))
	payer, payee := domain.NewAccount("ann", 100), domain.NewAccount("bob", 0)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := bank.Transfer(100, payer, payee); err != nil {
				fmt.Println(err)
			}
		})
	}
	wg.Wait()
	fmt.Println("ann has", payer.Balance())
}
