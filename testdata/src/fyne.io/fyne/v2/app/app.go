// Package app is a stub for tests: types and signatures only.
package app

import "fyne.io/fyne/v2"

func New() fyne.App             { return nil }
func NewWithID(string) fyne.App { return nil }
