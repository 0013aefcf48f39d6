// Package bankmain decides which logger the bank has.
package bankmain

import (
	"log"
	"net"
	"os"

	"yieldpoints/bankdomain"
	"yieldpoints/netlog"
)

func StderrOK() *bankdomain.Bank { return bankdomain.New(log.New(os.Stderr, "", 0)) }

func NetworkBad(conn net.Conn) *bankdomain.Bank {
	return bankdomain.New(netlog.New(conn)) // want `\*netlog.Logger is injected here: its Printf, which \(\*bankdomain.Bank\).Transfer calls between a check of Account.balance and the act on it, Withdraw, suspends on the network \[yieldpoints/check-act-methods\]`
}

func SafeOK(conn net.Conn) *bankdomain.Safe { return bankdomain.NewSafe(netlog.New(conn)) }
