// Package account has accounts that lock themselves.
package account

import (
	"errors"
	"sync"
	"sync/atomic"
)

type Account struct {
	mu      sync.Mutex
	balance int
	hits    atomic.Int64
}

// Sufficient is a check.
func (a *Account) Sufficient(amount int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance >= amount
}

// CanPay is a check that says no by an error.
func (a *Account) CanPay(amount int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < amount {
		return errors.New("insufficient funds")
	}
	return nil
}

func (a *Account) Deposit(amount int) {
	a.mu.Lock()
	a.balance += amount
	a.mu.Unlock()
}

// Withdraw is an act.
func (a *Account) Withdraw(amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.withdraw(amount)
}

func (a *Account) withdraw(amount int) { a.balance -= amount }

// TryWithdraw tests again.
func (a *Account) TryWithdraw(amount int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < amount {
		return errors.New("insufficient funds")
	}
	a.balance -= amount
	return nil
}

func (a *Account) Balance() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance
}

func (a *Account) SetBalance(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance = n
}

func (a *Account) Hits() int64     { return a.hits.Load() }
func (a *Account) SetHits(n int64) { a.hits.Store(n) }

// Peers refuse what they have, by another field than the one that is asked for.
type Peers struct {
	mu    sync.Mutex
	list  []string
	known map[string]bool
}

func (p *Peers) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.list)
}

func (p *Peers) Add(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known[name] {
		return false
	}
	p.known[name] = true
	p.list = append(p.list, name)
	return true
}
