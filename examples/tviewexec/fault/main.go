// Command fault is a tview program that runs a command in the handler of a
// list. The screen freezes while the command runs, and then for ever.
// (Ctrl-C does not end it: key events are not read any more. Kill it.)
package main

import (
	"context"
	"log"

	"github.com/rivo/tview"

	"github.com/yieldlint/yieldlint/examples/tviewexec/checks"
)

type ui struct {
	app    *tview.Application
	output *tview.TextView
	checks []checks.Check
}

// selected is a handler of the list, so it runs on tview's event loop.
func (u *ui) selected(index int, name, _ string, _ rune) {
	u.output.SetTitle(name)
	u.show(u.checks[index])
}

func (u *ui) show(c checks.Check) {
	// Wrong: the event loop waits for the child process.
	text := checks.Run(context.Background(), c)
	// Wrong: QueueUpdateDraw waits until the event loop has run the function,
	// and this is the event loop. It waits for itself.
	u.app.QueueUpdateDraw(func() { u.output.SetText(text) })
}

func main() {
	u := &ui{
		app:    tview.NewApplication(),
		output: tview.NewTextView(),
		checks: checks.Default(),
	}
	list := tview.NewList().ShowSecondaryText(false)
	for _, c := range u.checks {
		list.AddItem(c.Name, "", 0, nil)
	}
	list.SetSelectedFunc(u.selected)
	u.output.SetBorder(true)

	root := tview.NewFlex().AddItem(list, 12, 0, true).AddItem(u.output, 0, 1, false)
	if err := u.app.SetRoot(root, true).Run(); err != nil {
		log.Fatal(err)
	}
}
