// Package list is a stub for tests: types and signatures only.
package list

import (
	"io"

	tea "charm.land/bubbletea/v2"
)

type Item interface {
	FilterValue() string
}

type ItemDelegate interface {
	Render(io.Writer, Model, int, Item)
	Height() int
	Spacing() int
	Update(tea.Msg, *Model) tea.Cmd
}

type Rank struct{ Index int }

type FilterFunc func(string, []string) []Rank

type Model struct {
	Title  string
	Filter FilterFunc
}

func New([]Item, ItemDelegate, int, int) Model { return Model{} }

func (m Model) Update(tea.Msg) (Model, tea.Cmd) { return m, nil }
func (m Model) View() string                    { return "" }
func (m Model) SelectedItem() Item              { return nil }
func (m *Model) SetItems([]Item) tea.Cmd        { return nil }
