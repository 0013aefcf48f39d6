package order_test

import (
	"go/ast"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/internal/linttest"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/order"
	"github.com/yieldlint/yieldlint/internal/paths"
	"github.com/yieldlint/yieldlint/internal/threads"
)

// Each function has a variable x, and says in its comment whether two accesses
// to it may happen at the same time: "race", "locked" if only a lock keeps
// them apart, or "ordered". Behind a colon is why that is not the truth.
const sources = `package p

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

func cond() bool { return false }
func use(int)    {}

// ordered
func beforeStart() { x := 0; x++; go func() { use(x) }() }

// race
func afterStart() { x := 0; go func() { use(x) }(); x++ }

// ordered
func twoReaders() { x := 0; go func() { use(x) }(); use(x) }

// race
func twoWriters() { x := 0; _ = &x; go func() { x = 1 }(); go func() { x = 2 }() }

// ordered
func ownVariable() { for range 3 { x := 0; go func() { x++ }() } }

// race
func oneVariable() { x := 0; for range 3 { go func() { x++ }() } }

// ordered
func oneTurn() { x := 0; for range 1 { go func() { x++ }() } }

// race
func startedBelow() { x := 0; go func() { go func() { x++ }() }(); use(x) }

// ordered
func perIteration() { for x := 0; x < 3; x++ { x := x; go func() { use(x) }() } }

// Channels.

// ordered
func closed() { x := 0; c := make(chan int); go func() { x = 1; close(c) }(); <-c; use(x) }

// race
func closedTooEarly() { x := 0; c := make(chan int); go func() { close(c); x = 1 }(); <-c; use(x) }

// race
func receivedTooLate() { x := 0; c := make(chan int); go func() { x = 1; close(c) }(); use(x); <-c }

// ordered
func closedByDefer() { x := 0; c := make(chan int); go func() { defer close(c); x = 1 }(); <-c; use(x) }

// ordered
func sent() { x := 0; c := make(chan int); go func() { x = 1; c <- 1 }(); <-c; use(x) }

// ordered
func sentBuffered() { x := 0; c := make(chan int, 1); go func() { x = 1; c <- 1 }(); <-c; use(x) }

// ordered
func receiveFirst() { x := 0; c := make(chan int); go func() { x = 1; <-c }(); c <- 1; use(x) }

// race
func receiveFirstBuffered() { x := 0; c := make(chan int, 1); go func() { x = 1; <-c }(); c <- 1; use(x) }

// ordered
func receiveFirstFull() { x := 0; c := make(chan int, 1); go func() { x = 1; <-c }(); c <- 1; c <- 2; use(x) }

// race
func oneOfTwo() {
	x := 0
	c := make(chan int, 2)
	go func() { x = 1; c <- 1 }()
	go func() { c <- 1 }()
	<-c
	use(x)
}

// ordered
func bothOfTwo() {
	x := 0
	c := make(chan int, 2)
	go func() { x = 1; c <- 1 }()
	go func() { c <- 1 }()
	<-c
	<-c
	use(x)
}

// ordered
func counted() {
	var x [4]int
	c := make(chan int)
	for i := range 4 {
		go func() { x[i] = 1; c <- 1 }()
	}
	for range 4 {
		<-c
	}
	use(x[2])
}

// race
func countedShort() {
	var x [4]int
	c := make(chan int)
	for i := range 4 {
		go func() { x[i] = 1; c <- 1 }()
	}
	for range 3 {
		<-c
	}
	use(x[2])
}

// ordered
func countedVariable(n int) {
	x := make([]int, n)
	c := make(chan int)
	for i := 0; i < n; i++ {
		go func() { x[i] = 1; c <- 1 }()
	}
	for i := 0; i < n; i++ {
		<-c
	}
	use(x[2])
}

// ordered
func ranged() {
	x := 0
	c := make(chan int)
	go func() { c <- 1; x = 1; close(c) }()
	for range c {
	}
	use(x)
}

// race
func rangedInside() {
	x := 0
	c := make(chan int)
	go func() { c <- 1; x = 1; close(c) }()
	for range c {
		use(x)
	}
}

// ordered
func received() {
	x := 0
	c := make(chan int)
	go func() { x = 1; c <- 1; close(c) }()
	if _, ok := <-c; ok {
		use(x)
	}
}

// ordered
func chained() {
	x := 0
	a, b := make(chan int), make(chan int)
	go func() { x = 1; close(a) }()
	go func() { <-a; close(b) }()
	<-b
	use(x)
}

// ordered
func startedAfterJoin() {
	x := 0
	c := make(chan int)
	go func() { x = 1; close(c) }()
	<-c
	go func() { use(x) }()
}

// race
func selectedDefault() {
	x := 0
	c := make(chan int)
	go func() { x = 1; close(c) }()
	select {
	case <-c:
	default:
	}
	use(x)
}

// ordered
func selectedArm() {
	x := 0
	c := make(chan int)
	go func() { x = 1; close(c) }()
	select {
	case <-c:
		use(x)
	case <-time.After(time.Second):
	}
}

// race
func timedOut() {
	x := 0
	c := make(chan int)
	go func() { x = 1; close(c) }()
	select {
	case <-c:
	case <-time.After(time.Second):
	}
	use(x)
}

// race
func onOneBranch() {
	x := 0
	c := make(chan int)
	go func() { x = 1; close(c) }()
	if cond() {
		<-c
	}
	use(x)
}

// ordered
func handedOver() {
	x := 0
	c := make(chan int)
	go func() { <-c; use(x) }()
	x = 1
	c <- 1
}

// race
func pingPong() {
	x := 0
	c := make(chan int)
	go func() { for { <-c; x++ } }()
	for range 3 {
		c <- 1
		use(x)
	}
}

// locked
func token() {
	x := 0
	c := make(chan int, 1)
	go func() { c <- 1; x++; <-c }()
	c <- 1
	x++
	<-c
}

// WaitGroups.

// ordered
func waited() { x := 0; var wg sync.WaitGroup; wg.Add(1); go func() { defer wg.Done(); x = 1 }(); wg.Wait(); use(x) }

// ordered
func waitedGo() { x := 0; var wg sync.WaitGroup; wg.Go(func() { x = 1 }); wg.Wait(); use(x) }

// race
func doneTooEarly() { x := 0; var wg sync.WaitGroup; wg.Add(1); go func() { wg.Done(); x = 1 }(); wg.Wait(); use(x) }

// race
func addedInside() { x := 0; var wg sync.WaitGroup; go func() { wg.Add(1); x = 1; wg.Done() }(); wg.Wait(); use(x) }

// race
func otherGroup() {
	x := 0
	var a, b sync.WaitGroup
	a.Add(1)
	go func() { x = 1; a.Done() }()
	b.Wait()
	use(x)
}

// ordered
func waitedByThird() {
	x := 0
	var wg sync.WaitGroup
	c := make(chan int)
	wg.Add(1)
	go func() { x = 1; wg.Done() }()
	go func() { wg.Wait(); close(c) }()
	<-c
	use(x)
}

// race
func amongWaited() {
	x := 0
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { x++ })
	}
	wg.Wait()
	use(x)
}

// Locks.

// locked
func mutex() { x := 0; var mu sync.Mutex; go func() { mu.Lock(); x = 1; mu.Unlock() }(); mu.Lock(); use(x); mu.Unlock() }

// race
func otherMutex() { x := 0; var a, b sync.Mutex; go func() { a.Lock(); x = 1; a.Unlock() }(); b.Lock(); use(x); b.Unlock() }

// race
func oneLocked() { x := 0; var mu sync.Mutex; go func() { mu.Lock(); x = 1; mu.Unlock() }(); use(x) }

// locked
func deferredUnlock() { x := 0; _ = &x; var mu sync.Mutex; go func() { mu.Lock(); defer mu.Unlock(); x = 1 }(); mu.Lock(); x = 2; mu.Unlock() }

// locked
func readAndWrite() { x := 0; var mu sync.RWMutex; go func() { mu.Lock(); x = 1; mu.Unlock() }(); mu.RLock(); use(x); mu.RUnlock() }

// race
func writeUnderRead() { x := 0; var mu sync.RWMutex; go func() { mu.RLock(); x = 1; mu.RUnlock() }(); mu.RLock(); use(x); mu.RUnlock() }

// locked
func tried() {
	x := 0
	var mu sync.Mutex
	go func() {
		if mu.TryLock() {
			x = 1
			mu.Unlock()
		}
	}()
	mu.Lock()
	use(x)
	mu.Unlock()
}

// race
func triedInVain() {
	x := 0
	var mu sync.Mutex
	go func() {
		if !mu.TryLock() {
			x = 1
		}
	}()
	mu.Lock()
	use(x)
	mu.Unlock()
}

// ordered
func handedLock() {
	x := 0
	var mu sync.Mutex
	mu.Lock()
	go func() { x = 1; mu.Unlock() }()
	mu.Lock()
	use(x)
}

// locked
func handedReadLock() {
	x := 0
	var mu sync.RWMutex
	mu.RLock()
	go func() { defer mu.RUnlock(); use(x) }()
	mu.Lock()
	x = 1
	mu.Unlock()
}

// race
func handedToReader() {
	x := 0
	var mu sync.RWMutex
	mu.RLock()
	go func() { defer mu.RUnlock(); x = 1 }()
	mu.RLock()
	use(x)
	mu.RUnlock()
}

// race
func handedNoLonger() {
	x := 0
	var mu sync.RWMutex
	mu.RLock()
	go func() { defer mu.RUnlock() }()
	go func() { mu.Lock(); use(x); mu.Unlock() }()
	x = 1
}

// locked
func conditionLock() {
	x := 0
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	go func() { mu.Lock(); x = 1; mu.Unlock(); c.Signal() }()
	c.L.Lock()
	for x == 0 {
		c.Wait()
	}
	c.L.Unlock()
}

// locked
func conditionVariable() {
	x := 0
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	go func() { mu.Lock(); x = 1; mu.Unlock(); c.Signal() }()
	mu.Lock()
	for x == 0 {
		c.Wait()
	}
	mu.Unlock()
}

// Flags, once, timers, contexts.

// ordered
func flag() {
	x := 0
	var done atomic.Bool
	go func() { x = 1; done.Store(true) }()
	for !done.Load() {
	}
	use(x)
}

// race
func flagTooEarly() {
	x := 0
	var done atomic.Bool
	go func() { done.Store(true); x = 1 }()
	for !done.Load() {
	}
	use(x)
}

// ordered: what an atomic holds at first is not known
func flagNotSet() {
	x := 0
	var done atomic.Bool
	go func() { x = 1; done.Store(true) }()
	if !done.Load() {
		use(x)
	}
}

// race
func plainFlagNotSet() {
	x, done := 0, false
	var mu sync.Mutex
	go func() {
		x = 1
		mu.Lock()
		done = true
		mu.Unlock()
	}()
	mu.Lock()
	ok := done
	mu.Unlock()
	if !ok {
		use(x)
	}
}

// locked
func once() {
	x := 0
	var o sync.Once
	go func() { o.Do(func() { x = 1 }) }()
	o.Do(func() { x = 2 })
	use(x)
}

// race
func timer() { x := 0; time.AfterFunc(time.Second, func() { x = 1 }); use(x) }

// race
func cancelled(ctx context.Context) {
	x := 0
	go func() { x = 1 }()
	<-ctx.Done()
	use(x)
}

// ordered
func cancelledAfter() {
	x := 0
	ctx, cancel := context.WithCancel(context.Background())
	go func() { x = 1; cancel() }()
	<-ctx.Done()
	use(x)
}

// Elements and fields.

// ordered
func otherElement() { var x [4]int; go func() { x[1] = 1 }(); use(x[2]) }

// race
func sameElement() { var x [4]int; go func() { x[1] = 1 }(); use(x[1]) }

// ordered
func oneElementEach() { x := make([]int, 4); for i := range x { go func() { x[i] = 1 }() } }

// ordered
func oneElementGiven() { x := make([]int, 4); for i := range x { go func(i int) { x[i] = 1 }(i) } }

// race
func neighbours() { x := make([]int, 4); for i := range x { go func() { x[0] = x[i] }() } }

// ordered
func otherField() { var x struct{ a, b int }; go func() { x.a = 1 }(); use(x.b) }

// race
func sameField() { var x struct{ a, b int }; p := &x; go func() { p.a = 1 }(); use(x.a) }

// race
func entries() { x := map[int]int{}; go func() { x[1] = 1 }(); use(x[2]) }
`

func TestConcurrent(t *testing.T) {
	prog := linttest.Program(t, sources)
	want := make(map[string]string)
	for file := range prog.Files {
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Doc != nil {
				text := strings.Split(strings.TrimSpace(fn.Doc.Text()), "\n")
				want[fn.Name.Name], _, _ = strings.Cut(text[len(text)-1], ":")
			}
		}
	}
	if len(want) < 60 {
		t.Errorf("only %d functions", len(want))
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	for run := range 3 {
		for _, fn := range prog.Funcs {
			if want[fn.Name()] == "" {
				continue
			}
			u := threads.Unfold(fn, prog.Pkg, models.Builtin(), nil)
			b := u.Build()
			o := order.New(u, b)
			if got := verdict(o, accesses(b), rnd, run > 0); got != want[fn.Name()] {
				t.Errorf("run %d: %s: got %s, want %s", run, fn.Name(), got, want[fn.Name()])
			}
			if o.GivenUp() {
				t.Errorf("%s: given up", fn.Name())
			}
		}
	}
}

// accesses returns the accesses to the variable x, or to the elements and
// entries of what it refers to.
func accesses(b *threads.Build) []*threads.Access {
	var out []*threads.Access
	for _, a := range b.Accesses {
		if a.Strong && !a.Atomic && (a.Loc.Top().Name == "x" || a.Loc.Step != paths.Root) {
			out = append(out, a)
		}
	}
	return out
}

// verdict asks for all pairs; the order in which they are asked does not matter.
func verdict(o *order.Order, list []*threads.Access, rnd *rand.Rand, shuffle bool) string {
	type pair struct{ a, b *threads.Access }
	var pairs []pair
	for i, a := range list {
		for _, b := range list[i:] {
			if (a.Write || b.Write) && a.Loc.Overlaps(b.Loc) && (a != b || a.Node.Thread.Parent != nil) {
				pairs = append(pairs, pair{a, b})
			}
		}
	}
	if shuffle {
		rnd.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	}
	out := "ordered"
	for _, p := range pairs {
		switch one, other := o.Concurrent(p.a, p.b), o.Concurrent(p.b, p.a); {
		case one != other:
			return "different from the other side"
		case one && !o.Protected(p.a, p.b):
			return "race"
		case one:
			out = "locked"
		}
	}
	return out
}
