// Command fixed is a tview program that runs commands on goroutines of their
// own and comes back to the event loop to show what they printed.
package main

import (
	"context"
	"log"
	"time"

	"github.com/rivo/tview"

	"github.com/yieldlint/yieldlint/examples/tviewexec/checks"
)

type ui struct {
	app    *tview.Application
	list   *tview.List
	output *tview.TextView
	checks []checks.Check // never changed
}

// selected is a handler of the list, so it runs on tview's event loop.
func (u *ui) selected(index int, name, _ string, _ rune) {
	u.output.SetText("running").SetTitle(name)
	// Right: the handler returns at once.
	go u.show(index)
}

// show runs on its own goroutine, where it may wait for the child process and
// for the event loop. It touches widgets only in the function it queues.
func (u *ui) show(index int) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	text := checks.Run(ctx, u.checks[index])
	u.app.QueueUpdateDraw(func() {
		if u.list.GetCurrentItem() == index { // still the one that the user looks at
			u.output.SetText(text)
		}
	})
}

func main() {
	u := &ui{
		app:    tview.NewApplication(),
		list:   tview.NewList().ShowSecondaryText(false),
		output: tview.NewTextView(),
		checks: checks.Default(),
	}
	for _, c := range u.checks {
		u.list.AddItem(c.Name, "", 0, nil)
	}
	u.list.SetSelectedFunc(u.selected)
	u.output.SetBorder(true)

	root := tview.NewFlex().AddItem(u.list, 12, 0, true).AddItem(u.output, 0, 1, false)
	if err := u.app.SetRoot(root, true).Run(); err != nil {
		log.Fatal(err)
	}
}
