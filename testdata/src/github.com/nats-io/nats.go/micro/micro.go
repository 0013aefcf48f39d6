// Package micro is a stub for tests: types and signatures only.
package micro

type Request interface {
	Data() []byte
	Respond([]byte) error
}

type Handler interface {
	Handle(Request)
}

type HandlerFunc func(Request)

func (HandlerFunc) Handle(Request) {}
