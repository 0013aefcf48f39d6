package models

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// stdFunc returns the function of std with the given full name.
func stdFunc(t *testing.T, full string) *types.Func {
	t.Helper()
	pkg := loadStd(t)[pathOf(full)]
	if pkg == nil {
		t.Fatalf("no package of %s", full)
	}
	return mustFunc(t, full, pkg)
}

func TestSync(t *testing.T) {
	for _, test := range []struct {
		fn   string
		want string // kind, target, key, condition, runs
	}{
		{"(*sync.Mutex).Lock", "lock recv"},
		{"(*sync.Mutex).TryLock", "trylock recv if true-result"},
		{"(sync.Locker).Unlock", "unlock recv"},
		{"(*sync.RWMutex).RLock", "rlock recv"},
		{"(*sync.RWMutex).RLocker", "rlocker recv"},
		{"(*sync.Cond).Wait", "cond-wait recv.L"},
		{"sync.NewCond", "cond-new param0"},
		{"(*sync.Once).Do", "once recv runs param0.()"},
		{"sync.OnceValue", "once-func runs param0.()"},
		{"(*sync.WaitGroup).Go", "wg-go recv runs param0.()"},
		{"(*sync.Map).LoadOrStore", "map-rmw recv key param0"},
		{"(*sync.Map).Clear", "map-delete recv"},
		{"sync/atomic.AddInt64", "atomic-rmw param0"},
		{"sync/atomic.CompareAndSwapPointer", "atomic-cas param0"},
		{"(*sync/atomic.Pointer).Load", "atomic-load recv"},
		{"(*sync/atomic.Value).Store", "atomic-store recv"},
		{"context.WithTimeout", "context-new result0"},
		{"(context.Context).Done", "context-done recv"},
		{"time.NewTimer", "timer-new"},
		{"(*time.Timer).Stop", "timer-stop recv"},
		{"runtime.Gosched", "yield"},
		{"testing/synctest.Wait", "settle"},
		{"(*testing.T).Parallel", "parallel recv"},
		{"strings.ToUpper", ""},
	} {
		if got := spell(Builtin().Sync(stdFunc(t, test.fn))); got != test.want {
			t.Errorf("Sync(%s) is %q, want %q", test.fn, got, test.want)
		}
	}
}

// spell spells what decides in op.
func spell(op *SyncOp) string {
	if op == nil {
		return ""
	}
	s := string(op.Kind)
	if !noTarget[op.Kind] {
		s += " " + op.Target.String()
	}
	if op.Key != nil {
		s += " key " + op.Key.String()
	}
	if op.If != Always {
		s += " if " + string(op.If)
	}
	for _, r := range op.Runs {
		s += " runs " + r.String()
	}
	return s
}

// TestSyncComplete: every exported function and method of the packages of
// synchronisation has an entry.
func TestSyncComplete(t *testing.T) {
	std := loadStd(t)
	for _, path := range []string{"sync", "sync/atomic"} {
		for _, fn := range exportedFuncs(std[path]) {
			if Builtin().Sync(fn) == nil {
				t.Errorf("no entry of syncs for %s", nameOf(fn.Origin()))
			}
		}
	}
	known := []string{"context.Background", "context.TODO", "context.WithValue", "context.WithoutCancel", "context.AfterFunc", "time.Sleep"}
	for _, path := range []string{"context", "time"} {
		for _, fn := range exportedFuncs(std[path]) {
			results := fn.Signature().Results()
			returnsShared := false
			for v := range results.Variables() {
				switch types.TypeString(v.Type(), nil) {
				case "context.Context", "context.CancelFunc", "*time.Timer", "*time.Ticker", "<-chan time.Time":
					returnsShared = true
				}
			}
			if full := nameOf(fn).String(); returnsShared && Builtin().Sync(fn) == nil && !slices.Contains(known, full) {
				t.Errorf("no entry of syncs for %s", full)
			}
		}
	}
}

func TestSpawns(t *testing.T) {
	for _, test := range []struct{ fn, want string }{
		{"(*sync.WaitGroup).Go", "param0.() one joins recv.Wait()"},
		{"time.AfterFunc", "param1.() one"},
		{"context.AfterFunc", "param1.() one"},
		{"runtime.SetFinalizer", "param1.() loop standard library callbacks: the finalizer goroutine"},
		{"runtime.AddCleanup", "param1.() many"},
		{"net/http.HandleFunc", "param1.() many"},
		{"net/http.ListenAndServe", "param1.ServeHTTP() many"},
		{"(*testing.T).Run", "param1.() one joins call"},
		{"(*testing.B).RunParallel", "param0.() many joins call"},
		{"(*os/exec.Cmd).Start", "recv.Stdin.Read() one joins recv.Wait(); recv.Stderr.Write() one joins recv.Wait(); recv.Stdout.Write() one joins recv.Wait()"},
		{"strings.ToUpper", ""},
	} {
		if got := spellSpawns(Builtin().Spawns(stdFunc(t, test.fn))); got != test.want {
			t.Errorf("Spawns(%s) is %q, want %q", test.fn, got, test.want)
		}
	}
}

func spellSpawns(spawns []Spawn) string {
	var texts []string
	for _, s := range spawns {
		text := s.Target.String() + " " + string(s.Thread)
		if s.Loop != "" {
			text += " " + s.Loop
		}
		for _, j := range s.Joins {
			text += " joins " + j.String()
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// TestSpawnsOfFrameworks: what is registered with a loop belongs to it, one
// element of a slice as another; who waits for the loop joins.
func TestSpawnsOfFrameworks(t *testing.T) {
	table := overlay(t, Builtin(), "f.yaml", `
frameworks:
  - framework: tick
    loop: tick loop
    kind: loop
    thread: one
    roots:
      - {register: p.Every, params: [0]}
      - {register: p.All, params: [0]}
      - {register: p.Now, params: [0]}
      - {register: p.Peer, params: [0], kind: per-peer}
      - {register: p.Pool, params: [0], kind: own, thread: many}
    selfwaits:
      - {func: p.Now, why: w}
ops:
  - {func: p.Every, effect: safe, spawns: ["param0.()"], why: w}
  - {func: p.Pool, effect: safe, spawns: ["param0.()"], thread: one, joins: ["result0.<-"], why: w}
`)
	pkg := types.NewPackage("p", "p")
	fn := types.NewSignatureType(nil, nil, nil, nil, nil, false)
	withParam := func(name string, typ types.Type) *types.Func {
		params := types.NewTuple(types.NewVar(token.NoPos, pkg, "f", typ))
		return types.NewFunc(token.NoPos, pkg, name, types.NewSignatureType(nil, nil, nil, params, nil, false))
	}
	for _, test := range []struct {
		fn   *types.Func
		want string
	}{
		{withParam("Every", fn), "param0.() loop tick: tick loop"},
		{withParam("All", types.NewSlice(fn)), "param0.[].() loop tick: tick loop"},
		{withParam("Now", fn), "param0.() loop tick: tick loop joins call"},
		{withParam("Peer", fn), "param0.() one"},
		{withParam("Pool", fn), "param0.() one joins result0.<-"},
	} {
		if got := spellSpawns(table.Spawns(test.fn)); got != test.want {
			t.Errorf("Spawns(%s) is %q, want %q", test.fn.Name(), got, test.want)
		}
	}
}

func TestSafety(t *testing.T) {
	std := loadStd(t)
	for _, test := range []struct {
		typ   string
		level Level
		a, b  string
		want  bool
	}{
		{"bytes.Buffer", NotSafe, "Write", "Write", true},
		{"bytes.Buffer", NotSafe, "Write", "Len", true},
		{"bytes.Buffer", NotSafe, "Bytes", "Len", false},
		{"bytes.Buffer", NotSafe, "Write", "Unknown", false},
		{"strings.Builder", NotSafe, "WriteString", "String", true},
		{"math/rand.Rand", NotSafe, "Intn", "Intn", true},
		{"net/http.Header", NotSafe, "Set", "Get", true},
		{"net/url.Values", NotSafe, "Add", "Encode", true},
		{"container/list.List", NotSafe, "MoveToFront", "Len", true},
		{"encoding/json.Encoder", NotSafe, "Encode", "Encode", true},
		{"hash.Hash", NotSafe, "Sum", "Sum", false},
		{"text/template.Template", SafeAfterSetup, "Execute", "Execute", false},
		{"regexp.Regexp", SafeAfterSetup, "MatchString", "FindString", false},
		{"regexp.Regexp", SafeAfterSetup, "MatchString", "Longest", true},
		{"encoding/gob.Encoder", ThreadSafe, "Encode", "Encode", false},
		{"log.Logger", ThreadSafe, "Printf", "SetOutput", false},
		{"database/sql.DB", ThreadSafe, "Query", "Close", false},
	} {
		pkg, name, _ := cutLast(test.typ, ".")
		s := Builtin().Safety(std[pkg].Scope().Lookup(name).(*types.TypeName))
		if s == nil || s.Level != test.level {
			t.Errorf("Safety(%s) is %+v, want %s", test.typ, s, test.level)
			continue
		}
		if got := s.Conflict(test.a, test.b); got != test.want || s.Conflict(test.b, test.a) != test.want {
			t.Errorf("%s: Conflict(%s, %s) = %v", test.typ, test.a, test.b, got)
		}
	}
	if s := Builtin().Safety(std["strconv"].Scope().Lookup("NumError").(*types.TypeName)); s != nil {
		t.Errorf("strconv.NumError is %+v", s)
	}
	if s := Builtin().Safety(types.Universe.Lookup("error").(*types.TypeName)); s != nil {
		t.Errorf("error is %+v", s)
	}
}

// TestSafetyOneEach: the two lists of a type with one reader and one writer are independent.
func TestSafetyOneEach(t *testing.T) {
	table := overlay(t, Builtin(), "f.yaml", "types:\n  - {type: p.Conn, safety: one-writer, reads: [Read, Peek], writes: [Write, Flush], synced: [Close], why: w}\n")
	pkg := types.NewPackage("p", "p")
	read, peek := newFunc(pkg, "Conn", "Read"), newFunc(pkg, "Conn", "Peek")
	s := table.SafetyOf(read)
	if s == nil {
		t.Fatal("no entry for p.Conn")
	}
	for _, test := range []struct {
		a, b string
		want bool
	}{{"Read", "Read", true}, {"Read", "Peek", true}, {"Write", "Flush", true}, {"Read", "Write", false}, {"Close", "Write", false}, {"Close", "Close", false}} {
		if got := s.Conflict(test.a, test.b); got != test.want {
			t.Errorf("Conflict(%s, %s) = %v", test.a, test.b, got)
		}
	}
	if m, known := table.Mutates(peek); m != nil || known {
		t.Errorf("Mutates of the reading side is %+v", m)
	}
	if Builtin().SafetyOf(read) != nil {
		t.Error("an overlay changed the table below it")
	}
	if table.SafetyOf(newFunc(pkg, "", "Read")) != nil {
		t.Error("a function has a receiver")
	}
}

func TestMutates(t *testing.T) {
	for _, test := range []struct{ fn, want string }{
		{"(*bytes.Buffer).WriteString", "writes [recv] reads []"},
		{"(*bytes.Buffer).Write", "writes [recv] reads [param0.[]]"},
		{"(*bytes.Buffer).Len", "writes [] reads [recv]"},
		{"(*bufio.Reader).Read", "writes [recv param0.[]] reads []"},
		{"(io.Reader).Read", "writes [param0.[]] reads []"},
		{"(*os.File).Read", "writes [param0.[]] reads []"},
		{"(*log.Logger).Printf", "writes [] reads [param1.[]]"},
		{"(*container/list.List).MoveToFront", "writes [recv param0] reads []"},
		{"encoding/json.Unmarshal", "writes [param1] reads [param0.[]]"},
		{"sort.Slice", "writes [param0.[]] reads []"},
		{"slices.SortFunc", "writes [param0.[]] reads []"},
		{"maps.Copy", "writes [param0.[]] reads [param1.[]]"},
		{"(*math/big.Int).Add", "writes [recv] reads []"},
		{"(net/http.Header).Set", "writes [recv] reads []"},
		{"strings.ToUpper", "writes [] reads []"},
		{"bytes.ToUpper", "writes [] reads [param0.[]]"},
		{"slices.Index", "writes [] reads [param0.[]]"},
		{"encoding/hex.Encode", "writes [param0.[]] reads [param1.[]]"},
		{"(fmt.Stringer).String", "unknown"},
	} {
		got := "unknown"
		if m, known := Builtin().Mutates(stdFunc(t, test.fn)); known {
			got = fmt.Sprint("writes ", m.Writes, " reads ", m.Reads)
		}
		if got != test.want {
			t.Errorf("Mutates(%s): %s, want %s", test.fn, got, test.want)
		}
	}
}

// TestMutatesAgree: an entry for a method that changes its receiver, as the
// entry of the type says, says so too.
func TestMutatesAgree(t *testing.T) {
	for _, m := range Builtin().mutations.exact {
		n, err := parseName(m.Func)
		if err != nil {
			t.Errorf("%v: %v", m.Pos, err)
			continue
		}
		s := Builtin().types[n.pkg+"."+n.recv]
		if n.recv == "" || s == nil {
			continue
		}
		writesRecv := slices.ContainsFunc(m.Writes, func(p Path) bool { return p.Root == Recv })
		if isWrite := s.Method(n.name) == AccessWrite; isWrite != writesRecv {
			t.Errorf("%v: %s writes its receiver: %v; %v says %v", m.Pos, m.Func, writesRecv, s.Pos, isWrite)
		}
	}
}

func TestProcessOp(t *testing.T) {
	for _, test := range []struct {
		fn            string
		writes, reads []string
		guard         Guard
	}{
		{"os.Chdir", []string{"cwd"}, nil, GuardKernel},
		{"os.Getwd", nil, []string{"cwd"}, ""},
		{"os.Setenv", []string{"env"}, nil, GuardLock},
		{"syscall.Umask", []string{"umask"}, nil, GuardKernel},
		{"log.SetOutput", []string{"default-logger"}, nil, GuardLock},
		{"flag.Parse", []string{"flag.CommandLine"}, nil, GuardNone},
		{"net/http.Get", nil, []string{"net/http.DefaultClient", "net/http.DefaultTransport"}, ""},
	} {
		op := Builtin().ProcessOp(stdFunc(t, test.fn))
		if op == nil || !slices.Equal(op.Writes, test.writes) || !slices.Equal(op.Reads, test.reads) || op.Guard != test.guard {
			t.Errorf("ProcessOp(%s) is %+v", test.fn, op)
		}
	}
	if op := Builtin().ProcessOp(stdFunc(t, "strings.ToUpper")); op != nil {
		t.Errorf("strings.ToUpper is %+v", op)
	}
	globals := Builtin().ProcessGlobals()
	if !slices.IsSortedFunc(globals, func(a, b *ProcessOp) int { return strings.Compare(a.Func, b.Func) }) || len(globals) < 80 {
		t.Errorf("%d functions write process-wide state, or are not sorted", len(globals))
	}
	for _, op := range globals {
		if op.Writes == nil || op.Guard == "" {
			t.Errorf("%v: %s writes nothing, or has no guard", op.Pos, op.Func)
		}
	}
}

// TestConcurrencyOverlay: an entry of a user's file replaces the built-in one
// of the same list, and changes the hash.
func TestConcurrencyOverlay(t *testing.T) {
	const file = `
syncs:
  - {func: (*sync.Mutex).Lock, does: rlock, target: recv, why: w}
types:
  - {type: bytes.Buffer, safety: safe, why: w}
mutates:
  - {func: bytes.Clone, writes: ["param0.[]"], why: w}
process:
  - {func: os.Getwd, writes: [cwd], guard: none, why: w}
`
	table := overlay(t, Builtin(), "f.yaml", file)
	if op := table.Sync(stdFunc(t, "(*sync.Mutex).Lock")); op.Kind != SyncRLock || op.Pos.String() != "f.yaml:3" {
		t.Errorf("Sync: %+v", op)
	}
	if s := table.SafetyOf(stdFunc(t, "(*bytes.Buffer).Len")); s.Level != ThreadSafe {
		t.Errorf("SafetyOf: %+v", s)
	}
	if m, _ := table.Mutates(stdFunc(t, "bytes.Clone")); m == nil || len(m.Writes) != 1 {
		t.Errorf("Mutates: %+v", m)
	}
	if op := table.ProcessOp(stdFunc(t, "os.Getwd")); op.Guard != GuardNone {
		t.Errorf("ProcessOp: %+v", op)
	}
	if Builtin().Sync(stdFunc(t, "(*sync.Mutex).Lock")).Kind != SyncLock {
		t.Error("an overlay changed the table below it")
	}
	hashes := []string{Builtin().Hash(), table.Hash()}
	for _, change := range [][2]string{
		{"does: rlock", "does: lock"}, {"target: recv", "target: recv.mu"}, {"safety: safe", "safety: not-safe"},
		{"safety: safe,", "safety: safe, writes: [Write],"}, {`writes: ["param0.[]"]`, "writes: [param0]"}, {"guard: none", "guard: lock"}, {"[cwd]", "[env]"},
	} {
		h := overlay(t, Builtin(), "f.yaml", strings.Replace(file, change[0], change[1], 1)).Hash()
		if slices.Contains(hashes, h) {
			t.Errorf("hash is not new after %q", change[1])
		}
		hashes = append(hashes, h)
	}
	if overlay(t, Builtin(), "f.yaml", "# comment\n"+strings.Replace(file, "why: w", "why: w, ref: r", 1)).Hash() != table.Hash() {
		t.Error("hash depends on a reference or a line")
	}
}

// TestConcurrencyUnmatched: names of types, methods and variables that do not exist are told.
func TestConcurrencyUnmatched(t *testing.T) {
	table := overlay(t, Builtin(), "f.yaml", `
syncs:
  - {func: bytes.Locc, does: yield, why: w}
types:
  - {type: bytes.Bufer, safety: safe, why: w}
  - {type: bytes.Buffer, safety: not-safe, reads: [Length, Len], why: w}
mutates:
  - {func: bytes.Cloned, writes: [param0], why: w}
process:
  - {func: bytes.Clone, reads: [bytes.ErrTooSmall, cwd], why: w}
`)
	var got []string
	for _, u := range table.Unmatched(universe{"bytes": loadStd(t)["bytes"]}) {
		got = append(got, u.String())
	}
	want := []string{
		`f.yaml:3: bytes.Locc: package bytes has no Locc`,
		`f.yaml:5: bytes.Bufer: package bytes has no Bufer, did you mean "Buffer"?`,
		`f.yaml:6: bytes.Buffer: it declares no method Length`,
		`f.yaml:8: bytes.Cloned: package bytes has no Cloned, did you mean "Clone"?`,
		`f.yaml:10: bytes.ErrTooSmall: package bytes has no ErrTooSmall`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
