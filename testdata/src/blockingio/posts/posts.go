// Package posts has off-loads, posts back to the loop, and waits for the loop.
package posts

import (
	"time"

	"fyne.io/fyne/v2"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/gdamore/tcell/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/panjf2000/gnet/v2"
	"github.com/panjf2000/gnet/v2/pkg/pool/goroutine"
	"github.com/rivo/tview"

	"blockingio/wrap"
)

func slow() { time.Sleep(time.Second) }

type ui struct {
	app  *tview.Application
	pool *ants.Pool
	work *goroutine.Pool
	prog *tea.Program
}

func (u *ui) register(b *tview.Button, w fyne.Window) {
	b.SetSelectedFunc(u.offloadOK)
	b.SetSelectedFunc(u.offloadThroughOK)
	b.SetSelectedFunc(u.poolOK)
	b.SetSelectedFunc(u.postBad)
	b.SetSelectedFunc(u.postOK)
	b.SetSelectedFunc(u.selfWaitBad)
	b.SetSelectedFunc(u.selfWaitDeepBad)
	b.SetSelectedFunc(u.postThroughOK)
	b.SetSelectedFunc(u.postThroughBad)
	w.SetOnClosed(doAndWaitBad)
	w.SetOnClosed(doOK)
}

func (u *ui) offloadOK() {
	go func() {
		slow()
		u.app.QueueUpdateDraw(func() {})
	}()
}

func (u *ui) offloadThroughOK() { wrap.Go(slow) }

func (u *ui) poolOK() {
	u.pool.Submit(slow)
	u.work.Submit(func() { slow() })
	ants.Submit(slow)
}

// postBad: what comes back to the loop is loop code again.
func (u *ui) postBad() {
	go func() {
		slow()
		u.app.QueueUpdateDraw(func() { time.Sleep(time.Second) }) // want `^func literal in \(\*ui\)\.postBad runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
	}()
}

func (u *ui) postOK() {
	go func() {
		slow()
		u.app.QueueUpdate(func() { go slow() })
	}()
}

func (u *ui) postThroughOK() { wrap.Post(u.app, func() {}) }

func (u *ui) postThroughBad() { wrap.Post(u.app, func() { time.Sleep(time.Second) }) } // want `^func literal in \(\*ui\)\.postThroughBad runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func (u *ui) selfWaitBad() {
	u.app.QueueUpdateDraw(func() {}) // want `^\(\*ui\)\.selfWaitBad runs on the tview event loop and waits for that same loop: \(\*tview\.Application\)\.QueueUpdateDraw \[blockingio/self-wait\]$`
}

func (u *ui) selfWaitDeepBad() { u.refresh() }

func (u *ui) refresh() {
	u.app.Draw() // want `^\(\*ui\)\.selfWaitDeepBad runs on the tview event loop and waits for that same loop: \(\*tview\.Application\)\.Draw, 2 calls down \[blockingio/self-wait\]$`
}

// elsewhereOK waits for the loop from outside.
func (u *ui) elsewhereOK() {
	u.app.QueueUpdateDraw(func() {})
	fyne.DoAndWait(func() {})
	u.prog.Send(nil)
}

func doAndWaitBad() {
	fyne.DoAndWait(func() {}) // want `^doAndWaitBad runs on the Fyne main thread and waits for that same loop: fyne\.DoAndWait \[blockingio/self-wait\]$`
}

func doOK() { fyne.Do(func() {}) }

type modelBad struct{ p *tea.Program }

func (m modelBad) Init() tea.Cmd { return nil }
func (m modelBad) Update(tea.Msg) (tea.Model, tea.Cmd) {
	m.p.Send(nil) // want `^\(modelBad\)\.Update runs on the Bubble Tea event loop and waits for that same loop: \(\*bubbletea\.Program\)\.Send \[blockingio/self-wait\]$`
	return m, nil
}
func (m modelBad) View() string { return "" }

type modelOK struct{ p *tea.Program }

func (m modelOK) Init() tea.Cmd { return nil }
func (m modelOK) Update(tea.Msg) (tea.Model, tea.Cmd) {
	go m.p.Send(nil)
	return m, func() tea.Msg { m.p.Send(nil); slow(); return nil }
}
func (m modelOK) View() string { return "" }

// crossOK waits for another framework's loop, not for its own.
func crossOK(app *tview.Application) {
	app.SetInputCapture(func(e *tcell.EventKey) *tcell.EventKey {
		fyne.Do(func() {})
		return e
	})
}

type serverOK struct {
	gnet.BuiltinEventEngine
	pool *goroutine.Pool
}

func (s *serverOK) OnTraffic(c gnet.Conn) gnet.Action {
	s.pool.Submit(func() {
		slow()
		c.AsyncWrite(nil, nil)
	})
	return gnet.None
}

func serve() { gnet.Run(&serverOK{}, "") }
