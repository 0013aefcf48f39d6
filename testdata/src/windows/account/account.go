// Package account has methods that check and act under their own lock.
package account

import "sync"

type Account struct {
	mu      sync.Mutex
	balance int
	holders map[string]bool
}

func (a *Account) Sufficient(amount int) bool { // want Sufficient:`checks param0.balance under mu`
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance >= amount
}

func (a *Account) CanPay(amount int) error { // want CanPay:`checks param0.balance under mu`
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < amount {
		return errPoor
	}
	return nil
}

// Withdraw acts by a helper that it locks for.
func (a *Account) Withdraw(amount int) { // want Withdraw:`modifies param0.balance under mu`
	a.mu.Lock()
	defer a.mu.Unlock()
	a.take(amount)
}

func (a *Account) take(amount int) { a.balance -= amount }

func (a *Account) TryWithdraw(amount int) error { // want TryWithdraw:`checks param0.balance under mu, modifies param0.balance under mu after a test`
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.balance < amount {
		return errPoor
	}
	a.balance -= amount
	return nil
}

func (a *Account) Set(n int) { // want Set:`sets param0.balance under mu`
	a.mu.Lock()
	a.balance = n
	a.mu.Unlock()
}

func (a *Account) Holds(name string) bool { // want Holds:`checks param0.holders under mu`
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.holders[name]
}

func (a *Account) Share(name string) { // want Share:`inserts into param0.holders under mu`
	a.mu.Lock()
	a.holders[name] = true
	a.mu.Unlock()
}

// Unlocked has no lock of its own: what it does is its caller's to guard.
func (a *Account) Unlocked() int { return a.balance }

type poor struct{}

func (poor) Error() string { return "poor" }

var errPoor error = poor{}
