// Package tcell is a stub for tests: types and signatures only.
package tcell

import "time"

type (
	Key     int16
	ModMask int16
	Style   struct{}
)

const (
	KeyRune Key = 256 + iota
	KeyEnter
	KeyEscape
	KeyCtrlC
)

type Event interface {
	When() time.Time
}

type EventKey struct{}

func (*EventKey) When() (t time.Time) { return }
func (*EventKey) Key() Key            { return 0 }
func (*EventKey) Rune() rune          { return 0 }

type EventMouse struct{}

func (*EventMouse) When() (t time.Time)  { return }
func (*EventMouse) Position() (int, int) { return 0, 0 }

type EventResize struct{}

func (*EventResize) When() (t time.Time) { return }
func (*EventResize) Size() (int, int)    { return 0, 0 }

type EventInterrupt struct{}

func NewEventInterrupt(any) *EventInterrupt { return nil }

func (*EventInterrupt) When() (t time.Time) { return }
func (*EventInterrupt) Data() any           { return nil }

type Screen interface {
	Init() error
	Fini()
	Clear()
	Show()
	Sync()
	Size() (int, int)
	SetContent(int, int, rune, []rune, Style)
	PollEvent() Event
	PostEvent(Event) error
	PostEventWait(Event)
}

func NewScreen() (Screen, error) { return nil, nil }
