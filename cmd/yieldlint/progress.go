package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// A progress shows on a terminal how many packages have been analysed, on one
// line that it erases in the end. It learns that from a file to which each
// unit process appends (reportProgress), as the go command keeps their output
// until they end. On anything but a terminal it does nothing.
type progress struct {
	term *os.File
	file *os.File // nil if there is nothing to show

	mu    sync.Mutex
	count int
	last  string // import path
	shown bool

	done, ended chan struct{}
}

// tick is the time between two looks at the file.
const tick = 200 * time.Millisecond

func startProgress(term *os.File) *progress {
	p := &progress{term: term, done: make(chan struct{}), ended: make(chan struct{})}
	if isTerminal(term) && os.Getenv("TERM") != "dumb" {
		p.file, _ = os.CreateTemp("", "yieldlint-progress-*") // without it: no progress
	}
	if p.file == nil {
		close(p.ended)
	} else {
		go p.loop()
	}
	return p
}

// env is what the children need to know.
func (p *progress) env() []string {
	if p.file == nil {
		return nil
	}
	return []string{progressEnv + "=" + p.file.Name()}
}

func (p *progress) loop() {
	defer close(p.ended)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-ticker.C:
			p.read()
		}
	}
}

// read reads what the units have added to the file, and shows it.
func (p *progress) read() {
	p.mu.Lock()
	defer p.mu.Unlock()
	buf := make([]byte, 64<<10)
	n, _ := p.file.Read(buf)
	lines := strings.Fields(string(buf[:n]))
	if len(lines) == 0 {
		return
	}
	p.count += len(lines)
	p.last = lines[len(lines)-1]
	p.show()
}

// maxShown bounds the line, which must not wrap to be erased as one.
const maxShown = 76

func (p *progress) show() {
	line := fmt.Sprintf("yieldlint: %d packages, %s", p.count, p.last)
	if len(line) > maxShown {
		line = line[:maxShown]
	}
	fmt.Fprintf(p.term, "%s%s", eraseLine, line)
	p.shown = true
}

// eraseLine erases the line of the terminal on which the cursor is.
const eraseLine = "\r\x1b[K"

// print prints to the terminal without a mix-up with the progress.
func (p *progress) print(data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.term, eraseLine)
		p.shown = false
	}
	p.term.Write(data)
}

// stop erases the progress.
func (p *progress) stop() {
	close(p.done)
	<-p.ended
	p.print(nil)
	if p.file != nil {
		p.file.Close()
		os.Remove(p.file.Name())
	}
}

// isTerminal reports whether file is a terminal.
func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && file.Name() != os.DevNull
}
