package models

import "strconv"

// A Class says what a blocking operation waits for.
type Class string

// The blocking classes, in the order in which messages list them.
const (
	Net      Class = "net"      // a peer on the network
	DNS      Class = "dns"      // a name server
	Disk     Class = "disk"     // a file system
	Process  Class = "process"  // another process
	Database Class = "database" // a database, through its driver
	RPC      Class = "rpc"      // a remote procedure call
	Sleep    Class = "sleep"    // the clock
	Wait     Class = "wait"     // another goroutine: WaitGroup, Cond, channel
	Lock     Class = "lock"     // the holder of a lock
	Terminal Class = "terminal" // the standard streams
	Log      Class = "log"      // the sink of the standard logger
	Cgo      Class = "cgo"      // foreign code
	CPU      Class = "cpu"      // nothing: it computes for long
	Suspends Class = "suspends" // what its author says: a directive of that name
)

// Classes lists every class, in the order of the constants.
var Classes = []Class{Net, DNS, Disk, Process, Database, RPC, Sleep, Wait, Lock, Terminal, Log, Cgo, CPU, Suspends}

// A Cost is the order of magnitude of how long one call may take.
// It is ordered: a larger Cost is a longer wait.
type Cost uint8

// The costs. Model files spell them us, us-ms, ms, s, arg, unbounded.
const (
	Micros    Cost = iota + 1 // microseconds: never worth a finding by default
	Brief                     // microseconds as a rule, milliseconds from a slow medium: one read of a file
	Millis                    // milliseconds, or more for more data: a whole file
	Seconds                   // seconds (also "ms-s")
	Argument                  // given by an argument (time.Sleep)
	Unbounded                 // no upper bound without a deadline or a cancellation
)

// An Effect says what a model decides about a function.
type Effect string

const (
	// Blocks: a call may suspend the calling goroutine.
	Blocks Effect = "blocks"
	// Safe: a call never suspends of itself (it may still call what Calls names).
	Safe Effect = "safe"
	// Inspect: undo a package default; the summary inferred from source decides.
	Inspect Effect = "inspect"
)

// An Op is what is known about one function or interface method, or, if Func
// holds a '*', about every function that the pattern matches. A model beats
// an inferred summary.
type Op struct {
	// Func is types.Func.FullName of the origin, without type parameters:
	// "net/http.Get", "(net.Conn).Read", "(*sync/atomic.Pointer).Load".
	// '*' matches any run of characters (also '/' and '.').
	Func   string
	Effect Effect
	Class  Class   // of Blocks
	Also   []Class // further classes of the same call ("dns" of net.Dial)
	Cost   Cost    // of Blocks
	// When restricts Blocks and Calls: "" always; "first-call" only the first
	// call in the process; "rare" only for unusual data or configuration.
	// Effects with a restriction are known but are not effects of a caller.
	When   string
	Calls  []Target // what a call calls before it returns, on the same goroutine
	Spawns []Target // what it runs on another goroutine
	Stores []Target // what it keeps, to be called later
	Wraps  []Path   // the result's methods reach these arguments (bufio.NewWriter: param0)
	Thread Thread   // of Spawns: which runs may overlap; "" is ThreadOne
	Joins  []Join   // of Spawns: what their end precedes
	// Releases is "loop" if what follows the call in its function may block:
	// the call has paused the user interface for it.
	Releases string
	Why      string
	Ref      string
	Pos      Pos // of the entry
}

// A Var is a package-level variable whose value has an identity that matters:
// os.Stdout is an *os.File, but a write to it is Terminal and not Disk.
type Var struct {
	Name  string // "os.Stdout"
	Class Class  // replaces the class of a blocking method called on it
	Why   string
	Pos   Pos
}

// A Path is an access path from the receiver, a parameter or a result of a function.
type Path struct {
	Root   int      // Recv, Result(i), or the zero-based index of a parameter (receiver not counted)
	Fields []string // field names; "[]" is any element
}

// Recv is the Root of a path from the receiver.
const Recv = -1

// Result is the Root of a path from the result with index i.
func Result(i int) int { return Recv - 1 - i }

// ResultIndex returns the index of the result that p starts from, if it does.
func (p Path) ResultIndex() (i int, ok bool) { return Recv - 1 - p.Root, p.Root < Recv }

func (p Path) String() string {
	var s string
	switch i, isResult := p.ResultIndex(); {
	case isResult:
		s = "result" + strconv.Itoa(i)
	case p.Root == Recv:
		s = "recv"
	default:
		s = "param" + strconv.Itoa(p.Root)
	}
	for _, f := range p.Fields {
		s += "." + f
	}
	return s
}

// A Target is a call of, or through, the value at a path. Model files spell
// "param1.()" for a call of the func value itself, "recv.wr.Write()" for a
// call of its method Write.
type Target struct {
	Path   Path
	Method string // "" calls the value
}

func (t Target) String() string { return t.Path.String() + "." + t.Method + "()" }

// A Pos is a place in a model file.
type Pos struct {
	File string
	Line int
}

func (p Pos) String() string { return p.File + ":" + strconv.Itoa(p.Line) }

// A Kind says what a blocked callback stalls (the classes of the catalogue of event loops).
type Kind string

const (
	Loop     Kind = "loop"     // one goroutine serves many unrelated clients, or the whole UI
	Replay   Kind = "replay"   // a coroutine that is replayed: blocking is wrong in itself
	PerPeer  Kind = "per-peer" // one goroutine per peer, stream, subscription or actor
	Reentry  Kind = "reentry"  // runs while the library holds a lock: re-entry deadlocks
	NotALoop Kind = "own"      // looks like a loop callback, runs on a goroutine of its own
)

// A Framework is a serial dispatcher that programs hand callbacks to.
type Framework struct {
	Name   string // "gnet"
	Loop   string // how messages call the loop: "gnet event loop"
	Kind   Kind
	Stalls string // what stands still while a callback blocks
	Thread string // identity of the goroutine: "one", "many" (several loops in parallel)
	// Packages are patterns of the import paths of the framework. Their own
	// functions are safe in loop code unless Ops or SelfWaits says otherwise.
	Packages []string
	// Patience is the longest cost that does not stall the loop, Micros if
	// zero: a user interface redraws sixty times a second, a server answers
	// thousands of clients in that time.
	Patience Cost
	// Tolerates lists classes that are the callback's purpose (raft FSM.Apply: disk, database).
	Tolerates []Class
	Roots     []RootEntry
	// SelfWaits are functions that wait for the loop, and so deadlock on it.
	SelfWaits []Op
	Ref       string
	Pos       Pos
}

// A RootEntry says which user functions a framework runs. Exactly one of
// Interface, Register, Field, FuncType, FirstParam, Result, Poll is set.
type RootEntry struct {
	Interface  string   // "github.com/panjf2000/gnet/v2.EventHandler": Methods of types that implement it
	Methods    []string // of Interface
	Register   string   // Op.Func form, '*' allowed: the func given as Params runs on the loop
	Params     []int    // of Register: zero-based parameter indexes (receiver not counted); elements of variadic or slice parameters too
	Field      string   // "github.com/tidwall/evio.Events.Data": func stored in this struct field
	FuncType   string   // func converted to this named type
	FirstParam []string // any declared function whose first parameter has one of these named types
	Result     string   // Op.Func form: the func returned by implementations of this interface method
	Poll       string   // Op.Func form: an endless loop around a call of it is loop code
	Kind       Kind     // replaces Framework.Kind if not ""
	Loop       string   // replaces Framework.Loop if not ""
	Thread     string   // replaces Framework.Thread if not ""
	Why        string
	Ref        string
	Pos        Pos
}
