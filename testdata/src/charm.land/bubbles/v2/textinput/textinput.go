// Package textinput is a stub for tests: types and signatures only.
package textinput

import tea "charm.land/bubbletea/v2"

type ValidateFunc func(string) error

type Model struct {
	Placeholder string
	Validate    ValidateFunc
	Err         error
}

func New() Model { return Model{} }

func (m Model) Update(tea.Msg) (Model, tea.Cmd) { return m, nil }
func (m Model) View() string                    { return "" }
func (m Model) Value() string                   { return "" }
func (m *Model) SetValue(string)                {}
func (m *Model) Focus() tea.Cmd                 { return nil }
