package blockingio

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/directives"
	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/models"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/roots"
	"github.com/yieldlint/yieldlint/internal/ruledoc"
)

//go:embed doc.go
var doc string

// Analyzer reports blocking operations in code that runs on an event loop.
var Analyzer = &analysis.Analyzer{
	Name:     "blockingio",
	Doc:      ruledoc.MustExtract(doc, "blockingio"),
	URL:      "https://pkg.go.dev/github.com/yieldlint/yieldlint/analyzers/blockingio",
	Requires: []*analysis.Analyzer{effects.Analyzer, roots.Analyzer},
	Run:      guard.Run("blockingio", run),
}

// Categories of findings.
const (
	loopBlocks     = "loop-blocks"     // loop code reaches an operation that blocks
	selfWait       = "self-wait"       // loop code waits for its own loop: it never ends
	brokenContract = "broken-contract" // what is marked nonblocking blocks
	directive      = "directive"       // a yieldlint directive is wrong
)

var (
	classes    = newClassSet()
	kinds      = kindSet{models.Loop: true, models.Replay: true}
	confidence = report.ConfidenceFlag(report.Proved)
)

func init() {
	Analyzer.Flags.Var(&classes, "classes", "blocking classes to report, separated by commas; +x and -x change the default")
	Analyzer.Flags.Var(&kinds, "loops", "kinds of loops to check, separated by commas: loop, replay, per-peer, reentry")
	Analyzer.Flags.Var(&confidence, "confidence", "report findings that are `proved`, or also those that are suspect")
}

func run(pass *analysis.Pass) (any, error) {
	rs := pass.ResultOf[roots.Analyzer].(*roots.Result)
	eff := pass.ResultOf[effects.Analyzer].(*effects.Result)
	if rs == nil || eff == nil {
		return nil, nil // standard library
	}
	var all []hit
	for i := range rs.List {
		all = append(all, check(eff, &rs.List[i])...)
	}
	for _, f := range findings(pass, once(all)) {
		if _, ok := rs.Directives.Ignored(pass.Analyzer.Name, f.Category, f.Pos); ok {
			continue
		}
		if confidence.Shows(f.Confidence) {
			report.Emit(pass, f)
		}
	}
	reportDirectives(pass, rs.Directives)
	return nil, nil
}

// reportDirectives reports directives that are misspelt, misplaced or unused.
func reportDirectives(pass *analysis.Pass, set *directives.Set) {
	for _, p := range append(set.Problems(), set.Unused(pass.Analyzer.Name)...) {
		report.Emit(pass, report.Finding{Pos: p.Pos, Category: directive, Confidence: report.Proved, Message: p.Message})
	}
}

// A hit is one blocking operation that one root reaches.
type hit struct {
	root     *roots.Root
	found    effects.Found
	category string
	suspect  bool
}

// check returns the operations that root reaches and that stall its loop.
func check(eff *effects.Result, root *roots.Root) []hit {
	if !kinds[root.Kind] {
		return nil
	}
	var hits []hit
	add := func(x effects.Found, category string, suspect bool) {
		h := hit{root, x, category, x.Suspect || root.Weak || suspect}
		if h.found.Site = place(h); h.found.Site.IsValid() {
			hits = append(hits, h)
		}
	}
	for _, x := range root.Effects(eff) {
		switch {
		case x.Reported || x.Excused != "":
			// The package of another root on the way reports it, or somebody
			// has said why it does not matter.
		case root.Contract != "":
			if forbidden(root, x) {
				add(x, brokenContract, false)
			}
		case x.Loop != "":
			if x.Loop == root.Framework {
				add(x, selfWait, root.Posted)
			}
		case stalls(root, x):
			add(x, loopBlocks, doubtful(root, x) || x.Cost <= root.Patience)
		}
	}
	return hits
}

// forbidden reports whether the contract of root forbids x.
func forbidden(root *roots.Root, x effects.Found) bool {
	if len(root.Classes) == 0 {
		return stalls(root, x)
	}
	return slices.Contains(root.Classes, x.Class)
}

// stalls reports whether x takes long enough, and is of a class that counts.
func stalls(root *roots.Root, x effects.Found) bool {
	if !classes.set[x.Class] {
		return false
	}
	for _, c := range root.Tolerates {
		if c == x.Class {
			return false
		}
	}
	if x.Class == models.CPU {
		return x.Cost >= models.Seconds
	}
	// A line of a log costs microseconds: who asks for the class asks for these.
	return x.Cost > models.Micros || x.Class == models.Log
}

// doubtful reports whether x may be what the loop is for: a hand-written loop
// that is not around a framework's poll call may well write files by design.
func doubtful(root *roots.Root, x effects.Found) bool {
	if !root.From.IsValid() || root.Framework != "" {
		return false
	}
	switch x.Class {
	case models.Disk, models.Wait, models.Terminal, models.CPU, models.Cgo:
		return true
	}
	return false
}

// message says in one line which root blocks on which loop, on what, and how far down.
func message(pass *analysis.Pass, h hit, more int, also []models.Class) string {
	pkg := pass.Pkg.Path()
	var b strings.Builder
	down := len(h.found.Chain) - 1
	in := h.root.Injected
	switch name := effects.ShortName(h.root.Name, pkg); {
	case in != nil && in.Duty.Method != "":
		b.WriteString(injectedText(pass, h) + " ")
		down--
	case h.root.Contract != "":
		fmt.Fprintf(&b, "%s must not block %s and ", name, contractText(h))
	case h.root.From.IsValid() && h.root.Framework == "":
		fmt.Fprintf(&b, "the %s (%s) ", h.root.Loop, strings.TrimPrefix(h.root.Evidence[0].Text, "this loop "))
	default:
		fmt.Fprintf(&b, "%s runs on the %s and ", name, h.root.Loop)
	}
	if in != nil && in.Duty.Method == "" {
		down--
	}
	op := effects.ShortName(h.found.Op, pkg)
	if h.category == selfWait {
		fmt.Fprintf(&b, "waits for that same loop: %s", op)
	} else {
		fmt.Fprintf(&b, "%s: %s", verb(h.found.Class), op)
	}
	if down > 0 {
		fmt.Fprintf(&b, ", %d calls down", down+1)
	}
	if len(also) > 0 {
		names := make([]string, len(also))
		for i, c := range also {
			names[i] = string(c)
		}
		fmt.Fprintf(&b, " (also %s)", strings.Join(names, ", "))
	}
	if more == 1 {
		b.WriteString(", and so does 1 other root")
	} else if more > 1 {
		fmt.Fprintf(&b, ", and so do %d other roots", more)
	}
	return b.String()
}

// verb says what an operation of class c does to the loop.
func verb(c models.Class) string {
	switch c {
	case models.Net:
		return "blocks on the network"
	case models.DNS:
		return "blocks on a name server"
	case models.Disk:
		return "blocks on the disk"
	case models.Process:
		return "blocks on another process"
	case models.Database:
		return "blocks on the database"
	case models.RPC:
		return "blocks on a remote call"
	case models.Sleep:
		return "sleeps"
	case models.Wait:
		return "waits for another goroutine"
	case models.Lock:
		return "waits for a lock"
	case models.Terminal:
		return "blocks on the terminal"
	case models.Log:
		return "writes to the log"
	case models.Cgo:
		return "blocks in foreign code"
	case models.Suspends:
		return "may suspend, as a directive says"
	}
	return "computes for long"
}
