// Package user passes on what it does to accounts of another package.
package user

import "windows/account"

type Holder struct{ acc *account.Account }

// Both needs the facts of the package with the methods.
func (h *Holder) Both(n int) {
	if h.acc.Sufficient(n) {
		h.acc.Withdraw(n)
	}
}
