// Package store keeps users in an embedded SQLite database.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// A Store is safe for concurrent use.
type Store struct {
	db *sql.DB
}

// Open opens or creates the database in the file path. While another process
// locks the file, a query waits for up to five seconds.
func Open(ctx context.Context, path string) (*Store, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	const schema = `CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, digest BLOB NOT NULL)`
	if _, err := db.ExecContext(ctx, schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("store: create schema: %w", err)
	}
	return &Store{db: db}, nil
}

// Put adds a user or replaces the digest of one.
func (s *Store) Put(ctx context.Context, name string, digest []byte) error {
	const upsert = `INSERT INTO users (name, digest) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET digest = excluded.digest`
	if _, err := s.db.ExecContext(ctx, upsert, name, digest); err != nil {
		return fmt.Errorf("store: put %q: %w", name, err)
	}
	return nil
}

// Digest returns the digest of a user, nil if there is no such user.
func (s *Store) Digest(ctx context.Context, name string) ([]byte, error) {
	var digest []byte
	err := s.db.QueryRowContext(ctx, `SELECT digest FROM users WHERE name = ?`, name).Scan(&digest)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("store: digest of %q: %w", name, err)
	}
	return digest, nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }
