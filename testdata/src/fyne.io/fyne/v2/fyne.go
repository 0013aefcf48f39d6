// Package fyne is a stub for tests: types and signatures only.
package fyne

import "time"

type (
	Position     struct{ X, Y float32 }
	Size         struct{ Width, Height float32 }
	PointEvent   struct{ Position Position }
	DragEvent    struct{ PointEvent }
	ScrollEvent  struct{ PointEvent }
	KeyEvent     struct{ Name string }
	CanvasObject interface {
		MinSize() Size
		Refresh()
		Show()
		Hide()
	}
	Resource interface{ Name() string }
	URI      interface{ String() string }
	Shortcut interface{ ShortcutName() string }
)

type URIReadCloser interface {
	Read([]byte) (int, error)
	Close() error
	URI() URI
}

type URIWriteCloser interface {
	Write([]byte) (int, error)
	Close() error
	URI() URI
}

type ListableURI interface {
	URI
	List() ([]URI, error)
}

type StringValidator func(string) error

func Do(func())        {}
func DoAndWait(func()) {}

type MenuItem struct {
	Label  string
	Action func()
}

func NewMenuItem(string, func()) *MenuItem                   { return nil }
func NewMenuItemWithIcon(string, Resource, func()) *MenuItem { return nil }

type Animation struct {
	Duration time.Duration
	Tick     func(float32)
}

func NewAnimation(time.Duration, func(float32)) *Animation { return nil }

func (*Animation) Start() {}

type Lifecycle interface {
	SetOnEnteredForeground(func())
	SetOnExitedForeground(func())
	SetOnStarted(func())
	SetOnStopped(func())
}

type App interface {
	NewWindow(string) Window
	Lifecycle() Lifecycle
	Run()
	Quit()
}

type Canvas interface {
	SetOnTypedRune(func(rune))
	SetOnTypedKey(func(*KeyEvent))
	AddShortcut(Shortcut, func(Shortcut))
	Refresh(CanvasObject)
}

type Window interface {
	Canvas() Canvas
	SetContent(CanvasObject)
	SetTitle(string)
	SetOnClosed(func())
	SetCloseIntercept(func())
	SetOnDropped(func(Position, []URI))
	Show()
	ShowAndRun()
	Close()
}

type (
	Tappable          interface{ Tapped(*PointEvent) }
	SecondaryTappable interface{ TappedSecondary(*PointEvent) }
	DoubleTappable    interface{ DoubleTapped(*PointEvent) }
	Scrollable        interface{ Scrolled(*ScrollEvent) }
	Draggable         interface {
		Dragged(*DragEvent)
		DragEnd()
	}
	Focusable interface {
		FocusGained()
		FocusLost()
		TypedRune(rune)
		TypedKey(*KeyEvent)
	}
	Layout interface {
		Layout([]CanvasObject, Size)
		MinSize([]CanvasObject) Size
	}
	WidgetRenderer interface {
		Layout(Size)
		MinSize() Size
		Refresh()
		Objects() []CanvasObject
		Destroy()
	}
	Widget interface {
		CanvasObject
		CreateRenderer() WidgetRenderer
	}
)
