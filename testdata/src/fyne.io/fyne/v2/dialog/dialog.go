// Package dialog is a stub for tests: types and signatures only.
package dialog

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

type Dialog interface {
	Show()
	Hide()
	SetOnClosed(func())
}

type (
	ConfirmDialog     struct{}
	ColorPickerDialog struct{}
	EntryDialog       struct{}
	FileDialog        struct{}
	FormDialog        struct{}
)

func (*ConfirmDialog) Show()            {}
func (*EntryDialog) SetOnClosed(func()) {}
func (*FileDialog) SetOnClosed(func())  {}
func (*FileDialog) Show()               {}

func ShowInformation(string, string, fyne.Window) {}
func ShowError(error, fyne.Window)                {}

func NewColorPicker(string, string, func(color.Color), fyne.Window) *ColorPickerDialog { return nil }
func NewConfirm(string, string, func(bool), fyne.Window) *ConfirmDialog                { return nil }
func NewCustomConfirm(string, string, string, fyne.CanvasObject, func(bool), fyne.Window) *ConfirmDialog {
	return nil
}
func NewEntryDialog(string, string, func(string), fyne.Window) *EntryDialog { return nil }
func NewFileOpen(func(fyne.URIReadCloser, error), fyne.Window) *FileDialog  { return nil }
func NewFileSave(func(fyne.URIWriteCloser, error), fyne.Window) *FileDialog { return nil }
func NewFolderOpen(func(fyne.ListableURI, error), fyne.Window) *FileDialog  { return nil }
func NewForm(string, string, string, []*widget.FormItem, func(bool), fyne.Window) *FormDialog {
	return nil
}
func ShowColorPicker(string, string, func(color.Color), fyne.Window)                       {}
func ShowConfirm(string, string, func(bool), fyne.Window)                                  {}
func ShowCustomConfirm(string, string, string, fyne.CanvasObject, func(bool), fyne.Window) {}
func ShowEntryDialog(string, string, func(string), fyne.Window)                            {}
func ShowFileOpen(func(fyne.URIReadCloser, error), fyne.Window)                            {}
func ShowFileSave(func(fyne.URIWriteCloser, error), fyne.Window)                           {}
func ShowFolderOpen(func(fyne.ListableURI, error), fyne.Window)                            {}
func ShowForm(string, string, string, []*widget.FormItem, func(bool), fyne.Window)         {}
