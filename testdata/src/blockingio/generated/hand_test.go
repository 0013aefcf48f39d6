package generated

import (
	"testing"
	"time"

	"github.com/rivo/tview"
)

func TestOK(t *testing.T) {
	register(nil)
	tview.NewButton("x").SetSelectedFunc(func() { time.Sleep(time.Second) })
}
