// Package flagged has what is reported only if a flag asks for it.
package flagged

import (
	"log"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rivo/tview"
)

//yieldlint:eventloop
func logs() { log.Print("x") }

//yieldlint:eventloop
func locks(mu *sync.Mutex) { mu.Lock() }

// perPeer runs on one goroutine for each subscription.
func perPeer(*nats.Msg) { time.Sleep(time.Second) }

func subscribe(nc *nats.Conn) { nc.Subscribe("x", perPeer) }

//yieldlint:eventloop
func sends(ch chan int) { ch <- 1 } // suspect: who receives is not in view

// patient: a user interface can read one file.
func patient() { os.ReadFile("x") }

func register(b *tview.Button) { b.SetSelectedFunc(patient) }

type hub struct{ calls chan func() }

// executor is weak: nothing but its form says that it serves others.
func (p *hub) executor() {
	for f := range p.calls {
		f()
		time.Sleep(time.Second)
	}
}

func start(p *hub) { go p.executor() }
