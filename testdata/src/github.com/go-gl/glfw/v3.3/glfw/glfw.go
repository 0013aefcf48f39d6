// Package glfw is a stub for tests: types and signatures only.
package glfw

type (
	Key             int
	Action          int
	MouseButton     int
	ModifierKey     int
	Joystick        int
	PeripheralEvent int
	Monitor         struct{}
	Window          struct{}
)

const (
	KeyEscape Key    = 256
	Press     Action = 1
)

type (
	KeyCallback         func(*Window, Key, int, Action, ModifierKey)
	CharCallback        func(*Window, rune)
	MouseButtonCallback func(*Window, MouseButton, Action, ModifierKey)
	CursorPosCallback   func(*Window, float64, float64)
	ScrollCallback      func(*Window, float64, float64)
	DropCallback        func(*Window, []string)
	SizeCallback        func(*Window, int, int)
	CloseCallback       func(*Window)
	RefreshCallback     func(*Window)
	FocusCallback       func(*Window, bool)
	MonitorCallback     func(*Monitor, PeripheralEvent)
	JoystickCallback    func(Joystick, PeripheralEvent)
)

func Init() error                                                              { return nil }
func Terminate()                                                               {}
func PollEvents()                                                              {}
func WaitEvents()                                                              {}
func WaitEventsTimeout(float64)                                                {}
func PostEmptyEvent()                                                          {}
func SetMonitorCallback(MonitorCallback) MonitorCallback                       { return nil }
func SetJoystickCallback(JoystickCallback) JoystickCallback                    { return nil }
func CreateWindow(int, int, string, *Monitor, *Window) (*Window, error)        { return nil, nil }
func (*Window) MakeContextCurrent()                                            {}
func (*Window) ShouldClose() bool                                              { return false }
func (*Window) SetShouldClose(bool)                                            {}
func (*Window) SwapBuffers()                                                   {}
func (*Window) SetKeyCallback(KeyCallback) KeyCallback                         { return nil }
func (*Window) SetCharCallback(CharCallback) CharCallback                      { return nil }
func (*Window) SetMouseButtonCallback(MouseButtonCallback) MouseButtonCallback { return nil }
func (*Window) SetCursorPosCallback(CursorPosCallback) CursorPosCallback       { return nil }
func (*Window) SetScrollCallback(ScrollCallback) ScrollCallback                { return nil }
func (*Window) SetDropCallback(DropCallback) DropCallback                      { return nil }
func (*Window) SetSizeCallback(SizeCallback) SizeCallback                      { return nil }
func (*Window) SetCloseCallback(CloseCallback) CloseCallback                   { return nil }
func (*Window) SetRefreshCallback(RefreshCallback) RefreshCallback             { return nil }
func (*Window) SetFocusCallback(FocusCallback) FocusCallback                   { return nil }
