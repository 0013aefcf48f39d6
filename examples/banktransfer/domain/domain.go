// Package domain transfers money between accounts that lock themselves. Nothing
// in it waits: whether a transfer does, is for the package to say that gives
// the bank a logger.
package domain

import (
	"errors"
	"sync"

	"github.com/yieldlint/yieldlint/examples/banktransfer/logging"
)

// ErrInsufficientFunds says that the payer has too little.
var ErrInsufficientFunds = errors.New("insufficient funds")

// An Account is safe for several goroutines, each method by itself.
type Account struct {
	Name    string
	mu      sync.Mutex
	balance int
}

// NewAccount returns an account with a balance.
func NewAccount(name string, balance int) *Account { return &Account{Name: name, balance: balance} }

// Balance returns what is in the account.
func (a *Account) Balance() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance
}

// SufficientFunds reports whether amount can be withdrawn.
func (a *Account) SufficientFunds(amount int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance >= amount
}

// Deposit puts amount into the account.
func (a *Account) Deposit(amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += amount
}

// Withdraw takes amount from the account. The caller has seen to it that there is enough.
func (a *Account) Withdraw(amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance -= amount
}

// TryWithdraw takes amount from the account, or says that there is too little.
func (a *Account) TryWithdraw(amount int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < amount {
		return ErrInsufficientFunds
	}
	a.balance -= amount
	return nil
}

// A Bank makes transfers.
type Bank struct{ log logging.Logger }

// NewBank returns a bank that logs to log.
func NewBank(log logging.Logger) *Bank { return &Bank{log: log} }

// Transfer checks, and then acts. It has worked for years.
func (b *Bank) Transfer(amount int, payer, payee *Account) error {
	if !payer.SufficientFunds(amount) {
		return ErrInsufficientFunds
	}
	b.log.Printf("%s has sufficient funds", payer.Name)
	payee.Deposit(amount)
	b.log.Printf("%s received payment", payee.Name)
	payer.Withdraw(amount)
	return nil
}

// A SafeBank makes transfers that do not mind how long the logger takes.
type SafeBank struct{ log logging.Logger }

// NewSafeBank returns a bank that logs to log.
func NewSafeBank(log logging.Logger) *SafeBank { return &SafeBank{log: log} }

// Transfer checks and withdraws in one step.
func (b *SafeBank) Transfer(amount int, payer, payee *Account) error {
	if err := payer.TryWithdraw(amount); err != nil {
		return err
	}
	b.log.Printf("%s has paid", payer.Name)
	payee.Deposit(amount)
	b.log.Printf("%s received payment", payee.Name)
	return nil
}
