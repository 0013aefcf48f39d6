// Command fixed is a Bubble Tea program that fetches a quote in a command.
// The clock goes on while the service thinks.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/yieldlint/yieldlint/examples/internal/loopback"
	"github.com/yieldlint/yieldlint/examples/teahttp/quotes"
)

type (
	tickMsg  time.Time
	quoteMsg struct {
		quote quotes.Quote
		err   error
	}
)

type model struct {
	client  *quotes.Client
	now     time.Time
	loading bool
	quote   quotes.Quote
	err     error
}

func (m model) Init() tea.Cmd { return tick() }

// Update runs on the event loop of the program.
func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		switch msg.String() {
		case "q", "ctrl+c":
			return m, tea.Quit
		case "r":
			if m.loading {
				return m, nil
			}
			m.loading = true
			// Right: fetch is not called here. Bubble Tea runs it on a
			// goroutine of its own and sends its result to Update.
			return m, m.fetch
		}
	case quoteMsg:
		m.loading = false
		m.quote, m.err = msg.quote, msg.err
	case tickMsg:
		m.now = time.Time(msg)
		return m, tick()
	}
	return m, nil
}

// fetch is a tea.Cmd. It reads its own copy of the model and changes nothing.
func (m model) fetch() tea.Msg {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	q, err := m.client.Random(ctx)
	return quoteMsg{quote: q, err: err}
}

func (m model) View() string {
	s := m.now.Format(time.TimeOnly) + "\n\n"
	switch {
	case m.loading:
		s += "loading"
	case m.err != nil:
		s += m.err.Error()
	case m.quote.Text != "":
		s += fmt.Sprintf("%s\n  -- %s", m.quote.Text, m.quote.Author)
	}
	return s + "\n\nr refresh · q quit\n"
}

func tick() tea.Cmd {
	return tea.Tick(100*time.Millisecond, func(t time.Time) tea.Msg { return tickMsg(t) })
}

func main() {
	url := flag.String("url", "", "base URL of the service; empty starts one on 127.0.0.1")
	delay := flag.Duration("delay", 3*time.Second, "how slow that one is")
	flag.Parse()
	if *url == "" {
		var err error
		if *url, err = loopback.HTTP(quotes.Handler(), *delay); err != nil {
			log.Fatal(err)
		}
	}
	m := model{client: quotes.New(*url), now: time.Now()}
	if _, err := tea.NewProgram(m).Run(); err != nil {
		log.Fatal(err)
	}
}
