// Package desktop is a stub for tests: types and signatures only.
package desktop

import "fyne.io/fyne/v2"

type MouseEvent struct{ fyne.PointEvent }

type Hoverable interface {
	MouseIn(*MouseEvent)
	MouseMoved(*MouseEvent)
	MouseOut()
}

type Mouseable interface {
	MouseDown(*MouseEvent)
	MouseUp(*MouseEvent)
}
