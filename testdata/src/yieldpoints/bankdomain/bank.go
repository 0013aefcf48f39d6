// Package bankdomain transfers money, and says so to a logger that others provide.
package bankdomain

import (
	"errors"

	"yieldpoints/account"
)

type Logger interface {
	Printf(format string, args ...any)
}

type Bank struct{ log Logger }

func New(log Logger) *Bank { return &Bank{log: log} }

// Transfer is right as long as the logger does not suspend.
func (b *Bank) Transfer(amount int, payer, payee *account.Account) error {
	if !payer.Sufficient(amount) {
		return errors.New("insufficient funds")
	}
	b.log.Printf("%p has sufficient funds", payer)
	payee.Deposit(amount)
	payer.Withdraw(amount)
	return nil
}

// A Safe bank does not mind.
type Safe struct{ log Logger }

func NewSafe(log Logger) *Safe { return &Safe{log: log} }

func (b *Safe) Transfer(amount int, payer, payee *account.Account) error {
	if err := payer.TryWithdraw(amount); err != nil {
		return err
	}
	b.log.Printf("%p has paid", payer)
	payee.Deposit(amount)
	return nil
}
