package models

import (
	"go/types"

	"go.yaml.in/yaml/v3"
)

// A SyncKind says what a function does for synchronisation.
type SyncKind string

// The kinds of synchronisation. "The target" is SyncOp.Target, "runs" is SyncOp.Runs.
const (
	SyncLock     SyncKind = "lock"      // takes the target for writing
	SyncUnlock   SyncKind = "unlock"    // gives it back
	SyncRLock    SyncKind = "rlock"     // takes the target for reading
	SyncRUnlock  SyncKind = "runlock"   // gives it back
	SyncTryLock  SyncKind = "trylock"   // lock without waiting, if If holds
	SyncTryRLock SyncKind = "tryrlock"  // rlock without waiting, if If holds
	SyncWith     SyncKind = "with-lock" // runs with the target taken for writing, and gives it back
	SyncWithR    SyncKind = "with-rlock"
	SyncRLocker  SyncKind = "rlocker" // the result is a sync.Locker of the read side of the target

	SyncOnce     SyncKind = "once"          // runs, at most once for the target; every call returns after the run has ended
	SyncOnceFunc SyncKind = "once-func"     // the result is a func that runs at most once; every call of it returns after the run has ended
	SyncFlight   SyncKind = "single-flight" // runs, unless a run for the same key is under way: then it waits for that one

	SyncWGAdd  SyncKind = "wg-add"  // adds to the counter of the target
	SyncWGDone SyncKind = "wg-done" // takes one from it: orders what precedes before the return of wg-wait
	SyncWGWait SyncKind = "wg-wait" // returns after every wg-done (and the end of every wg-go) on the target
	SyncWGGo   SyncKind = "wg-go"   // wg-add, runs on another goroutine, wg-done

	SyncCondNew   SyncKind = "cond-new"  // the L of the result is the target
	SyncCondWait  SyncKind = "cond-wait" // releases the target (the lock), waits, takes it again
	SyncSignal    SyncKind = "signal"    // wakes one waiter of the target (the condition)
	SyncBroadcast SyncKind = "broadcast" // wakes all

	SyncAtomicLoad  SyncKind = "atomic-load"
	SyncAtomicStore SyncKind = "atomic-store"
	SyncAtomicRMW   SyncKind = "atomic-rmw" // reads and writes in one step
	SyncAtomicCAS   SyncKind = "atomic-cas" // the same, and writes only if the old value is as expected

	SyncMapLoad   SyncKind = "map-load" // of a map that is safe for concurrent use
	SyncMapStore  SyncKind = "map-store"
	SyncMapRMW    SyncKind = "map-rmw"    // reads and writes or deletes in one step
	SyncMapDelete SyncKind = "map-delete" // of the key, or of everything if there is no Key
	SyncMapRange  SyncKind = "map-range"  // looks at all entries, one after another; no snapshot

	SyncContextNew  SyncKind = "context-new"  // the target, a result, is a context that another result of func type cancels, if there is one
	SyncContextDone SyncKind = "context-done" // the result is closed, or no longer nil, once the target is cancelled

	SyncTimerNew   SyncKind = "timer-new"   // the clock sends on the result, or on its field C
	SyncTimerStop  SyncKind = "timer-stop"  // the target does not fire later; does not wait for a func that runs
	SyncTimerReset SyncKind = "timer-reset" // the target fires again

	SyncSemAcquire SyncKind = "sem-acquire" // takes from the target, which may admit several holders
	SyncSemTry     SyncKind = "sem-tryacquire"
	SyncSemRelease SyncKind = "sem-release"

	SyncPoolGet SyncKind = "pool-get" // the result is owned by the caller until pool-put
	SyncPoolPut SyncKind = "pool-put" // the argument is no longer the caller's

	SyncSettle SyncKind = "settle" // returns when all other goroutines of the test bubble are blocked or have ended
	// SyncParallel: what follows in the function that calls it runs beside
	// the caller of that function, and beside others that did the same; a
	// JoinCall of that function does not hold.
	SyncParallel SyncKind = "parallel"
	SyncYield    SyncKind = "yield" // lets other goroutines run; orders nothing
)

// SyncKinds lists every kind, in the order of the constants.
var SyncKinds = []SyncKind{
	SyncLock, SyncUnlock, SyncRLock, SyncRUnlock, SyncTryLock, SyncTryRLock, SyncWith, SyncWithR, SyncRLocker,
	SyncOnce, SyncOnceFunc, SyncFlight,
	SyncWGAdd, SyncWGDone, SyncWGWait, SyncWGGo,
	SyncCondNew, SyncCondWait, SyncSignal, SyncBroadcast,
	SyncAtomicLoad, SyncAtomicStore, SyncAtomicRMW, SyncAtomicCAS,
	SyncMapLoad, SyncMapStore, SyncMapRMW, SyncMapDelete, SyncMapRange,
	SyncContextNew, SyncContextDone,
	SyncTimerNew, SyncTimerStop, SyncTimerReset,
	SyncSemAcquire, SyncSemTry, SyncSemRelease,
	SyncPoolGet, SyncPoolPut,
	SyncSettle, SyncParallel, SyncYield,
}

// A Condition says when a SyncOp has its effect.
type Condition string

const (
	Always    Condition = ""            // in every call
	IfTrue    Condition = "true-result" // if the first result of type bool is true
	IfNoError Condition = "nil-error"   // if the last result, of type error, is nil
)

// A SyncOp is what a function or interface method does for synchronisation.
type SyncOp struct {
	Func string // as in Op; patterns are allowed
	Kind SyncKind
	// Target is the lock, counter, address, map …: "recv", "recv.L",
	// "param0", "result0".
	Target Path
	Key    *Path // of a keyed lock, a map or a single flight: the argument that selects; nil if there is none
	If     Condition
	Runs   []Target // the func values that the call (or its result) runs
	Why    string
	Ref    string
	Pos    Pos
}

// Sync returns what fn does for synchronisation: the entry of its origin's
// full name, else the longest matching pattern, else nil.
func (t *Table) Sync(fn *types.Func) *SyncOp {
	op, _ := t.syncs.find(fn)
	return op
}

// noTarget are the kinds that concern no object.
var noTarget = map[SyncKind]bool{
	SyncOnceFunc: true, SyncTimerNew: true, SyncSettle: true, SyncYield: true,
}

// runners are the kinds that must say what they run.
var runners = map[SyncKind]bool{
	SyncWith: true, SyncWithR: true, SyncOnce: true, SyncOnceFunc: true, SyncFlight: true, SyncWGGo: true,
}

// attempts are the kinds that need a condition.
var attempts = map[SyncKind]bool{SyncTryLock: true, SyncTryRLock: true, SyncSemTry: true}

// syncsList decodes the value of syncs.
func (l *layer) syncsList(d *decoder, n *yaml.Node, strict strict) {
	d.list(n, func(n *yaml.Node) {
		op := &SyncOp{Pos: d.pos(n)}
		var target *Path
		d.mapping(n, fields{
			"func":   one(d, &op.Func, parseFunc),
			"does":   enum(d, &op.Kind, SyncKinds...),
			"target": optional(d, &target, parseAnyPath),
			"key":    optional(d, &op.Key, parsePath),
			"if":     enum(d, &op.If, IfTrue, IfNoError),
			"runs":   each(d, &op.Runs, parseTarget),
			"why":    d.text(&op.Why),
			"ref":    d.text(&op.Ref),
		}, strict.with("func", "does", "why")...)
		if target != nil {
			op.Target = *target
		}
		d.checkSync(n, op, target != nil)
		l.syncs = append(l.syncs, op)
	})
}

// checkSync reports keys of a SyncOp that do not go together.
func (d *decoder) checkSync(n *yaml.Node, op *SyncOp, hasTarget bool) {
	if op.Kind == "" { // reported already
		return
	}
	switch {
	case noTarget[op.Kind] && hasTarget:
		d.errorf(n, "does: %s has no target", op.Kind)
	case !noTarget[op.Kind] && !hasTarget:
		d.errorf(n, "does: %s needs a target", op.Kind)
	}
	if runners[op.Kind] && op.Runs == nil {
		d.errorf(n, "does: %s needs runs", op.Kind)
	}
	if attempts[op.Kind] && op.If == Always {
		d.errorf(n, "does: %s needs if", op.Kind)
	}
}
