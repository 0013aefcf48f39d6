// Package widget is a stub for tests: types and signatures only.
package widget

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/data/binding"
)

// BaseWidget is what every widget embeds.
type BaseWidget struct{}

func (BaseWidget) MinSize() fyne.Size { return fyne.Size{} }
func (BaseWidget) Refresh()           {}
func (BaseWidget) Show()              {}
func (BaseWidget) Hide()              {}

type (
	ListItemID     = int
	GridWrapItemID = int
	TreeNodeID     = string
	TableCellID    struct{ Row, Col int }
)

type Label struct {
	BaseWidget
	Text string
}

func NewLabel(string) *Label { return nil }

func (*Label) SetText(string) {}

type Button struct {
	BaseWidget
	Text     string
	OnTapped func()
}

func NewButton(string, func()) *Button                        { return nil }
func NewButtonWithIcon(string, fyne.Resource, func()) *Button { return nil }

type Hyperlink struct {
	BaseWidget
	OnTapped func()
}

type Check struct {
	BaseWidget
	Checked   bool
	OnChanged func(bool)
}

func NewCheck(string, func(bool)) *Check { return nil }

type CheckGroup struct {
	BaseWidget
	OnChanged func([]string)
}

func NewCheckGroup([]string, func([]string)) *CheckGroup { return nil }

type RadioGroup struct {
	BaseWidget
	OnChanged func(string)
}

func NewRadioGroup([]string, func(string)) *RadioGroup { return nil }

type Select struct {
	BaseWidget
	Selected  string
	OnChanged func(string)
}

func NewSelect([]string, func(string)) *Select { return nil }

type Slider struct {
	BaseWidget
	Value         float64
	OnChanged     func(float64)
	OnChangeEnded func(float64)
}

func NewSlider(float64, float64) *Slider { return nil }

type Entry struct {
	BaseWidget
	Text            string
	OnChanged       func(string)
	OnSubmitted     func(string)
	OnCursorChanged func()
	Validator       fyne.StringValidator
}

func NewEntry() *Entry { return nil }

func (*Entry) SetText(string) {}

type DateEntry struct {
	Entry
	OnChanged func(*time.Time)
}

type Calendar struct {
	BaseWidget
	OnChanged func(time.Time)
}

func NewCalendar(time.Time, func(time.Time)) *Calendar { return nil }

type FormItem struct {
	Text   string
	Widget fyne.CanvasObject
}

type Form struct {
	BaseWidget
	Items    []*FormItem
	OnSubmit func()
	OnCancel func()
}

type List struct {
	BaseWidget
	Length       func() int
	CreateItem   func() fyne.CanvasObject
	UpdateItem   func(ListItemID, fyne.CanvasObject)
	OnSelected   func(ListItemID)
	OnUnselected func(ListItemID)
}

func NewList(func() int, func() fyne.CanvasObject, func(ListItemID, fyne.CanvasObject)) *List {
	return nil
}
func NewListWithData(binding.DataList, func() fyne.CanvasObject, func(binding.DataItem, fyne.CanvasObject)) *List {
	return nil
}

type GridWrap struct {
	BaseWidget
	Length       func() int
	CreateItem   func() fyne.CanvasObject
	UpdateItem   func(GridWrapItemID, fyne.CanvasObject)
	OnSelected   func(GridWrapItemID)
	OnUnselected func(GridWrapItemID)
}

func NewGridWrap(func() int, func() fyne.CanvasObject, func(GridWrapItemID, fyne.CanvasObject)) *GridWrap {
	return nil
}
func NewGridWrapWithData(binding.DataList, func() fyne.CanvasObject, func(binding.DataItem, fyne.CanvasObject)) *GridWrap {
	return nil
}

type Table struct {
	BaseWidget
	Length       func() (rows, cols int)
	CreateCell   func() fyne.CanvasObject
	UpdateCell   func(TableCellID, fyne.CanvasObject)
	OnSelected   func(TableCellID)
	OnUnselected func(TableCellID)
}

func NewTable(func() (rows, cols int), func() fyne.CanvasObject, func(TableCellID, fyne.CanvasObject)) *Table {
	return nil
}
func NewTableWithHeaders(func() (rows, cols int), func() fyne.CanvasObject, func(TableCellID, fyne.CanvasObject)) *Table {
	return nil
}

type Tree struct {
	BaseWidget
	ChildUIDs      func(TreeNodeID) []TreeNodeID
	IsBranch       func(TreeNodeID) bool
	CreateNode     func(bool) fyne.CanvasObject
	UpdateNode     func(TreeNodeID, bool, fyne.CanvasObject)
	OnSelected     func(TreeNodeID)
	OnUnselected   func(TreeNodeID)
	OnBranchOpened func(TreeNodeID)
	OnBranchClosed func(TreeNodeID)
}

func NewTree(func(TreeNodeID) []TreeNodeID, func(TreeNodeID) bool, func(bool) fyne.CanvasObject, func(TreeNodeID, bool, fyne.CanvasObject)) *Tree {
	return nil
}
func NewTreeWithData(binding.DataTree, func(bool) fyne.CanvasObject, func(binding.DataItem, bool, fyne.CanvasObject)) *Tree {
	return nil
}

type ToolbarAction struct {
	Icon        fyne.Resource
	OnActivated func()
}

func NewToolbarAction(fyne.Resource, func()) *ToolbarAction { return nil }

type Menu struct {
	BaseWidget
	OnDismiss func()
}
