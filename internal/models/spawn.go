package models

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// A Spawn is a func value, or a method of a value, that a call makes another
// goroutine run: at once (errgroup's Go), or later (a registered handler).
type Spawn struct {
	Target Target
	Thread Thread
	// Loop identifies the goroutine of ThreadLoop: two callbacks with the same
	// Loop never overlap.
	Loop string
	// Joins are what orders the end of the run before what follows; any one
	// of them suffices. None: the end of the run is seen by nobody.
	Joins []Join
}

// A Thread says which runs of a callback may overlap.
type Thread string

const (
	// ThreadOne: the runs that one call of the spawning function causes do not
	// overlap; those of two calls may.
	ThreadOne Thread = "one"
	// ThreadMany: the runs that one call causes may overlap each other.
	ThreadMany Thread = "many"
	// ThreadLoop: one goroutine runs this callback and all others of the same Loop.
	ThreadLoop Thread = "loop"
)

// A Join is an event that the end of a spawned function precedes.
type Join struct {
	At     JoinAt
	Path   Path   // of JoinMethod and JoinReceive: the receiver, a parameter or a result
	Method string // of JoinMethod
}

// A JoinAt is the kind of a Join.
type JoinAt string

const (
	JoinCall    JoinAt = "call"    // the spawning call itself returns
	JoinMethod  JoinAt = "method"  // a call of the method returns: "recv.Wait()", "result0.Wait()"
	JoinReceive JoinAt = "receive" // a receive from the channel succeeds: "result0.<-"
)

func (j Join) String() string {
	switch j.At {
	case JoinMethod:
		return j.Path.String() + "." + j.Method + "()"
	case JoinReceive:
		return j.Path.String() + ".<-"
	}
	return string(j.At)
}

// parseJoin parses "call", "recv.Wait()" or "result0.<-".
func parseJoin(s string) (Join, error) {
	if s == string(JoinCall) {
		return Join{At: JoinCall}, nil
	}
	if ch, ok := strings.CutSuffix(s, ".<-"); ok {
		p, err := parseAnyPath(ch)
		return Join{At: JoinReceive, Path: p}, err
	}
	t, err := parseTargetBy(s, parseAnyPath)
	if err != nil || t.Method == "" {
		return Join{}, fmt.Errorf("join %q is none of call, path.Method(), path.<-", s)
	}
	return Join{At: JoinMethod, Path: t.Path, Method: t.Method}, nil
}

// Spawns returns what a call of fn makes other goroutines run: the spawns of
// its Op, and the parameters that it registers with a framework. A parameter
// that both name is told once: joins and, if it says so, thread as in the Op,
// else as in the framework.
func (t *Table) Spawns(fn *types.Func) []Spawn {
	var spawns []Spawn
	var stated Thread
	if op := t.Op(fn); op != nil {
		stated = op.Thread
		for _, target := range op.Spawns {
			spawns = append(spawns, Spawn{Target: target, Thread: cmp.Or(stated, ThreadOne), Joins: op.Joins})
		}
	}
	for _, r := range t.Registers(fn) {
		for _, i := range r.Entry.Params {
			of := slices.IndexFunc(spawns, func(s Spawn) bool { return s.Target.Path.Root == i })
			switch s := r.spawn(i, fn.Signature()); {
			case of < 0:
				spawns = append(spawns, s)
			case stated == "":
				spawns[of].Thread, spawns[of].Loop = s.Thread, s.Loop
			}
		}
	}
	return spawns
}

// spawn returns what happens to the parameter i of the function that registers, of type sig.
func (r Registration) spawn(i int, sig *types.Signature) Spawn {
	path := Path{Root: i}
	if i < sig.Params().Len() {
		if _, isSlice := sig.Params().At(i).Type().Underlying().(*types.Slice); isSlice {
			path.Fields = []string{"[]"}
		}
	}
	s := Spawn{Target: Target{Path: path}, Thread: r.Overlap()}
	if s.Thread == ThreadLoop {
		s.Loop = r.Framework.Name + ": " + r.Loop()
	}
	if r.Waits() {
		s.Joins = []Join{{At: JoinCall}}
	}
	return s
}

// Overlap says which runs of the callback may overlap, by its Kind and Thread.
func (r Registration) Overlap() Thread {
	one := r.Thread() != string(ThreadMany)
	switch kind := r.Kind(); {
	case !one:
		return ThreadMany
	case kind == PerPeer || kind == NotALoop:
		return ThreadOne // a goroutine for each registration
	}
	return ThreadLoop
}
