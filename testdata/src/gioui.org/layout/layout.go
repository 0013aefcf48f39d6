// Package layout is a stub for tests: types and signatures only.
package layout

import "gioui.org/op"

type Context struct{ Ops *op.Ops }

type Dimensions struct{ Baseline int }

type (
	Widget      func(Context) Dimensions
	ListElement func(Context, int) Dimensions
)

type List struct{}

func (*List) Layout(Context, int, ListElement) Dimensions { return Dimensions{} }

type FlexChild struct{}

func Rigid(Widget) FlexChild { return FlexChild{} }

type Flex struct{}

func (Flex) Layout(Context, ...FlexChild) Dimensions { return Dimensions{} }
