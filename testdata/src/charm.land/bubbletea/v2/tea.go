// Package tea is a stub for tests: types and signatures only.
package tea

import (
	"io"
	"os/exec"
	"time"
)

type Msg = any

type Cmd func() Msg

type Model interface {
	Init() Cmd
	Update(Msg) (Model, Cmd)
	View() View
}

type View struct {
	Content   string
	AltScreen bool
	OnMouse   func(MouseMsg) Cmd
}

func NewView(any) View { return View{} }

type Key struct{ Text string }

type KeyMsg interface {
	String() string
	Key() Key
}

type KeyPressMsg Key

func (KeyPressMsg) String() string { return "" }
func (KeyPressMsg) Key() Key       { return Key{} }

type Mouse struct{ X, Y int }

type MouseMsg interface {
	String() string
	Mouse() Mouse
}

type MouseClickMsg Mouse

func (MouseClickMsg) String() string { return "" }
func (MouseClickMsg) Mouse() Mouse   { return Mouse{} }

type (
	QuitMsg       struct{}
	BatchMsg      []Cmd
	WindowSizeMsg struct{ Width, Height int }
)

type Program struct{}

type ProgramOption func(*Program)

func NewProgram(Model, ...ProgramOption) *Program { return nil }

func WithFilter(func(Model, Msg) Msg) ProgramOption { return nil }
func WithInput(io.Reader) ProgramOption             { return nil }

func (*Program) Run() (Model, error)   { return nil, nil }
func (*Program) Send(Msg)              {}
func (*Program) Quit()                 {}
func (*Program) Kill()                 {}
func (*Program) Wait()                 {}
func (*Program) Println(...any)        {}
func (*Program) Printf(string, ...any) {}

func Batch(...Cmd) Cmd                             { return nil }
func Sequence(...Cmd) Cmd                          { return nil }
func Tick(time.Duration, func(time.Time) Msg) Cmd  { return nil }
func Every(time.Duration, func(time.Time) Msg) Cmd { return nil }
func Quit() Msg                                    { return nil }
func Println(...any) Cmd                           { return nil }

type ExecCallback func(error) Msg

type ExecCommand interface {
	Run() error
	SetStdin(io.Reader)
	SetStdout(io.Writer)
	SetStderr(io.Writer)
}

func Exec(ExecCommand, ExecCallback) Cmd      { return nil }
func ExecProcess(*exec.Cmd, ExecCallback) Cmd { return nil }
