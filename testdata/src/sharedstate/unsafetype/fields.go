package unsafetype

import (
	"bufio"
	"bytes"
	"math/rand"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type server struct {
	rnd *rand.Rand
	mux *http.ServeMux
}

func newServer() *server {
	s := &server{rnd: rand.New(rand.NewSource(1)), mux: http.NewServeMux()}
	s.mux.HandleFunc("/", s.roll)
	return s
}

func (s *server) roll(w http.ResponseWriter, r *http.Request) {
	w.Write([]byte(strconv.Itoa(s.pick())))
}

func (s *server) pick() int {
	return s.rnd.Intn(6) // want `\*server.rnd, a rand.Rand, is used here \(Intn\) by several goroutines at once, without a lock: it is not safe for concurrent use`
}

type lockedServer struct {
	mu  sync.Mutex
	rnd *rand.Rand
}

func (s *lockedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n := s.rnd.Intn(6)
	s.mu.Unlock()
	w.Write([]byte(strconv.Itoa(n)))
}

var page bytes.Buffer

type pages struct{}

func (pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page.Reset() // want `page, a bytes.Buffer, is used here \(Reset\) by several goroutines at once`
	page.WriteString("x")
	w.Write(page.Bytes())
}

// request holds what belongs to one request.
type request struct{ out bytes.Buffer }

type perRequest struct{}

// FP_perRequest: each request has a buffer of its own.
func (perRequest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := &request{}
	q.render()
	w.Write(q.out.Bytes())
}

func (q *request) render() { q.out.WriteString("x") }

// conn has a goroutine for each direction.
type conn struct {
	r *bufio.Reader
	w *bufio.Writer
}

// FP_oneEach: reader and writer are different values.
func FP_oneEach(c *conn) {
	go c.readLoop()
	go c.writeLoop()
}

func (c *conn) readLoop() {
	for {
		if _, err := c.r.ReadByte(); err != nil {
			return
		}
	}
}

func (c *conn) writeLoop() {
	for {
		if err := c.w.WriteByte(1); err != nil {
			return
		}
	}
}

type workers struct{ rnd *rand.Rand }

func (p *workers) Run() {
	for range 4 {
		go p.work()
	}
}

func (p *workers) work() {
	for {
		if p.rnd.Float64() < 0.1 { // want `\*workers.rnd, a rand.Rand, is used here \(Float64\) by several goroutines at once`
			return
		}
	}
}

// FP_eachItsOwn: each goroutine has another receiver.
func FP_eachItsOwn(n int) {
	for range n {
		p := &workers{rnd: rand.New(rand.NewSource(1))}
		go p.alone()
	}
}

func (p *workers) alone() { p.rnd.Seed(2) }

type sink struct{ buf bytes.Buffer }

func (s *sink) Begin() { go s.flush() }

func (s *sink) flush() {
	for {
		s.buf.Reset() // want `\*sink.buf, a bytes.Buffer, is used here \(Reset\) by a goroutine, and by another one \(WriteString\) in \(\*sink\).Log, without a lock: .*suspect`
	}
}

func (s *sink) Log(x string) { s.buf.WriteString(x) }

type session struct{ ws *websocket.Conn }

// FP_pongField: the handler runs inside ReadMessage, and each session has its own.
func (s *session) FP_pongField() {
	s.ws.SetPongHandler(func(string) error { return s.ws.SetReadDeadline(time.Time{}) })
	for {
		if _, _, err := s.ws.ReadMessage(); err != nil {
			return
		}
	}
}

type started struct{ ws *websocket.Conn }

// FP_pongStarted: the goroutine runs the handler itself.
func FP_pongStarted(ws *websocket.Conn) {
	s := &started{ws}
	go s.read()
}

func (s *started) read() {
	s.ws.SetReadDeadline(time.Time{})
	s.ws.SetPongHandler(func(string) error { return s.ws.SetReadDeadline(time.Time{}) })
	for {
		if _, _, err := s.ws.ReadMessage(); err != nil {
			return
		}
	}
}
