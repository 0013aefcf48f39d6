// Package apply applies the facts of lib, one by one.
package apply

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"time"

	"effects/lib"
)

func slow() { time.Sleep(time.Second) }

func fast() {}

func DirectBad() { lib.DirectBad() } // want DirectBad:`^blocks\(sleep: time\.Sleep via lib\.DirectBad\)$`

func DirectOK() { lib.DirectOK() }

func CallBad() { lib.CallBad() } // want CallBad:`^blocks\(sleep: time\.Sleep via lib\.CallBad → lib\.DirectBad\)$`

func TwoClassesBad() { lib.TwoClassesBad() } // want TwoClassesBad:`^blocks\(disk: os\.ReadFile via lib\.TwoClassesBad\) blocks\(sleep: time\.Sleep via lib\.TwoClassesBad\)$`

func EachBad() { lib.Each(nil, func(int) { slow() }) } // want EachBad:`^blocks\(sleep: time\.Sleep via lib\.Each → func literal in apply\.EachBad → apply\.slow\)$`

func EachOK() { lib.Each(nil, func(int) {}) }

func TwiceBad() { lib.Twice(slow) } // want TwiceBad:`^blocks\(sleep: time\.Sleep via lib\.Twice → lib\.Relay → apply\.slow\)$`

func TwiceOK() { lib.Twice(fast) }

func WriteToBad(f *os.File) { lib.WriteTo(f) } // want WriteToBad:`^blocks\(disk: \(\*os\.File\)\.Write via lib\.WriteTo\)$`

func WriteToOK() { lib.WriteTo(new(bytes.Buffer)) }

func WriteToPoly(w io.Writer) { lib.WriteTo(w) } // want WriteToPoly:`^calls\(param0\.Write\(\)\)$`

func PathBad(f *os.File) { // want PathBad:`^blocks\(disk: \(\*os\.File\)\.Write via \(\*lib\.A\)\.Flush\)$`
	a := &lib.A{B: lib.B{C: lib.C{W: f}}}
	a.Flush()
}

func PathOK() {
	a := &lib.A{B: lib.B{C: lib.C{W: new(bytes.Buffer)}}}
	a.Flush()
}

func HookBad() { // want HookBad:`^blocks\(sleep: time\.Sleep via \(\*lib\.Hooked\)\.Fire → apply\.slow\)$`
	h := &lib.Hooked{Hook: slow}
	h.Fire()
}

func HookOK() {
	h := &lib.Hooked{Hook: fast}
	h.Fire()
}

func ResultOfBad() { // want ResultOfBad:`^blocks\(sleep: time\.Sleep via lib\.CallsResultOf → apply\.slow\)$`
	lib.CallsResultOf(func() func() { return slow })
}

func ResultOfOK() {
	lib.CallsResultOf(func() func() { return fast })
}

type files struct{ f *os.File }

func (s files) Make() io.Writer { return s.f } // want Make:`^returns0\(\*os\.File\{Write: blocks\(disk: \(\*os\.File\)\.Write\)\}\)$`

type buffers struct{}

func (buffers) Make() io.Writer { return new(bytes.Buffer) } // want Make:`^returns0\(\*bytes\.Buffer\{\}\)$`

func ResultOfMethodBad(f *os.File) { lib.CallsResultOfMethod(files{f}) } // want ResultOfMethodBad:`^blocks\(disk: \(\*os\.File\)\.Write via lib\.CallsResultOfMethod\)$`

func ResultOfMethodOK() { lib.CallsResultOfMethod(buffers{}) }

func RunOK() {
	lib.Run(slow)
	lib.RunInside(slow)
}

func KeepOK() { lib.Keep(slow) }

func OnOK(b *lib.Bus) { b.On(slow) }

func RunPoly(f func()) { lib.Run(f) } // want RunPoly:`^runs\(param0\)$`

func RunInsidePoly(f func()) { lib.RunInside(f) } // want RunInsidePoly:`^runs\(param0\)$`

func ClosureBad() { lib.Closure(slow)() } // want ClosureBad:`^blocks\(sleep: time\.Sleep via func literal in lib\.Closure → apply\.slow\)$`

func ClosureOK() { lib.Closure(fast)() }

func ClosurePoly(f func()) { lib.Closure(f)() } // want ClosurePoly:`^calls\(param0\.\(\)\)$`

func NotCalledOK() { lib.Closure(slow) }

func SleeperBad() { lib.SleeperBad()() } // want SleeperBad:`^blocks\(sleep: time\.Sleep via func literal in lib\.SleeperBad\)$`

func SleeperOK() { lib.SleeperOK()() }

func DoerBad() { lib.NewDoerBad().Do() } // want DoerBad:`^blocks\(sleep: time\.Sleep via \(lib\.sleeper\)\.Do\)$`

func DoerOK() { lib.NewDoerOK().Do() }

func HolderBad() { lib.NewHolderBad().Go() } // want HolderBad:`^blocks\(sleep: time\.Sleep via \(\*lib\.Holder\)\.Go → \(lib\.sleeper\)\.Do\)$`

func HolderOK() { lib.NewHolderOK().Go() }

type slowDoer struct{}

func (slowDoer) Do() { slow() } // want Do:`^blocks\(sleep: time\.Sleep via apply\.slow\)$`

type fastDoer struct{}

func (fastDoer) Do() {}

func HolderOfBad() { lib.HolderOf(slowDoer{}).Go() } // want HolderOfBad:`^blocks\(sleep: time\.Sleep via \(\*lib\.Holder\)\.Go → \(apply\.slowDoer\)\.Do → apply\.slow\)$`

func HolderOfOK() { lib.HolderOf(fastDoer{}).Go() }

func WrapBad() { lib.Wrap(slowDoer{}).Do() } // want WrapBad:`^blocks\(sleep: time\.Sleep via \(\*lib\.hidden\)\.Do → \(apply\.slowDoer\)\.Do → apply\.slow\)$`

func WrapOK() { lib.Wrap(fastDoer{}).Do() }

func WrapTwiceBad() { lib.Wrap(lib.Wrap(slowDoer{})).Do() } // want WrapTwiceBad:`^blocks\(sleep: time\.Sleep via \(\*lib\.hidden\)\.Do → \(\*lib\.hidden\)\.Do → \(apply\.slowDoer\)\.Do → apply\.slow\)$`

func WrapPoly(d lib.Doer) { lib.Wrap(d).Do() } // want WrapPoly:`^calls\(param0\.Do\(\)\) stores\(param0 in lib\.hidden\.d\)$`

func BufioBad(f *os.File) { lib.NewWriter(f).Flush() } // want BufioBad:`^blocks\(disk: \(\*os\.File\)\.Write via \(\*bufio\.Writer\)\.Flush\)$`

func BufioOK() { lib.NewWriter(new(bytes.Buffer)).Flush() }

func BufioLocalBad(f *os.File) { // want BufioLocalBad:`^blocks\(disk: \(\*os\.File\)\.Write via \(\*bufio\.Writer\)\.Flush\)$`
	w := bufio.NewWriter(f)
	w.Flush()
}

func IdentityBad(f *os.File) { lib.Identity(f).Write(nil) } // want IdentityBad:`^blocks\(disk: \(\*os\.File\)\.Write\)$`

func IdentityOK() { lib.Identity(new(bytes.Buffer)).Write(nil) }

func MapBad() { lib.Map([]int{1}, func(int) int { slow(); return 0 }) } // want MapBad:`^blocks\(sleep: time\.Sleep via lib\.Map → func literal in apply\.MapBad → apply\.slow\)$`

func MapOK() { lib.Map([]int{1}, func(int) int { return 0 }) }

func DoAllBad() { lib.DoAll([]slowDoer{{}}) } // want DoAllBad:`^blocks\(sleep: time\.Sleep via lib\.DoAll → \(apply\.slowDoer\)\.Do → apply\.slow\)$`

func DoAllOK() { lib.DoAll([]fastDoer{{}}) }

func BoxBad() { lib.NewBox(func() int { slow(); return 0 }).Get() } // want BoxBad:`^blocks\(sleep: time\.Sleep via \(\*lib\.Box\)\.Get → func literal in apply\.BoxBad → apply\.slow\)$`

func BoxOK() { lib.NewBox(func() int { return 0 }).Get() }

func GenericBad() { lib.GenericBad("x") } // want GenericBad:`^blocks\(sleep: time\.Sleep via lib\.GenericBad\)$`

func GenericOK() { lib.GenericOK("x") }

func GenericMethodBad(g *lib.Gen[int]) { g.WaitBad() } // want GenericMethodBad:`^blocks\(sleep: time\.Sleep via \(\*lib\.Gen\)\.WaitBad\)$`

func GenericMethodOK(g *lib.Gen[int]) { g.ValueOK() }

func PromotedBad(d lib.Derived) { d.WaitBad() } // want PromotedBad:`^blocks\(sleep: time\.Sleep via \(lib\.Base\)\.WaitBad\)$`

func PromotedOK(d lib.Derived) { d.ReadyOK() }

type again struct{ *lib.Derived }

func PromotedTwiceBad(a again) { a.WaitBad() } // want PromotedTwiceBad:`^blocks\(sleep: time\.Sleep via \(lib\.Base\)\.WaitBad\)$`

func EmbedsIfaceBad() { lib.EmbedsIface{Doer: slowDoer{}}.Do() } // want EmbedsIfaceBad:`^blocks\(sleep: time\.Sleep via \(apply\.slowDoer\)\.Do → apply\.slow\)$`

func EmbedsIfaceOK() { lib.EmbedsIface{Doer: fastDoer{}}.Do() }

func PromotedValueBad(d lib.Derived) { // want PromotedValueBad:`^blocks\(sleep: time\.Sleep via \(lib\.Base\)\.WaitBad\)$`
	f := d.WaitBad
	f()
}

func PromotedExprBad(d lib.Derived) { // want PromotedExprBad:`^blocks\(sleep: time\.Sleep via \(lib\.Base\)\.WaitBad\)$`
	f := lib.Derived.WaitBad
	f(d)
}

func RangeFuncBad() { // want RangeFuncBad:`^blocks\(sleep: time\.Sleep via lib\.SeqBad → lib\.DirectBad\)$`
	for range lib.SeqBad {
	}
}

func RangeFuncOK() {
	for range lib.SeqOK {
	}
}

func RangeBodyBad() { // want RangeBodyBad:`^blocks\(sleep: time\.Sleep via lib\.SeqOK → func literal in apply\.RangeBodyBad → apply\.slow\)$`
	for range lib.SeqOK {
		slow()
	}
}

func RecurseBad() { lib.RecursePoly(3, slow) } // want RecurseBad:`^blocks\(sleep: time\.Sleep via lib\.RecursePoly → apply\.slow\)$`

func RecurseOK() { lib.RecursePoly(3, fast) }

func EvenBad() { lib.EvenBad(3) } // want EvenBad:`^blocks\(sleep: time\.Sleep via lib\.EvenBad → lib\.DirectBad\)$`

func EvenOK() { lib.EvenOK(3) }

func OnceOK() { lib.OnceOK() }

func OnceValueOK() { lib.OnceValueOK() }

type outer struct{ h *lib.Holder }

func newOuterBad() *outer { return &outer{lib.NewHolderBad()} }

func newOuterOK() *outer { return &outer{lib.NewHolderOK()} }

func OuterBad() { newOuterBad().h.Go() } // want OuterBad:`^blocks\(sleep: time\.Sleep via \(\*lib\.Holder\)\.Go → \(lib\.sleeper\)\.Do\)$`

func OuterOK() { newOuterOK().h.Go() }

func GoOK() { lib.GoOK() }

func GoArgBad() { lib.GoArgBad() } // want GoArgBad:`^blocks\(sleep: time\.Sleep via lib\.GoArgBad → lib\.argBad → lib\.DirectBad\)$`

func DeferBad() { defer lib.CallBad() } // want DeferBad:`^blocks\(sleep: time\.Sleep via lib\.CallBad → lib\.DirectBad\)$`

func MethodExprBad() { lib.IfaceMethodExpr(slowDoer{}) } // want MethodExprBad:`^blocks\(sleep: time\.Sleep via lib\.IfaceMethodExpr → \(apply\.slowDoer\)\.Do → apply\.slow\)$`

func MethodExprOK() { lib.IfaceMethodExpr(fastDoer{}) }

func GuardedCallBad() { lib.GuardedBad(2, true) } // want GuardedCallBad:`^blocks\(sleep: time\.Sleep via lib\.GuardedBad → lib\.DirectBad\)$`

func FP_GuardedCallOK() { lib.GuardedBad(2, false) }

func NotBad() { lib.NotBad(false) } // want NotBad:`^blocks\(sleep: time\.Sleep via lib\.NotBad → lib\.GuardedBad → lib\.DirectBad\)$`

func NotOK() { lib.NotBad(true) }
