// Command fixed is a bank that logs to the network, and checks and withdraws in one step.
//
//	go run ./banktransfer/fixed
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

	// Right: nothing is checked before the logger is called and acted on after it.
	bank := domain.NewSafeBank(netlog.New(conn))
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
