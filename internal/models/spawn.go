package models

import (
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
// that both name is told once, as the Op says.
func (t *Table) Spawns(fn *types.Func) []Spawn {
	var spawns []Spawn
	if op := t.Op(fn); op != nil {
		for _, target := range op.Spawns {
			thread := op.Thread
			if thread == "" {
				thread = ThreadOne
			}
			spawns = append(spawns, Spawn{Target: target, Thread: thread, Joins: op.Joins})
		}
	}
	for _, r := range t.Registers(fn) {
		spawns = r.appendSpawns(spawns, fn.Signature())
	}
	return spawns
}

// appendSpawns appends the callbacks that a call registers, unless they are in spawns.
func (r Registration) appendSpawns(spawns []Spawn, sig *types.Signature) []Spawn {
	for _, i := range r.Entry.Params {
		path := Path{Root: i}
		if i < sig.Params().Len() {
			if _, isSlice := sig.Params().At(i).Type().Underlying().(*types.Slice); isSlice {
				path.Fields = []string{"[]"}
			}
		}
		if slices.ContainsFunc(spawns, func(s Spawn) bool { return s.Target.Path.Root == i }) {
			continue
		}
		s := Spawn{Target: Target{Path: path}, Thread: r.Overlap()}
		if s.Thread == ThreadLoop {
			s.Loop = r.Framework.Name + ": " + r.Loop()
		}
		if r.Waits() {
			s.Joins = []Join{{At: JoinCall}}
		}
		spawns = append(spawns, s)
	}
	return spawns
}

// Overlap says which runs of the callback may overlap, by its Kind and Thread.
func (r Registration) Overlap() Thread {
	switch r.Kind() {
	case PerPeer:
		return ThreadMany // one goroutine each, but many peers
	case NotALoop:
		if r.Thread() == string(ThreadOne) {
			return ThreadOne
		}
		return ThreadMany
	}
	if r.Thread() == string(ThreadMany) {
		return ThreadMany
	}
	return ThreadLoop
}
