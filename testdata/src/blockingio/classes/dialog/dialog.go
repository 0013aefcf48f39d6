// Package dialog keeps callbacks in fields that the loop calls.
package dialog

import (
	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
)

type Dialog struct {
	*tview.Box
	selected func()
	keys     map[rune]func()
	idle     func()
}

func New() *Dialog { return &Dialog{Box: tview.NewBox(), keys: make(map[rune]func())} }

func (d *Dialog) SetSelectedFunc(f func()) { d.selected = f }

func (d *Dialog) SetKey(r rune, f func()) { d.keys[r] = f }

// SetIdleFunc keeps a func that no loop calls.
func (d *Dialog) SetIdleFunc(f func()) { d.idle = f }

func (d *Dialog) RunIdle() { go d.idle() }

func (d *Dialog) Start() {
	d.SetInputCapture(func(ev *tcell.EventKey) *tcell.EventKey {
		d.selected()
		if f := d.keys['x']; f != nil {
			f()
		}
		return ev
	})
}

// Bind wraps its parameter in a callback.
func Bind(app *tview.Application, f func()) {
	app.SetInputCapture(func(ev *tcell.EventKey) *tcell.EventKey {
		f()
		return ev
	})
}
