// Package auth decides whether a user's token is right. Nothing in the
// signatures shows that it asks a database.
package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	"github.com/yieldlint/yieldlint/examples/gnetauth/store"
)

// A Service checks tokens. It is safe for concurrent use.
type Service struct {
	users *store.Store
}

// New returns a Service over a store of users.
func New(users *store.Store) *Service { return &Service{users: users} }

// Register stores a user. Tokens are random, so a plain hash is enough.
func (s *Service) Register(ctx context.Context, user, token string) error {
	sum := sha256.Sum256([]byte(token))
	return s.users.Put(ctx, user, sum[:])
}

// Check reports whether token belongs to user.
func (s *Service) Check(ctx context.Context, user, token string) (bool, error) {
	want, err := s.users.Digest(ctx, user)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(want, sum[:]) == 1, nil
}
