// Package classes holds a case for each class of false or missed findings
// that real programs have shown.
package classes

import (
	"log"
	"net"
	"os"
	"sync"
	"time"

	"github.com/rivo/tview"

	"blockingio/classes/dialog"
)

func slow() { time.Sleep(time.Second) } // want `sleeps: time.Sleep, 2 calls down, and so do 2 other roots`

func fast() {}

func settersBad(d *dialog.Dialog, app *tview.Application) {
	d.SetSelectedFunc(func() { slow() })
	d.SetKey('x', func() { slow() })
	dialog.Bind(app, func() { slow() })
}

func wait() { time.Sleep(time.Second) }

func settersOK(d *dialog.Dialog, app *tview.Application) {
	d.SetSelectedFunc(fast)
	d.SetIdleFunc(wait)
	dialog.Bind(app, fast)
}

type server struct{ logger *log.Logger }

// A logger that writes to a standard stream or a file is the class log,
// wherever it is kept; one that writes to a connection is not.
func newServer() *server { return &server{log.New(os.Stderr, "", 0)} }

//yieldlint:eventloop
func loggerOK() { newServer().logger.Printf("x") }

//yieldlint:eventloop
func fileLoggerOK(f *os.File) { (&server{log.New(f, "", 0)}).logger.Printf("x") }

//yieldlint:eventloop
func netLoggerBad(c net.Conn) {
	s := &server{log.New(c, "", 0)}
	s.logger.Printf("x") // want `blocks on the network: \(net.Conn\).Write`
}

// Waiting for goroutines that only compute is computing.
//
//yieldlint:eventloop
func parallelOK(xs []int) {
	var wg sync.WaitGroup
	for i := range xs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			xs[i] *= 2
		}()
	}
	wg.Wait()
}

//yieldlint:eventloop
func fanOutBad(xs []int) {
	var wg sync.WaitGroup
	for range xs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			wait()
		}()
	}
	wg.Wait() // want `waits for another goroutine`
}

//yieldlint:eventloop
func unixOK() { net.Dial("unix", "/run/x.sock") }

//yieldlint:eventloop
func dialBad() {
	net.Dial("tcp", "example.com:80") // want `blocks on the network`
}

// The terminal is handed over on purpose.
func suspendOK(app *tview.Application, list *tview.List) {
	list.SetDoneFunc(func() {
		app.Suspend(func() { wait() })
	})
}

// postedOK: if show runs on the loop, the outer call never returns and the
// literal never runs; whether show does is for its callers to say.
func postedOK(app *tview.Application) {
	app.QueueUpdateDraw(func() { app.Draw() })
}

func postedBad(app *tview.Application) {
	go func() {
		app.QueueUpdateDraw(func() {
			app.Draw() // want `waits for that same loop`
		})
	}()
}

type config struct{ lookup func(string) }

// lookupBad: the one func that the package stores in the field is what it is.
func load(custom func(string)) *config {
	c := new(config)
	c.lookup = custom
	c.lookup = func(string) { net.LookupHost("x") } // want `lookupBad runs on the event loop and blocks on a name server`
	return c
}

//yieldlint:eventloop
func (c *config) lookupBad() { c.lookup("x") }

// FN_exits registers before the process ends, as main functions do.
func FN_exits(b *tview.Button, run func()) {
	b.SetSelectedFunc(func() {
		time.Sleep(time.Second) // want `func literal in FN_exits runs on the tview event loop and sleeps`
	})
	run()
	os.Exit(0)
}

// FN_waits never returns.
func FN_waits(b *tview.Button) {
	b.SetSelectedFunc(func() {
		time.Sleep(time.Second) // want `func literal in FN_waits runs on the tview event loop and sleeps`
	})
	select {}
}
