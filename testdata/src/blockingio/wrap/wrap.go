// Package wrap is a package of the program between it and a framework.
package wrap

import (
	"io"
	"net"

	"github.com/rivo/tview"
)

type (
	Conn       = net.Conn
	ReadCloser = io.ReadCloser
)

// OnClick registers f.
func OnClick(b *tview.Button, f func()) { b.SetSelectedFunc(f) }

// Go runs f elsewhere.
func Go(f func()) { go f() }

// Post runs f on the loop, from elsewhere.
func Post(app *tview.Application, f func()) {
	go app.QueueUpdateDraw(f)
}
