// Package methods checks with one method and acts with another; both lock by themselves.
package methods

import (
	"fmt"
	"net"

	"yieldpoints/account"
)

type bank struct {
	conn net.Conn
}

func (b *bank) say(format string, args ...any) { fmt.Fprintf(b.conn, format, args...) }

func (b *bank) TransferBad(amount int, payer, payee *account.Account) bool {
	if !payer.Sufficient(amount) {
		return false
	}
	b.say("%p has sufficient funds", payer)
	payee.Deposit(amount)
	payer.Withdraw(amount) // want `Withdraw acts on a check that may be stale: Account.balance was observed at line \d+, and \(\*bank\).say at line \d+ suspends on the network \[yieldpoints/check-act-methods\]`
	return true
}

func (b *bank) ErrorBad(amount int, payer *account.Account) error {
	if err := payer.CanPay(amount); err != nil {
		return err
	}
	b.say("%p can pay", payer)
	payer.Withdraw(amount) // want `Withdraw acts on a check that may be stale`
	return nil
}

func (b *bank) TransferOK(amount int, payer, payee *account.Account) error {
	if !payer.Sufficient(amount) {
		return nil
	}
	b.say("%p has sufficient funds", payer)
	if err := payer.TryWithdraw(amount); err != nil {
		return err
	}
	payee.Deposit(amount)
	return nil
}

// PayeeOK acts on another object than it has checked.
func (b *bank) PayeeOK(amount int, payer, payee *account.Account) {
	if !payer.Sufficient(amount) {
		return
	}
	b.say("%p has sufficient funds", payer)
	payee.Deposit(amount)
}

// EachOK checks and acts on one account in each round.
func (b *bank) EachOK(accounts []*account.Account) {
	for _, a := range accounts {
		if a.Sufficient(1) {
			b.say("%p is rich", a)
		}
	}
	for _, a := range accounts {
		a.Withdraw(1)
	}
}

func (b *bank) InterestBad(a *account.Account) {
	n := a.Balance()
	b.say("%d", n)
	a.SetBalance(n + n/10) // want `SetBalance acts on a check that may be stale: Account.balance was observed at line \d+`
}

// quiet has no suspension in its window: preemption is enough, but it is rare.
func quiet(a *account.Account) {
	a.SetBalance(a.Balance() + 1) // want `SetBalance acts on a check that may be stale: Account.balance was observed at line \d+, and Account.mu is released in between \[yieldpoints/check-act-methods, suspect\]`
}

func hits(a *account.Account) {
	a.SetHits(a.Hits() + 1) // want `SetHits acts on a check that may be stale: .*suspect`
}

// fresh has an account that nobody else knows.
func fresh() *account.Account {
	a := new(account.Account)
	if !a.Sufficient(1) {
		a.Deposit(1)
	}
	return a
}

// FP_otherField adds what Add tests by another field: whether that is enough, is not known.
func (b *bank) FP_otherField(p *account.Peers) {
	if p.Len() == 0 {
		b.say("first")
		p.Add("x") // want `Add acts on a check that may be stale: .*suspect\]`
	}
}
