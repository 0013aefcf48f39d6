// Command fault is a Bubble Tea program that fetches a quote in Update. The
// clock stands still and keys do nothing until the service has answered.
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

type tickMsg time.Time

type model struct {
	client *quotes.Client
	now    time.Time
	quote  quotes.Quote
	err    error
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
			return m.refresh(), nil
		}
	case tickMsg:
		m.now = time.Time(msg)
		return m, tick()
	}
	return m, nil
}

func (m model) refresh() model {
	// Wrong: the event loop waits for the HTTP response.
	m.quote, m.err = m.client.Random(context.Background())
	return m
}

func (m model) View() string {
	s := m.now.Format(time.TimeOnly) + "\n\n"
	switch {
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
