// Package places has every place of every contract. What a directive marks
// is said behind it: the kind of node, the name, and what the directive says.
package places

import (
	"io"
	"sync"
)

// Functions.

// declared is documented.
//
//yieldlint:nonblocking // marks FuncDecl declared
func declared() {}

//yieldlint:nonblocking disk, net // marks FuncDecl method net disk
func (server) method() {}

func sameLine() { //yieldlint:nonblocking net -- a remark // marks FuncDecl sameLine net
}

func overLines(
	x int,
) { //yieldlint:suspends // marks FuncDecl overLines
}

func generic[T any](x T) T { return x } //yieldlint:suspends // marks FuncDecl generic

//yieldlint:suspends // marks FuncDecl assembler
func assembler()

//yieldlint:eventloop of the server // marks FuncDecl stacked of the server
//yieldlint:nonblocking // marks FuncDecl stacked
func stacked() {}

// Literals.

func literals() {
	//yieldlint:nonblocking // marks FuncLit
	run(func() {})
	run(func() { //yieldlint:eventloop // marks FuncLit
	})
	run(func() {}) //yieldlint:nonblocking // marks FuncLit
	many(func(
		x int,
	) { //yieldlint:nonblocking // marks FuncLit
	})
	//yieldlint:atomic // marks FuncLit
	f := func() {}
	f()
}

//yieldlint:eventloop // marks FuncLit
var ticker = func() {}

func run(func())     {}
func many(func(int)) {}

// Interfaces.

// A Sink is documented.
//
//yieldlint:nonblocking // marks TypeSpec Sink
type Sink interface {
	// Put is documented.
	//
	//yieldlint:eventloop // marks Field Put
	Put(x int)
	Flush(
		done func(), //yieldlint:nonblocking // marks Field done
	) error //yieldlint:nonblocking // marks Field Flush
}

type (
	//yieldlint:eventloop // marks TypeSpec Loop
	Loop interface {
		Sink
		Wait() //yieldlint:nonblocking // marks Field Wait
	}

	Source interface{ Get() int } //yieldlint:nonblocking sleep // marks TypeSpec Source sleep

	Slow interface {
		//yieldlint:suspends // marks Field Nap
		Nap()
	}
)

// Func types.

//yieldlint:nonblocking // marks TypeSpec Handler
type Handler func()

type (
	Hook   func()   //yieldlint:eventloop // marks TypeSpec Hook
	Pause  Hook     //yieldlint:suspends // marks TypeSpec Pause
	Simple = func() //yieldlint:nonblocking // marks TypeSpec Simple
)

// Struct fields.

//yieldlint:confined // marks TypeSpec server
type server struct {
	//yieldlint:nonblocking // marks Field onData
	onData  func()
	onClose Handler   //yieldlint:eventloop // marks Field onClose
	out     io.Writer //yieldlint:nonblocking // marks Field out
	a, b    Handler   //yieldlint:nonblocking // marks Field a; Field b
	//yieldlint:nonblocking // marks Field Closer
	io.Closer
	*sync.Mutex //yieldlint:confined // marks Field Mutex

	n int //yieldlint:confined // marks Field n

	mu    sync.Mutex
	state state
	//yieldlint:guardedby mu // marks Field x mu
	x int
	//yieldlint:guardedby state.mu // marks Field y state.mu
	y  int
	z  int // +checklocks:mu // marks Field z mu
	r  int // +checklocksread:mu // marks Field r mu for reading
	ig int // +checklocksignore // marks Field ig
	//yieldlint:guardedby packageMu // marks Field p packageMu
	p int
	q int //yieldlint:guardedby shards[i].mu // marks Field q shards[i].mu
	//yieldlint:guardedby guard -- promoted from an embedded struct // marks Field promoted guard
	promoted int

	inner struct {
		k int //yieldlint:guardedby mu // marks Field k mu
	}
	embedded
	t int //yieldlint:guardedby time.mu // marks Field t time.mu
}

type embedded struct {
	guard sync.Mutex
	time  state
}

type state struct{ mu sync.Mutex }

type box[T any] struct {
	mu sync.Mutex
	v  T //yieldlint:guardedby mu // marks Field v mu
}

// Parameters.

func register(
	name string,
	cb func(), //yieldlint:nonblocking // marks Field cb
	//yieldlint:eventloop // marks Field loop
	loop Handler,
	out io.Writer, //yieldlint:nonblocking net // marks Field out net
	c, d func(), //yieldlint:nonblocking // marks Field c; Field d
	_ string, e func(), //yieldlint:nonblocking // marks Field e
	deep func(
		inner func(), //yieldlint:nonblocking // marks Field inner
	), //yieldlint:nonblocking // marks Field deep
) { //yieldlint:suspends // marks FuncDecl register
	many := func(
		//yieldlint:nonblocking // marks Field lit
		lit func(),
	) {
	}
	many(nil)
}

// Package variables.

//yieldlint:nonblocking // marks ValueSpec hook
var hook func()

var (
	//yieldlint:nonblocking // marks ValueSpec writer
	writer    io.Writer
	inferred  = declared //yieldlint:nonblocking // marks ValueSpec inferred
	count     int        //yieldlint:confined // marks ValueSpec count
	packageMu sync.Mutex
	//yieldlint:guardedby packageMu // marks ValueSpec first packageMu; ValueSpec second packageMu
	first, second int
	shards        []state
)

// Locks.

//yieldlint:holds s.mu // marks FuncDecl locked s.mu
func (s *server) locked() {}

//yieldlint:holds s.mu, packageMu // marks FuncDecl lockedTwice s.mu packageMu
func (s *server) lockedTwice() {}

// +checklocks:s.mu // marks FuncDecl annotated s.mu
// +checklocksread:packageMu // marks FuncDecl annotated packageMu for reading
func (s *server) annotated() {}

// +checklocksignore // marks FuncDecl unchecked
func (s *server) unchecked() {
	s.n++ // +checklocksignore
	// +checklocksforce:s.mu
	s.n++
}

// Atomic regions.

//yieldlint:atomic // marks FuncDecl whole
func whole() {
	//yieldlint:atomic // marks BlockStmt
	{
		count++
	}
	switch {
	case count > 0:
		{ //yieldlint:atomic // marks BlockStmt
			count++
		}
	}
}
