// Package gocui is a stub for tests: types and signatures only.
package gocui

import "errors"

type (
	Key        uint16
	Modifier   uint8
	OutputMode int
)

const (
	ModNone      Modifier   = 0
	OutputNormal OutputMode = 0
	KeyCtrlC     Key        = 3
	KeyEnter     Key        = 13
)

var (
	ErrQuit        = errors.New("quit")
	ErrUnknownView = errors.New("unknown view")
)

type View struct{ Title string }

func (*View) Write([]byte) (int, error) { return 0, nil }
func (*View) Clear()                    {}

type Manager interface {
	Layout(*Gui) error
}

type ManagerFunc func(*Gui) error

func (ManagerFunc) Layout(*Gui) error { return nil }

type Editor interface {
	Edit(*View, Key, rune, Modifier)
}

type EditorFunc func(*View, Key, rune, Modifier)

func (EditorFunc) Edit(*View, Key, rune, Modifier) {}

type Gui struct{}

func NewGui(OutputMode) (*Gui, error) { return nil, nil }

func (*Gui) Close()                                                             {}
func (*Gui) MainLoop() error                                                    { return nil }
func (*Gui) SetManager(...Manager)                                              {}
func (*Gui) SetManagerFunc(func(*Gui) error)                                    {}
func (*Gui) SetKeybinding(string, any, Modifier, func(*Gui, *View) error) error { return nil }
func (*Gui) Update(func(*Gui) error)                                            {}
func (*Gui) SetView(string, int, int, int, int) (*View, error)                  { return nil, nil }
func (*Gui) View(string) (*View, error)                                         { return nil, nil }
func (*Gui) Size() (int, int)                                                   { return 0, 0 }
