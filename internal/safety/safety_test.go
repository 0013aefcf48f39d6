package safety_test

import (
	"go/ast"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/yieldlint/yieldlint/internal/linttest"
	"github.com/yieldlint/yieldlint/internal/safety"
)

// TestLevels: the level of each type of the fixture, and a word of the reason.
func TestLevels(t *testing.T) {
	got := answers(t, linttest.Load(t, linttest.Testdata(t), "safety/levels"))
	wants := map[string]struct{ level, reason string }{
		"Point":          {"immutable", ""},
		"MovedPoint":     {"not-safe", "(*MovedPoint).Move writes it without a lock"},
		"Options":        {"immutable", ""},
		"Option":         {"unknown", "a func"},
		"Guarded":        {"guarded mu", ""},
		"Leaky":          {"not-safe", "(*Leaky).Len reads what it refers to without mu, which 1 of 2 accesses hold"},
		"Returns":        {"not-safe", "(*Returns).Items returns the map itself"},
		"UnderRLock":     {"not-safe", "while mu is held for reading only"},
		"Parent":         {"guarded mu", ""},
		"Kid":            {"guarded Parent.mu", ""},
		"GuardedBuffer":  {"guarded mu", ""},
		"OpenBuffer":     {"not-safe", "(*bytes.Buffer).WriteString"},
		"EmbeddedBuffer": {"not-safe", "embedded, and bytes.Buffer is not safe"},
		"GuardedPlain":   {"guarded mu", ""},
		"OpenPlain":      {"not-safe", "(*lib.Plain).N"},
		"Synced":         {"synchronised", ""},
		"MixedAtomic":    {"not-safe", "(*MixedAtomic).N reads it without atomic functions"},
		"Lazy":           {"synchronised", ""},
		"LazyPeek":       {"not-safe", "(*LazyPeek).Peek reads it without once"},
		"Actor":          {"synchronised", ""},
		"PeekedActor":    {"not-safe", "(*PeekedActor).loop writes it"},
		"Codec":          {"stateless", ""},
		"Filler":         {"stateless", ""},
		"Writer":         {"immutable if w (io.Writer)", ""},
		"Confined":       {"confined", "directive"},
		"PartlyConfined": {"confined", "directive"},
		"Config":         {"not-safe", "2 exported fields"},
		"Preset":         {"immutable", ""},
		"Registered":     {"not-safe", "Standard writes it without a lock"},
		"Documented":     {"synchronised", ""},
		"Said":           {"not-safe", "its comment says so"},
		"Lends":          {"unknown", "its address gets out of view"},
		"Callback":       {"unknown", "a func"},
		"Kind":           {"immutable", ""},
		"Header":         {"not-safe", "a map"},
		"List":           {"not-safe", "a slice"},
		"Flag":           {"not-safe", "(*Flag).Set writes the value"},
		"Reset":          {"not-safe", "writes the whole value"},
		"ValueReceiver":  {"not-safe", "ValueReceiver.Put writes what it refers to"},
		"Generic":        {"guarded mu", ""},
		"Embeds":         {"synchronised", ""},
		"Reopened":       {"guarded mu", ""},
		"ReopenedOnce":   {"not-safe", "(*ReopenedOnce).open writes it without a lock"},
		"Dispatcher":     {"unknown", "only (*adder).handle touches it, and who runs that is out of view"},
	}
	for _, a := range got {
		name := a.Name[strings.LastIndexByte(a.Name, '.')+1:]
		want, ok := wants[name]
		if !ok {
			t.Errorf("no expectation for %s", name)
			continue
		}
		delete(wants, name)
		level, reason := describe(a)
		if level != want.level || !strings.Contains(reason, want.reason) || want.reason == "" && reason != "" {
			t.Errorf("%s is %q (%s), want %q (%s)", name, level, reason, want.level, want.reason)
		}
	}
	for name := range wants {
		t.Errorf("no answer for %s", name)
	}
}

func describe(a safety.Type) (level, reason string) {
	level = string(a.Level)
	if len(a.Locks) > 0 {
		level += " " + strings.Join(a.Locks, ", ")
	}
	if len(a.Depends) > 0 {
		level += " if " + strings.Join(a.Depends, ", ")
	}
	if a.Reason != nil {
		reason = a.Reason.Text
	}
	return level, reason
}

// TestEvidence: counts and places of the fields of a type.
func TestEvidence(t *testing.T) {
	for _, a := range answers(t, linttest.Load(t, linttest.Testdata(t), "safety/levels")) {
		if !strings.HasSuffix(a.Name, ".Leaky") {
			continue
		}
		i := slices.IndexFunc(a.Fields, func(f safety.Field) bool { return f.Name == "items" })
		f := a.Fields[i]
		if f.Accesses != 2 || f.Writes != 1 || f.Held != 1 {
			t.Errorf("items: %d accesses, %d writes, %d held; want 2, 1, 1", f.Accesses, f.Writes, f.Held)
		}
		if !strings.Contains(f.Posn, "levels.go:100:") {
			t.Errorf("items: breaks at %s, want line 100", f.Posn)
		}
		return
	}
	t.Error("no answer for Leaky")
}

// TestDeterminism: the answers do not depend on the order of files.
func TestDeterminism(t *testing.T) {
	var first []safety.Type
	for i := range 3 {
		pkgs := linttest.Load(t, linttest.Testdata(t), "safety/...", "accesses/...")
		linttest.Shuffle(pkgs, rand.New(rand.NewPCG(1, uint64(i))))
		all := answers(t, pkgs)
		slices.SortFunc(all, func(a, b safety.Type) int { return strings.Compare(a.Name, b.Name) })
		if i == 0 {
			first = all
			continue
		}
		for k := range all {
			l, r := describe(all[k])
			fl, fr := describe(first[k])
			if l != fl || r != fr {
				t.Errorf("run %d: %s is %q (%s), at first %q (%s)", i, all[k].Name, l, r, fl, fr)
			}
		}
	}
}

func answers(t *testing.T, pkgs []*packages.Package) []safety.Type {
	t.Helper()
	var out []safety.Type
	for _, act := range linttest.Analyze(t, safety.Analyzer, pkgs).Roots {
		for _, d := range act.Diagnostics {
			a, err := safety.Decode(d.Message)
			if err != nil {
				t.Fatalf("%v in %s", err, d.Message)
			}
			out = append(out, a)
		}
	}
	return out
}

// TestClaimOf: what counts as a claim, and what does not.
func TestClaimOf(t *testing.T) {
	for text, want := range map[string]string{
		"T is safe for concurrent use.":                                                    "safe for concurrent use",
		"T does x. It is safe for concurrent use by\nmultiple goroutines.":                 "safe for concurrent use by multiple goroutines",
		"T may be used by multiple goroutines.":                                            "may be used by multiple goroutines",
		"T is a thread-safe map.":                                                          "thread-safe",
		"T is goroutine-safe":                                                              "goroutine-safe",
		"All methods are safe to call concurrently.":                                       "safe to call concurrently",
		"T is not safe for concurrent use.":                                                "!not safe for concurrent use",
		"T isn't thread-safe.":                                                             "!not thread-safe",
		"T is non-thread-safe.":                                                            "!not thread-safe",
		"T is safe for concurrent use if its writer is.":                                   "",
		"T is safe for concurrent use, except for Close.":                                  "",
		"The handler must be safe for concurrent use.":                                     "",
		"T is a map. Wrap it to make it thread-safe.":                                      "",
		"Use a thread-safe logger with T.":                                                 "!?",
		"T is fast.":                                                                       "",
		"Parsers are pooled, as the parser of this library is not safe for concurrent use": "",
	} {
		if want == "!?" {
			want = ""
			text = "Use a thread-safe logger."
		}
		var doc ast.CommentGroup
		for line := range strings.SplitSeq(text, "\n") {
			doc.List = append(doc.List, &ast.Comment{Text: "// " + line})
		}
		got := ""
		if c := safety.ClaimOf(&doc, "T"); c != nil {
			if got = c.Text; !c.Safe {
				got = "!" + got
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	doc := &ast.CommentGroup{List: []*ast.Comment{{Text: "// Package p does x. Ts are thread-safe."}}}
	if c := safety.PackageClaim(doc, "T"); c == nil || !c.Safe {
		t.Error("the comment of a package does not speak of T")
	}
	if c := safety.PackageClaim(doc, "U"); c != nil {
		t.Error("the comment of a package speaks of U")
	}
}
