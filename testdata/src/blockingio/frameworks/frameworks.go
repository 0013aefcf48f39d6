// Package frameworks has callbacks that frameworks run on their loops.
package frameworks

import (
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/gdamore/tcell/v2"
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hashicorp/memberlist"
	"github.com/hashicorp/raft"
	"github.com/jroimartin/gocui"
	"github.com/nats-io/nats.go"
	"github.com/panjf2000/gnet/v2"
	"github.com/rivo/tview"
	"github.com/tidwall/evio"
	"go.temporal.io/sdk/workflow"
	"k8s.io/client-go/tools/cache"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"blockingio/wrap"
)

func slow() { time.Sleep(time.Second) }

func fast() {}

// Implemented interfaces.

type serverBad struct{ gnet.BuiltinEventEngine }

func (*serverBad) OnTraffic(c gnet.Conn) gnet.Action {
	time.Sleep(time.Second) // want `^\(\*serverBad\)\.OnTraffic runs on the gnet event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
	return gnet.None
}

func (*serverBad) OnOpen(c gnet.Conn) ([]byte, gnet.Action) {
	return reply(c), gnet.None
}

func reply(gnet.Conn) []byte { time.Sleep(time.Second); return nil } // want `^\(\*serverBad\)\.OnOpen runs on the gnet event loop and sleeps: time\.Sleep, 2 calls down \[blockingio/loop-blocks\]$`

type serverOK struct{ gnet.BuiltinEventEngine }

func (*serverOK) OnTraffic(c gnet.Conn) gnet.Action {
	buf, _ := c.Next(-1)
	c.Write(buf)
	go time.Sleep(time.Second)
	return gnet.None
}

// OnTick of gnet runs on a goroutine of its own.
func (*serverOK) OnTick() (time.Duration, gnet.Action) {
	time.Sleep(time.Second)
	return time.Second, gnet.None
}

func serve() {
	gnet.Run(&serverBad{}, "tcp://:1")
	gnet.Run(&serverOK{}, "tcp://:2")
}

// lookalikeOK has a method of the same name and implements nothing.
type lookalikeOK struct{}

func (lookalikeOK) OnTraffic(c gnet.Conn) gnet.Action { time.Sleep(time.Second); return gnet.None }

type modelBad struct{}

func (m modelBad) Init() tea.Cmd { return nil }

func (m modelBad) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	time.Sleep(time.Second) // want `^\(modelBad\)\.Update runs on the Bubble Tea event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
	return m, nil
}

func (m modelBad) View() string { slow2(); return "" }

func slow2() { time.Sleep(time.Second) } // want `^\(modelBad\)\.View runs on the Bubble Tea event loop and sleeps: time\.Sleep, 2 calls down \[blockingio/loop-blocks\]$`

type modelOK struct{}

func (m modelOK) Init() tea.Cmd { return nil }

func (m modelOK) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	return m, tea.Batch(fetchOK, func() tea.Msg { time.Sleep(time.Second); return nil })
}

func fetchOK() tea.Msg { time.Sleep(time.Second); return nil }

func (m modelOK) View() string { return "" }

type gameBad struct{}

func (gameBad) Update() error              { time.Sleep(time.Second); return nil } // want `^\(gameBad\)\.Update runs on the Ebitengine game loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
func (gameBad) Draw(*ebiten.Image)         {}
func (gameBad) Layout(w, h int) (int, int) { return w, h }

type gameOK struct{}

func (gameOK) Update() error              { go time.Sleep(time.Second); return nil }
func (gameOK) Draw(*ebiten.Image)         {}
func (gameOK) Layout(w, h int) (int, int) { return w, h }

type delegateBad struct{}

func (delegateBad) NodeMeta(int) []byte             { return nil }
func (delegateBad) NotifyMsg([]byte)                { time.Sleep(time.Second) } // want `^\(delegateBad\)\.NotifyMsg runs on the memberlist packet goroutine and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
func (delegateBad) GetBroadcasts(_, _ int) [][]byte { return nil }
func (delegateBad) LocalState(bool) []byte          { return nil }
func (delegateBad) MergeRemoteState([]byte, bool)   {}

type delegateOK struct{ ch chan []byte }

func (delegateOK) NodeMeta(int) []byte { return nil }
func (d delegateOK) NotifyMsg(b []byte) {
	select {
	case d.ch <- b:
	default:
	}
}
func (delegateOK) GetBroadcasts(_, _ int) [][]byte { return nil }
func (delegateOK) LocalState(bool) []byte          { return nil }
func (delegateOK) MergeRemoteState([]byte, bool)   {}

// eventsOK runs under a lock of memberlist, a kind of loop that is off by default.
type eventsOK struct{}

func (eventsOK) NotifyJoin(*memberlist.Node)   { time.Sleep(time.Second) }
func (eventsOK) NotifyLeave(*memberlist.Node)  {}
func (eventsOK) NotifyUpdate(*memberlist.Node) {}

// Registered functions.

func register(app *tview.Application, nc *nats.Conn, g *gocui.Gui) {
	app.SetInputCapture(func(e *tcell.EventKey) *tcell.EventKey {
		time.Sleep(time.Second) // want `^func literal in register runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
		return e
	})
	app.SetInputCapture(func(e *tcell.EventKey) *tcell.EventKey { go slow(); return e })
	b := tview.NewButton("x")
	b.SetSelectedFunc(clickBad)
	b.SetSelectedFunc(clickOK)
	p := &page{}
	b.SetSelectedFunc(p.clickBad)
	b.SetSelectedFunc(p.clickOK)
	tview.NewList().AddItem("", "", 'x', itemBad)
	wrap.OnClick(b, wrappedBad)
	wrap.OnClick(b, wrappedOK)
	nc.Subscribe("x", msgPerPeerOK)
}

func clickBad() { time.Sleep(time.Second) } // want `^clickBad runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func clickOK() { go slow() }

func itemBad() { os.ReadFile("x"); time.Sleep(time.Second) } // want `^itemBad runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func wrappedBad() { time.Sleep(time.Second) } // want `^wrappedBad runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func wrappedOK() { go slow() }

// msgPerPeerOK runs on one goroutine per subscription, which is off by default.
func msgPerPeerOK(*nats.Msg) { time.Sleep(time.Second) }

type page struct{}

func (*page) clickBad() { time.Sleep(time.Second) } // want `^\(\*page\)\.clickBad runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func (*page) clickOK() {}

// Functions in struct fields.

func fields() {
	var events evio.Events
	events.Data = dataBad
	events.Opened = openedOK
	evio.Serve(events)
	evio.Serve(evio.Events{Closed: func(evio.Conn, error) evio.Action { closedBad(); return evio.None }})
	_ = &widget.Button{Text: "x", OnTapped: tappedBad}
	_ = &widget.Button{Text: "x", OnTapped: tappedOK}
	e := widget.NewEntry()
	e.OnChanged = changedBad
	_ = cache.ResourceEventHandlerFuncs{AddFunc: func(obj any) { fast() }}
}

func dataBad(evio.Conn, []byte) ([]byte, evio.Action) {
	time.Sleep(time.Second) // want `^dataBad runs on the evio event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
	return nil, evio.None
}

func openedOK(evio.Conn) ([]byte, evio.Options, evio.Action) {
	go slow()
	return nil, evio.Options{}, evio.None
}

func closedBad() { time.Sleep(time.Second) } // want `^func literal in fields runs on the evio event loop and sleeps: time\.Sleep, 2 calls down \[blockingio/loop-blocks\]$`

func tappedBad() { time.Sleep(time.Second) } // want `^tappedBad runs on the Fyne main thread and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func tappedOK() { go slow() }

func changedBad(string) { time.Sleep(time.Second) } // want `^changedBad runs on the Fyne main thread and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func menu() {
	fyne.NewMenuItem("x", func() { time.Sleep(time.Second) }) // want `^func literal in menu runs on the Fyne main thread and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
	fyne.NewMenuItem("x", func() { go slow() })
}

// Func types.

var validateBad fyne.StringValidator

func init() {
	validateBad = fyne.StringValidator(checkBad)
	_ = fyne.StringValidator(checkOK)
}

func checkBad(string) error { time.Sleep(time.Second); return nil } // want `^checkBad runs on the Fyne main thread and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func checkOK(string) error { return nil }

// First parameters.

func workflowBad(ctx workflow.Context) error {
	time.Sleep(time.Second) // want `^workflowBad runs on the Temporal workflow scheduler and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
	return nil
}

func workflowOK(ctx workflow.Context) error {
	return workflow.Sleep(ctx, time.Second)
}

// Results.

type fieldBad struct{ *tview.Box }

func (f *fieldBad) InputHandler() func(*tcell.EventKey, func(tview.Primitive)) {
	return f.WrapInputHandler(func(*tcell.EventKey, func(tview.Primitive)) { time.Sleep(time.Second) }) // want `^func literal in \(\*fieldBad\)\.InputHandler runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
}

type plainBad struct{ *tview.Box }

func (f *plainBad) InputHandler() func(*tcell.EventKey, func(tview.Primitive)) {
	return func(*tcell.EventKey, func(tview.Primitive)) { time.Sleep(time.Second) } // want `^func literal in \(\*plainBad\)\.InputHandler runs on the tview event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
}

type plainOK struct{ *tview.Box }

func (f *plainOK) InputHandler() func(*tcell.EventKey, func(tview.Primitive)) {
	return func(*tcell.EventKey, func(tview.Primitive)) { go slow() }
}

// Tolerated classes: a state machine may write to its disk.

type fsmBad struct{ w wrap.Conn }

func (f *fsmBad) Apply(l *raft.Log) any {
	f.w.Read(nil) // want `^\(\*fsmBad\)\.Apply runs on the raft FSM goroutine and blocks on the network: \(net\.Conn\)\.Read \[blockingio/loop-blocks\]$`
	return nil
}
func (f *fsmBad) Snapshot() (raft.FSMSnapshot, error) { return nil, nil }
func (f *fsmBad) Restore(wrap.ReadCloser) error       { return nil }

type fsmOK struct{ f *os.File }

func (f *fsmOK) Apply(l *raft.Log) any {
	f.f.Sync()
	os.WriteFile("x", l.Data, 0o600)
	return nil
}
func (f *fsmOK) Snapshot() (raft.FSMSnapshot, error) { return nil, nil }
func (f *fsmOK) Restore(wrap.ReadCloser) error       { return nil }

var _ mqtt.Client
