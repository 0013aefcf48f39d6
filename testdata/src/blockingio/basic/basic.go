package basic

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"time"
)

//yieldlint:eventloop
func sleepBad() {
	time.Sleep(time.Second) // want `sleepBad runs on the event loop and sleeps: time.Sleep`
}

//yieldlint:eventloop
func callBad() {
	helper()
}

func helper() {
	http.Get("http://example.com") // want `callBad runs on the event loop and blocks on the network: http.Get, 2 calls down`
}

//yieldlint:eventloop
func goOK() {
	go helper2()
	go func() { time.Sleep(time.Second) }()
}

func helper2() { http.Get("x") }

func arg() int { time.Sleep(time.Second); return 1 } // want `goArgBad runs on the event loop and sleeps`

//yieldlint:eventloop
func goArgBad() {
	go use(arg())
}

func use(int) {}

//yieldlint:eventloop
func closureBad() {
	f := func() { exec.Command("ls").Run() } // want `closureBad runs on the event loop and blocks on another process`
	f()
}

//yieldlint:eventloop
func deferBad() {
	defer time.Sleep(time.Second) // want `sleeps`
}

//yieldlint:eventloop
func polyOK() {
	var buf bytes.Buffer
	fmt.Fprintf(&buf, "x")
	w := bufio.NewWriter(&buf)
	w.Flush()
}

//yieldlint:eventloop
func polyBad(c net.Conn) {
	fmt.Fprintf(c, "x") // want `blocks on the network: \(net.Conn\).Write, 2 calls down`
	w := bufio.NewWriter(c)
	w.Flush() // want `blocks on the network: \(net.Conn\).Write, 2 calls down`
}

func write(w io.Writer) { w.Write(nil) }

type server struct {
	out  io.Writer
	hook func()
	in   nested
}

type nested struct{ deep struct{ w io.Writer } }

func newServer(c net.Conn) *server { return &server{out: c} }

//yieldlint:eventloop
func constructorBad(c net.Conn) {
	s := newServer(c)
	s.flush()
}

func (s *server) flush() { s.out.Write(nil) } // want `constructorBad runs on the event loop and blocks on the network: \(net.Conn\).Write, 2 calls down`

//yieldlint:eventloop
func waitBad(wg *sync.WaitGroup) {
	wg.Wait() // want `waits for another goroutine: \(\*sync.WaitGroup\).Wait`
}

//yieldlint:eventloop
func selectOK(ch chan int) {
	select {
	case ch <- 1:
	default:
	}
	one := make(chan int, 1)
	one <- 1
}

func each(xs []int, f func(int)) {
	for _, x := range xs {
		f(x)
	}
}

//yieldlint:eventloop
func higherBad() {
	each(nil, func(int) { time.Sleep(time.Second) }) // want `higherBad runs on the event loop and sleeps: time.Sleep, 3 calls down`
}

type doer interface{ Do() }
type netDoer struct{}

func (netDoer) Do() { http.Get("x") } // want `ifaceBad runs on the event loop and blocks on the network`

//yieldlint:eventloop
func ifaceBad() {
	var d doer = netDoer{}
	d.Do()
}

//yieldlint:eventloop
func unknownOK(d doer) { d.Do() }

var once sync.Once

//yieldlint:eventloop
func onceOK() { once.Do(func() { time.Sleep(time.Second) }) }

//yieldlint:eventloop
func panicOK(x int) {
	if x < 0 {
		time.Sleep(time.Second)
		panic("x")
	}
}

const debug = false

//yieldlint:eventloop
func constOK() {
	if debug {
		time.Sleep(time.Second)
	}
}
