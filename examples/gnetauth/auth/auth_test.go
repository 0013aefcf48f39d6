package auth

import (
	"path/filepath"
	"testing"

	"github.com/yieldlint/yieldlint/examples/gnetauth/store"
)

func TestCheck(t *testing.T) {
	ctx := t.Context()
	users, err := store.Open(ctx, filepath.Join(t.TempDir(), "users.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer users.Close()
	s := New(users)
	if err := s.Register(ctx, "ann", "s3cret"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		user, token string
		want        bool
	}{
		{"ann", "s3cret", true},
		{"ann", "guess", false},
		{"bob", "s3cret", false},
	} {
		got, err := s.Check(ctx, tt.user, tt.token)
		if err != nil || got != tt.want {
			t.Errorf("Check(%q, %q) = %v, %v; want %v", tt.user, tt.token, got, err, tt.want)
		}
	}
}
