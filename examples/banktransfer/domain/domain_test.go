package domain

import (
	"sync"
	"testing"
)

// A gate is a logger that lets everybody wait until all have come: what a slow
// network does, made certain.
type gate struct{ wg sync.WaitGroup }

func newGate(n int) *gate {
	g := new(gate)
	g.wg.Add(n)
	return g
}

func (g *gate) Printf(format string, _ ...any) {
	if format == "%s has sufficient funds" {
		g.wg.Done()
		g.wg.Wait()
	}
}

// Two transfers that wait in the logger both withdraw what was there once.
func TestTransferOverdraws(t *testing.T) {
	payer, payee := NewAccount("ann", 100), NewAccount("bob", 0)
	bank := NewBank(newGate(2))
	transferTwice(t, bank.Transfer, payer, payee)
	if payer.Balance() != -100 {
		t.Errorf("balance %d: the fault is gone", payer.Balance())
	}
}

func TestSafeTransfer(t *testing.T) {
	payer, payee := NewAccount("ann", 100), NewAccount("bob", 0)
	bank := NewSafeBank(newGate(2))
	transferTwice(t, bank.Transfer, payer, payee)
	if payer.Balance() != 0 || payee.Balance() != 100 {
		t.Errorf("balances %d and %d", payer.Balance(), payee.Balance())
	}
}

func transferTwice(t *testing.T, transfer func(int, *Account, *Account) error, payer, payee *Account) {
	t.Helper()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { transfer(100, payer, payee) })
	}
	wg.Wait()
}
