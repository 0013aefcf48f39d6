// Package a holds every place of an eventloop directive.
package a

// declared is documented.
//
//yieldlint:eventloop
func declared() {}

type server struct{}

//yieldlint:eventloop of the server
func (server) method() {}

// An EventHandler is called by a framework.
type EventHandler interface {
	//yieldlint:eventloop

	OnEvent() //yieldlint:eventloop
	OnOther()
}

// A Handler is a func type.
//
//yieldlint:eventloop
type Handler func()

type (
	//yieldlint:eventloop
	Grouped func()
)

type callbacks struct {
	//yieldlint:eventloop
	onClose Handler
	onOpen  func() //yieldlint:eventloop
	//yieldlint:eventloop
	number int
}

func literals() {
	//yieldlint:eventloop
	run(func() {
	})
	run(func() { //yieldlint:eventloop
	})
	run(nil) //yieldlint:eventloop
}

func run(func()) {}
