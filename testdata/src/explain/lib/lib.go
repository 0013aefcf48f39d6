// Package lib has what package app calls in another package.
package lib

import (
	"io"
	"os"
)

// Save blocks by itself.
func Save(name string) error { return os.WriteFile(name, nil, 0o666) }

// Emit does what its writer does.
func Emit(w io.Writer) { w.Write(nil) }

// Apply does what its func does.
func Apply(f func()) { f() }
