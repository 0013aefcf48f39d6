// Package unsafetype uses values that are not safe for concurrent use.
package unsafetype

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

func buffer() string {
	var buf bytes.Buffer
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			buf.WriteString(fmt.Sprint(i)) // want `buf, a bytes.Buffer, is used here by the goroutine started at line \d+ \(WriteString\), and by the goroutine started at line \d+ \(WriteString\) without order: it is not safe for concurrent use`
		}()
	}
	wg.Wait()
	return buf.String()
}

func bufferLocked() string {
	var buf bytes.Buffer
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			buf.WriteString(fmt.Sprint(i))
		}()
	}
	wg.Wait()
	return buf.String()
}

func generator() []int {
	rnd := rand.New(rand.NewSource(1))
	out := make([]int, 2)
	done := make(chan struct{})
	go func() {
		defer close(done)
		out[0] = rnd.Intn(10) // want `the rand.Rand is used here by the goroutine started at line \d+ \(Intn\), and by generator \(Intn\) without order`
	}()
	out[1] = rnd.Intn(10)
	<-done
	return out
}

func generatorOfItsOwn() []int {
	out := make([]int, 4)
	var wg sync.WaitGroup
	for i := range out {
		wg.Add(1)
		go func() {
			defer wg.Done()
			rnd := rand.New(rand.NewSource(int64(i)))
			out[i] = rnd.Intn(10)
		}()
	}
	wg.Wait()
	return out
}

func generatorAfterJoin() int {
	rnd := rand.New(rand.NewSource(1))
	done := make(chan int)
	go func() { done <- rnd.Intn(10) }()
	n := <-done
	return n + rnd.Intn(10)
}

func encoder(w io.Writer, in []string) {
	enc := json.NewEncoder(w)
	var wg sync.WaitGroup
	for _, s := range in {
		wg.Add(1)
		go func() {
			defer wg.Done()
			enc.Encode(s) // want `the json.Encoder is used here by the goroutine started at line \d+ \(Encode\), and by the goroutine started at line \d+ \(Encode\)`
		}()
	}
	wg.Wait()
}

func oneEncoderEach(ws []io.Writer, s string) {
	var wg sync.WaitGroup
	for _, w := range ws {
		enc := json.NewEncoder(w)
		wg.Add(1)
		go func() {
			defer wg.Done()
			enc.Encode(s)
		}()
	}
	wg.Wait()
}

// readersOnly: two goroutines only look.
func readersOnly() int {
	var b strings.Builder
	b.WriteString("x")
	n := make(chan int)
	go func() { n <- b.Len() }()
	m := b.Len()
	return m + <-n
}

// twoWriters: one goroutine may write, another read; these both write.
func twoWriters(conn *websocket.Conn, stop chan struct{}) {
	go func() {
		for {
			conn.WriteMessage(websocket.TextMessage, []byte("ping")) // want `conn, a websocket.Conn, is used here by the goroutine started at line \d+ \(WriteMessage\), and by twoWriters \(WriteJSON\) without order: only one goroutine may read and one write`
		}
	}()
	for {
		select {
		case <-stop:
			return
		default:
			conn.WriteJSON(1)
		}
	}
}

func readerAndWriter(conn *websocket.Conn) {
	go func() {
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	for {
		if err := conn.WriteJSON(1); err != nil {
			conn.Close()
			return
		}
	}
}

// FP_pong: the handler runs inside ReadMessage.
func FP_pong(dialer *websocket.Dialer) {
	conn, _, err := dialer.Dial("ws://x", nil)
	if err != nil {
		return
	}
	conn.SetPongHandler(func(string) error { return conn.SetReadDeadline(time.Time{}) })
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
	}
}

// FP_helper: the goroutine writes only what the other has sent to it.
func FP_helper() string {
	var b strings.Builder
	lines := make(chan string)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for l := range lines {
			b.WriteString(l)
		}
	}()
	lines <- "x"
	close(lines)
	<-done
	return b.String()
}
