// Command stderr is a bank that logs to standard error: nothing waits between
// the check of a transfer and its act.
//
//	go run ./banktransfer/stderr
package main

import (
	"fmt"
	"log"
	"os"
	"sync"

	"github.com/yieldlint/yieldlint/examples/banktransfer/domain"
)

func main() {
	bank := domain.NewBank(log.New(os.Stderr, "bank: ", 0))
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
