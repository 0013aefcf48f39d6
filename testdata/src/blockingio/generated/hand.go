package generated

import (
	"time"

	"github.com/rivo/tview"
)

//yieldlint:eventloop
func byHandBad() { time.Sleep(time.Second) } // want `^byHandBad runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func register(b *tview.Button) { b.SetSelectedFunc(func() {}) }
