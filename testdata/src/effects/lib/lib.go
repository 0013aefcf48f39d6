// Package lib holds one function for each kind of fact. Package app uses them:
// the Bad twin shows that the fact arrives, the OK twin that it does not say
// too much.
package lib

import (
	"bufio"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// Own effects.

func DirectBad() { time.Sleep(time.Second) } // want DirectBad:`^blocks\(sleep: time\.Sleep\)$`

func DirectOK() int { return 1 }

func CallBad() { DirectBad() } // want CallBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`

func CallOK() { DirectOK() }

func TwoClassesBad() { // want TwoClassesBad:`^blocks\(disk: os\.ReadFile\) blocks\(sleep: time\.Sleep\)$`
	os.ReadFile("x")
	time.Sleep(time.Second)
}

// Calls that wait for what the caller passes.

func Each(xs []int, f func(int)) { // want Each:`^calls\(param1\.\(\)\)$`
	for _, x := range xs {
		f(x)
	}
}

func WriteTo(w io.Writer) { w.Write(nil) } // want WriteTo:`^calls\(param0\.Write\(\)\)$`

func Twice(f func()) { Relay(f); Relay(f) } // want Twice:`^calls\(param0\.\(\)\)$`

func Relay(f func()) { f() } // want Relay:`^calls\(param0\.\(\)\)$`

// Receiver paths.

type A struct{ B B }

type B struct{ C C }

type C struct{ W io.Writer }

func (a *A) Flush() { a.B.C.W.Write(nil) } // want Flush:`^calls\(param0\.B\.C\.W\.Write\(\)\)$`

type Hooked struct{ Hook func() }

func (h *Hooked) Fire() { h.Hook() } // want Fire:`^calls\(param0\.Hook\.\(\)\)$`

// Results of results.

func CallsResultOf(f func() func()) { f()() } // want CallsResultOf:`^calls\(param0\.\(\)\) calls\(param0\.\(\)0\.\(\)\)$`

type Factory interface{ Make() io.Writer }

func CallsResultOfMethod(f Factory) { f.Make().Write(nil) } // want CallsResultOfMethod:`^calls\(param0\.Make\(\)\) calls\(param0\.Make\(\)0\.Write\(\)\)$`

// Hand-offs.

func Run(f func()) { go f() } // want Run:`^runs\(param0\)$`

func RunInside(f func()) { // want RunInside:`^runs\(param0\)$`
	go func() { f() }()
}

var kept []func()

func Keep(f func()) { kept = append(kept, f) } // want Keep:`^stores\(param0 in lib\.kept\)$`

type Bus struct{ handlers []func() }

func (b *Bus) On(f func()) { b.handlers = append(b.handlers, f) } // want On:`^stores\(param1 in lib\.Bus\.handlers\)$`

func (b *Bus) Emit() { // want Emit:`^calls\(param0\.handlers\.\[\]\.\(\)\)$`
	for _, h := range b.handlers {
		h()
	}
}

// Results.

func Closure(f func()) func() { // want Closure:`^returns0\(func calls\(outer0\.\(\)\)\)$`
	return func() { f() }
}

func SleeperBad() func() { // want SleeperBad:`^returns0\(func blocks\(sleep: time\.Sleep\)\)$`
	return func() { time.Sleep(time.Second) }
}

func SleeperOK() func() { // want SleeperOK:`^returns0\(func pure\)$`
	return func() {}
}

type Doer interface{ Do() }

type sleeper struct{ d time.Duration }

func (s sleeper) Do() { time.Sleep(s.d) } // want Do:`^blocks\(sleep: time\.Sleep\)$`

type noop struct{}

func (noop) Do() {}

func NewDoerBad() Doer { return sleeper{time.Second} } // want NewDoerBad:`^returns0\(lib\.sleeper\{Do: blocks\(sleep: time\.Sleep\)\}\)$`

func NewDoerOK() Doer { return noop{} } // want NewDoerOK:`^returns0\(lib\.noop\{\}\)$`

type Holder struct{ D Doer }

func (h *Holder) Go() { h.D.Do() } // want Go:`^calls\(param0\.D\.Do\(\)\)$`

func NewHolderBad() *Holder { return &Holder{D: sleeper{time.Second}} } // want NewHolderBad:`^returns0\(\*lib\.Holder\{D: lib\.sleeper\{Do: blocks\(sleep: time\.Sleep\)\}\}\)$`

func NewHolderOK() *Holder { return &Holder{D: noop{}} } // want NewHolderOK:`^returns0\(\*lib\.Holder\{D: lib\.noop\{\}\}\)$`

func HolderOf(d Doer) *Holder { return &Holder{D: d} } // want HolderOf:`^stores\(param0 in lib\.Holder\.D\) returns0\(\*lib\.Holder\{D: param0\}\)$`

type hidden struct{ d Doer }

func (h *hidden) Do() { h.d.Do() } // want Do:`^calls\(param0\.d\.Do\(\)\)$`

// Wrap hides that the Doer is the caller's.
func Wrap(d Doer) Doer { return &hidden{d} } // want Wrap:`^stores\(param0 in lib\.hidden\.d\) returns0\(\*lib\.hidden\{Do: calls\(outer0\.Do\(\)\)\}\)$`

func NewWriter(w io.Writer) *bufio.Writer { return bufio.NewWriter(w) } // want NewWriter:`^returns0\(\*bufio\.Writer\{\*: param0\}\)$`

func Identity(w io.Writer) io.Writer { return w } // want Identity:`^returns0\(param0\)$`

// Generics.

func Map[T, U any](xs []T, f func(T) U) (us []U) { // want Map:`^calls\(param1\.\(\)\) returns0\(.*param1\.\(\)0}\)$`
	for _, x := range xs {
		us = append(us, f(x))
	}
	return us
}

func DoAll[D Doer](ds []D) { // want DoAll:`^calls\(param0\.\[\]\.Do\(\)\)$`
	for _, d := range ds {
		d.Do()
	}
}

type Box[T any] struct{ f func() T }

func NewBox[T any](f func() T) *Box[T] { return &Box[T]{f} } // want NewBox:`^stores\(param0 in lib\.Box\.f\) returns0\(\*lib\.Box\[T\]\{f: param0\}\)$`

func (b *Box[T]) Get() T { return b.f() } // want Get:`^calls\(param0\.f\.\(\)\) returns0\(param0\.f\.\(\)0\)$`

func GenericBad[T any](T) { time.Sleep(time.Second) } // want GenericBad:`^blocks\(sleep: time\.Sleep\)$`

func GenericOK[T any](x T) T { return x } // want GenericOK:`^returns0\(param0\)$`

type Gen[T any] struct{ x T }

func (g *Gen[T]) WaitBad() { time.Sleep(time.Second) } // want WaitBad:`^blocks\(sleep: time\.Sleep\)$`

func (g *Gen[T]) ValueOK() T { return g.x } // want ValueOK:`^returns0\(param0\.x\)$`

// Embedding.

type Base struct{}

func (Base) WaitBad() { time.Sleep(time.Second) } // want WaitBad:`^blocks\(sleep: time\.Sleep\)$`

func (Base) ReadyOK() {}

type Derived struct{ Base }

type EmbedsIface struct{ Doer }

// Functions in variables, fields, maps and slices.

var hook = func() { time.Sleep(time.Second) }

func VarBad() { hook() } // want VarBad:`^blocks\(sleep: time\.Sleep via func literal in lib\.init\)$`

var quiet = func() {}

func VarOK() { quiet() }

type handlerSet struct {
	slow func()
	fast func()
}

var handlers = handlerSet{slow: DirectBad, fast: func() {}}

func FieldBad() { handlers.slow() } // want FieldBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`

func FieldOK() { handlers.fast() }

var table = map[string]func(){"a": DirectBad}

func MapBad(k string) { table[k]() } // want MapBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`

var list = []func(){func() {}, DirectBad}

func SliceBad() { // want SliceBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`
	for _, f := range list {
		f()
	}
}

var fastList = []func(){func() {}}

func SliceOK() {
	for _, f := range fastList {
		f()
	}
}

// Method values and expressions.

func MethodValueBad() { // want MethodValueBad:`^blocks\(sleep: time\.Sleep via \(lib\.sleeper\)\.Do\)$`
	f := sleeper{time.Second}.Do
	f()
}

func MethodValueOK() {
	f := noop{}.Do
	f()
}

func MethodExprBad() { // want MethodExprBad:`^blocks\(sleep: time\.Sleep via \(lib\.sleeper\)\.Do\)$`
	f := sleeper.Do
	f(sleeper{time.Second})
}

func MethodExprOK() {
	f := noop.Do
	f(noop{})
}

func IfaceMethodExpr(d Doer) { // want IfaceMethodExpr:`^calls\(param0\.Do\(\)\)$`
	f := Doer.Do
	f(d)
}

// Control flow.

func DeferBad() { defer DirectBad() } // want DeferBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`

func DeferOK() { defer DirectOK() }

func DeferClosureBad() { // want DeferClosureBad:`^blocks\(sleep: time\.Sleep via func literal in lib\.DeferClosureBad → lib\.DirectBad\)$`
	defer func() { DirectBad() }()
}

func SeqBad(yield func(int) bool) { // want SeqBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\) calls\(param0\.\(\)\)$`
	DirectBad()
	yield(1)
}

func SeqOK(yield func(int) bool) { yield(1) } // want SeqOK:`^calls\(param0\.\(\)\)$`

func RangeFuncBad() { // want RangeFuncBad:`^blocks\(sleep: time\.Sleep via lib\.SeqBad → lib\.DirectBad\)$`
	for range SeqBad {
	}
}

func RangeFuncOK() {
	for range SeqOK {
	}
}

func RangeBodyBad() { // want RangeBodyBad:`^blocks\(sleep: time\.Sleep via lib\.SeqOK → func literal in lib\.RangeBodyBad → lib\.DirectBad\)$`
	for range SeqOK {
		DirectBad()
	}
}

func EvenBad(n int) bool { // want EvenBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`
	if n == 0 {
		DirectBad()
		return true
	}
	return OddBad(n - 1)
}

func OddBad(n int) bool { // want OddBad:`^blocks\(sleep: time\.Sleep via lib\.EvenBad → lib\.DirectBad\)$`
	if n == 0 {
		return false
	}
	return EvenBad(n - 1)
}

func EvenOK(n int) bool { return n == 0 || OddOK(n-1) }

func OddOK(n int) bool { return n != 0 && EvenOK(n-1) }

// RecursePoly calls f at the bottom of a recursion.
func RecursePoly(n int, f func()) { // want RecursePoly:`^calls\(param1\.\(\)\)$`
	if n == 0 {
		f()
		return
	}
	RecursePoly(n-1, f)
}

// What happens once, when the program fails, or never.

var once sync.Once

func OnceOK() { once.Do(DirectBad) }

var value = sync.OnceValue(func() int { DirectBad(); return 1 })

// OnceValueOK: only its first call runs it, as with (*sync.Once).Do.
func OnceValueOK() int { return value() }

func PanicOK(n int) {
	if n < 0 {
		DirectBad()
		panic("negative")
	}
}

func PanicAlwaysOK(n int) {
	if n < 0 {
		DirectBad()
	}
	panic("always")
}

func FatalOK(n int) {
	if n < 0 {
		DirectBad()
		os.Exit(1)
	}
}

const debug = false

func ConstOK() {
	if debug {
		DirectBad()
	}
}

func ConstBad() { // want ConstBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`
	if !debug {
		DirectBad()
	}
}

// go statements.

func argBad() int { DirectBad(); return 1 }

func use(int) { DirectBad() }

func GoOK() { go use(1) }

func GoArgBad() { go use(argBad()) } // want GoArgBad:`^blocks\(sleep: time\.Sleep via lib\.argBad → lib\.DirectBad\)$`

// What a caller decides by a constant.

func GuardedBad(n int, wait bool) { // want GuardedBad:`^blocks\(sleep if param1 is true: time\.Sleep via lib\.DirectBad\)$`
	if wait {
		DirectBad()
	}
}

func NotBad(now bool) { // want NotBad:`^blocks\(sleep if param0 is false: time\.Sleep via lib\.GuardedBad → lib\.DirectBad\)$`
	GuardedBad(1, !now)
}

func EitherBad(wait bool) { // want EitherBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`
	if wait {
		DirectBad()
	} else {
		DirectBad()
	}
}

func AfterBad(wait bool) { // want AfterBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`
	if wait {
		println("waits")
	}
	DirectBad()
}

func GuardedCallBad() { GuardedBad(2, true) } // want GuardedCallBad:`^blocks\(sleep: time\.Sleep via lib\.GuardedBad → lib\.DirectBad\)$`

func FP_GuardedCallOK() { GuardedBad(2, false) }

// How a string begins.

func OpenBad(path string) { // want OpenBad:`^blocks\(sleep if param0 https://is false: time\.Sleep via lib\.DirectBad\)$`
	if strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://") {
		return
	}
	DirectBad()
}

func OpenFileBad() { OpenBad("/etc/hosts") } // want OpenFileBad:`^blocks\(sleep: time\.Sleep via lib\.OpenBad → lib\.DirectBad\)$`

func FP_OpenURL(id string) { OpenBad("https://example.com/" + id) }

func OpenAny(path string, n int) { OpenBad(path) } // want OpenAny:`^blocks\(sleep if param0 https://is false: time\.Sleep via lib\.OpenBad → lib\.DirectBad\)$`

func OpenUnknown(get func() string) { OpenBad(get()) } // want OpenUnknown:`^blocks\(sleep\?: time\.Sleep via lib\.OpenBad → lib\.DirectBad\) calls\(param0\.\(\)\)$`
