// Package container is a stub for tests: types and signatures only.
package container

import "fyne.io/fyne/v2"

type TabItem struct {
	Text    string
	Content fyne.CanvasObject
}

type AppTabs struct {
	OnChanged    func(*TabItem)
	OnSelected   func(*TabItem)
	OnUnselected func(*TabItem)
}

type DocTabs struct {
	CreateTab      func() *TabItem
	CloseIntercept func(*TabItem)
	OnClosed       func(*TabItem)
	OnSelected     func(*TabItem)
	OnUnselected   func(*TabItem)
}

type Navigation struct {
	OnBack    func()
	OnForward func()
}

func NewVBox(...fyne.CanvasObject) fyne.CanvasObject { return nil }
func NewHBox(...fyne.CanvasObject) fyne.CanvasObject { return nil }
