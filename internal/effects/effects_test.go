package effects_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"sort"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/types/objectpath"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// TestFacts checks the facts of fixtures: lib has one function for each kind
// of fact, apply applies each, and app sees lib only through mid.
func TestFacts(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), effects.Analyzer, "effects/...")
}

// maxFactBytes bounds the facts of the fixtures: about 140 functions, each
// with the description of the type that gob writes before a lone value.
const maxFactBytes = 192 << 10

// TestCodec checks that facts survive being stored, and are small.
func TestCodec(t *testing.T) {
	pkgs := linttest.Load(t, linttest.Testdata(t), "effects/...")
	graph := linttest.Analyze(t, effects.Analyzer, pkgs)
	count, total := 0, 0
	for _, act := range graph.Roots {
		for _, f := range act.AllObjectFacts() {
			if f.Object.Pkg() == act.Package.Types {
				count++
				total += linttest.Codec(t, f.Fact)
			}
		}
	}
	t.Logf("%d facts, %d bytes", count, total)
	if count < 100 {
		t.Errorf("only %d facts: the fixtures have not been analysed", count)
	}
	if total > maxFactBytes {
		t.Errorf("the facts take %d bytes, more than %d", total, maxFactBytes)
	}
}

// TestDeterminism checks that facts do not depend on the order of files nor on
// the schedule. Package shuffle is one
// program in several files.
func TestDeterminism(t *testing.T) {
	runs := 50
	if testing.Short() {
		runs = 5
	}
	pkgs := linttest.Load(t, linttest.Testdata(t), "effects/shuffle", "effects/mid")
	linttest.Repeat(t, runs, pkgs, func() string {
		return encodedFacts(t, linttest.Analyze(t, effects.Analyzer, pkgs))
	})
}

// encodedFacts returns each fact of the roots of graph, readable and encoded.
func encodedFacts(t *testing.T, graph *checker.Graph) string {
	t.Helper()
	var lines []string
	for _, act := range graph.Roots {
		for _, f := range act.AllObjectFacts() {
			if f.Object.Pkg() == act.Package.Types {
				path, err := objectpath.For(f.Object)
				if err != nil {
					t.Fatalf("the fact of %v cannot be stored: %v", f.Object, err)
				}
				lines = append(lines, fmt.Sprintf("%s.%s: %v %x", f.Object.Pkg().Path(), path, f.Fact, encoded(t, f.Fact)))
			}
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func encoded(t *testing.T, fact analysis.Fact) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(fact); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
