// Package api states what must not block.
package api

// A Codec is called with locks held.
type Codec interface {
	// Encode encodes.
	//
	//yieldlint:nonblocking
	Encode(v string) string
	Close() error
}

// A Filter decides fast.
//
//yieldlint:nonblocking net,disk
type Filter func(v string) bool

// A Watcher hears of changes.
//
//yieldlint:nonblocking
type Watcher interface {
	Changed(v string)
	Gone(v string)
}

// A Hook is called by somebody else.
type Hook interface {
	// Fire is called for each event. It must not block.
	Fire(v string)
}

// A Drawer draws.
//
//yieldlint:eventloop
type Drawer interface{ Draw() }

// Options are for New.
type Options struct {
	Filter Filter
	OnDone func() //yieldlint:nonblocking
}

type Server struct{ w Watcher }

func New(o Options) *Server { return &Server{} }

// Each calls visit for each value.
func Each(
	values []string,
	visit func(string), //yieldlint:nonblocking
) {
	for _, v := range values {
		visit(v)
	}
}

// Flush may wait, one day.
//
//yieldlint:suspends
func (s *Server) Flush() {}
