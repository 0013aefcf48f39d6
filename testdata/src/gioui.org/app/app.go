// Package app is a stub for tests: types and signatures only.
package app

import (
	"gioui.org/io/event"
	"gioui.org/layout"
	"gioui.org/op"
)

type Option func()

type Window struct{}

func (*Window) Event() event.Event { return nil }
func (*Window) Invalidate()        {}
func (*Window) Option(...Option)   {}
func (*Window) Run(func())         {}

type FrameEvent struct{}

func (FrameEvent) ImplementsEvent() {}
func (FrameEvent) Frame(*op.Ops)    {}

type DestroyEvent struct{ Err error }

func (DestroyEvent) ImplementsEvent() {}

func NewContext(*op.Ops, FrameEvent) layout.Context { return layout.Context{} }

func Main() {}
