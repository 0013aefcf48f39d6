// Package tview is a stub for tests: types and signatures only.
package tview

import "github.com/gdamore/tcell/v2"

type MouseAction int16

type Primitive interface {
	Draw(tcell.Screen)
	GetRect() (int, int, int, int)
	SetRect(int, int, int, int)
	InputHandler() func(*tcell.EventKey, func(Primitive))
	MouseHandler() func(MouseAction, *tcell.EventMouse, func(Primitive)) (bool, Primitive)
	PasteHandler() func(string, func(Primitive))
	Focus(func(Primitive))
	HasFocus() bool
	Blur()
}

type FormItem interface {
	Primitive
	GetLabel() string
}

// Application

type Application struct{}

func NewApplication() *Application { return nil }

func (a *Application) SetRoot(Primitive, bool) *Application                               { return a }
func (a *Application) SetFocus(Primitive) *Application                                    { return a }
func (a *Application) EnableMouse(bool) *Application                                      { return a }
func (a *Application) SetInputCapture(func(*tcell.EventKey) *tcell.EventKey) *Application { return a }
func (a *Application) SetBeforeDrawFunc(func(tcell.Screen) bool) *Application             { return a }
func (a *Application) SetAfterDrawFunc(func(tcell.Screen)) *Application                   { return a }
func (a *Application) QueueUpdate(func()) *Application                                    { return a }
func (a *Application) QueueUpdateDraw(func()) *Application                                { return a }
func (a *Application) Draw() *Application                                                 { return a }
func (a *Application) ForceDraw() *Application                                            { return a }
func (a *Application) Suspend(func()) bool                                                { return false }
func (a *Application) Run() error                                                         { return nil }
func (a *Application) Stop()                                                              {}

func (a *Application) SetMouseCapture(func(*tcell.EventMouse, MouseAction) (*tcell.EventMouse, MouseAction)) *Application {
	return a
}

// Box

type Box struct{}

func NewBox() *Box { return nil }

func (b *Box) Draw(tcell.Screen)                                                        {}
func (b *Box) GetRect() (x, y, w, h int)                                                { return }
func (b *Box) SetRect(int, int, int, int)                                               {}
func (b *Box) InputHandler() func(*tcell.EventKey, func(Primitive))                     { return nil }
func (b *Box) PasteHandler() func(string, func(Primitive))                              { return nil }
func (b *Box) Focus(func(Primitive))                                                    {}
func (b *Box) HasFocus() bool                                                           { return false }
func (b *Box) Blur()                                                                    {}
func (b *Box) SetTitle(string) *Box                                                     { return b }
func (b *Box) SetBorder(bool) *Box                                                      { return b }
func (b *Box) SetInputCapture(func(*tcell.EventKey) *tcell.EventKey) *Box               { return b }
func (b *Box) SetDrawFunc(func(tcell.Screen, int, int, int, int) (x, y, w, h int)) *Box { return b }
func (b *Box) SetFocusFunc(func()) *Box                                                 { return b }
func (b *Box) SetBlurFunc(func()) *Box                                                  { return b }
func (b *Box) WrapPasteHandler(func(string, func(Primitive))) func(string, func(Primitive)) {
	return nil
}

func (b *Box) SetMouseCapture(func(MouseAction, *tcell.EventMouse) (MouseAction, *tcell.EventMouse)) *Box {
	return b
}

func (b *Box) MouseHandler() func(MouseAction, *tcell.EventMouse, func(Primitive)) (bool, Primitive) {
	return nil
}

func (b *Box) WrapInputHandler(func(*tcell.EventKey, func(Primitive))) func(*tcell.EventKey, func(Primitive)) {
	return nil
}

func (b *Box) WrapMouseHandler(func(MouseAction, *tcell.EventMouse, func(Primitive)) (bool, Primitive)) func(MouseAction, *tcell.EventMouse, func(Primitive)) (bool, Primitive) {
	return nil
}

// Widgets

type Button struct{ *Box }

func NewButton(string) *Button { return nil }

func (b *Button) SetSelectedFunc(func()) *Button      { return b }
func (b *Button) SetExitFunc(func(tcell.Key)) *Button { return b }
func (b *Button) SetLabel(string) *Button             { return b }

type Checkbox struct{ *Box }

func NewCheckbox() *Checkbox { return nil }

func (c *Checkbox) SetChangedFunc(func(bool)) *Checkbox      { return c }
func (c *Checkbox) SetDoneFunc(func(tcell.Key)) *Checkbox    { return c }
func (c *Checkbox) SetFinishedFunc(func(tcell.Key)) FormItem { return nil }
func (c *Checkbox) GetLabel() string                         { return "" }

type DropDown struct{ *Box }

func NewDropDown() *DropDown { return nil }

func (d *DropDown) AddOption(string, func()) *DropDown               { return d }
func (d *DropDown) SetOptions([]string, func(string, int)) *DropDown { return d }
func (d *DropDown) SetSelectedFunc(func(string, int)) *DropDown      { return d }
func (d *DropDown) SetDoneFunc(func(tcell.Key)) *DropDown            { return d }

type Form struct{ *Box }

func NewForm() *Form { return nil }

func (f *Form) AddButton(string, func()) *Form { return f }
func (f *Form) AddInputField(string, string, int, func(string, rune) bool, func(string)) *Form {
	return f
}
func (f *Form) AddPasswordField(string, string, int, rune, func(string)) *Form { return f }
func (f *Form) AddTextArea(string, string, int, int, int, func(string)) *Form  { return f }
func (f *Form) AddDropDown(string, []string, int, func(string, int)) *Form     { return f }
func (f *Form) AddCheckbox(string, bool, func(bool)) *Form                     { return f }
func (f *Form) SetCancelFunc(func()) *Form                                     { return f }

type Image struct{ *Box }

func (i *Image) SetFinishedFunc(func(tcell.Key)) FormItem { return nil }

type InputField struct{ *Box }

func NewInputField() *InputField { return nil }

func (i *InputField) GetText() string                                              { return "" }
func (i *InputField) SetText(string) *InputField                                   { return i }
func (i *InputField) SetAcceptanceFunc(func(string, rune) bool) *InputField        { return i }
func (i *InputField) SetAutocompleteFunc(func(string) []string) *InputField        { return i }
func (i *InputField) SetAutocompletedFunc(func(string, int, int) bool) *InputField { return i }
func (i *InputField) SetChangedFunc(func(string)) *InputField                      { return i }
func (i *InputField) SetDoneFunc(func(tcell.Key)) *InputField                      { return i }

type List struct{ *Box }

func NewList() *List { return nil }

func (l *List) AddItem(string, string, rune, func()) *List            { return l }
func (l *List) InsertItem(int, string, string, rune, func()) *List    { return l }
func (l *List) Clear() *List                                          { return l }
func (l *List) SetChangedFunc(func(int, string, string, rune)) *List  { return l }
func (l *List) SetSelectedFunc(func(int, string, string, rune)) *List { return l }
func (l *List) SetDoneFunc(func()) *List                              { return l }

type Modal struct{ *Box }

func NewModal() *Modal { return nil }

func (m *Modal) SetText(string) *Modal                { return m }
func (m *Modal) AddButtons([]string) *Modal           { return m }
func (m *Modal) SetDoneFunc(func(int, string)) *Modal { return m }

type Pages struct{ *Box }

func NewPages() *Pages { return nil }

func (p *Pages) AddPage(string, Primitive, bool, bool) *Pages { return p }
func (p *Pages) SetChangedFunc(func()) *Pages                 { return p }

type TableCell struct{ Text string }

func NewTableCell(string) *TableCell { return nil }

func (c *TableCell) SetClickedFunc(func() bool) *TableCell { return c }

type TableContent interface {
	GetCell(int, int) *TableCell
	GetRowCount() int
	GetColumnCount() int
}

type Table struct{ *Box }

func NewTable() *Table { return nil }

func (t *Table) SetContent(TableContent) *Table                { return t }
func (t *Table) SetCell(int, int, *TableCell) *Table           { return t }
func (t *Table) SetSelectedFunc(func(int, int)) *Table         { return t }
func (t *Table) SetSelectionChangedFunc(func(int, int)) *Table { return t }
func (t *Table) SetDoneFunc(func(tcell.Key)) *Table            { return t }

type TextArea struct{ *Box }

func NewTextArea() *TextArea { return nil }

func (t *TextArea) SetChangedFunc(func()) *TextArea                    { return t }
func (t *TextArea) SetMovedFunc(func()) *TextArea                      { return t }
func (t *TextArea) SetClipboard(func(string), func() string) *TextArea { return t }
func (t *TextArea) SetFinishedFunc(func(tcell.Key)) FormItem           { return nil }

type TextView struct{ *Box }

func NewTextView() *TextView { return nil }

func (t *TextView) Write([]byte) (int, error)                                             { return 0, nil }
func (t *TextView) SetText(string) *TextView                                              { return t }
func (t *TextView) SetChangedFunc(func()) *TextView                                       { return t }
func (t *TextView) SetDoneFunc(func(tcell.Key)) *TextView                                 { return t }
func (t *TextView) SetHighlightedFunc(func(added, removed, remaining []string)) *TextView { return t }
func (t *TextView) SetFinishedFunc(func(tcell.Key)) FormItem                              { return nil }

type TreeNode struct{}

func NewTreeNode(string) *TreeNode { return nil }

func (n *TreeNode) SetSelectedFunc(func()) *TreeNode                 { return n }
func (n *TreeNode) Walk(func(node, parent *TreeNode) bool) *TreeNode { return n }

type TreeView struct{ *Box }

func NewTreeView() *TreeView { return nil }

func (t *TreeView) SetRoot(*TreeNode) *TreeView               { return t }
func (t *TreeView) SetChangedFunc(func(*TreeNode)) *TreeView  { return t }
func (t *TreeView) SetSelectedFunc(func(*TreeNode)) *TreeView { return t }
func (t *TreeView) SetDoneFunc(func(tcell.Key)) *TreeView     { return t }
