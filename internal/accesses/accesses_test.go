package accesses_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/linttest"
)

// Facts: which locks functions leave locked, and which lock guards a field.
func Test(t *testing.T) {
	analysistest.Run(t, linttest.Testdata(t), accesses.Analyzer, "accesses/...")
}

func TestFactsEncode(t *testing.T) {
	const limit = 300
	lock := &accesses.LockFact{Acquires: []accesses.LockPath{{Param: 0, Fields: []string{"state", "mu"}, Read: true}}}
	guard := &accesses.GuardFact{Lock: "mu", Held: 4, Of: 4, Writes: 2}
	if n := linttest.Codec(t, lock) + linttest.Codec(t, guard) + linttest.Codec(t, &accesses.WriterFact{}); n > limit {
		t.Errorf("three facts take %d bytes, more than %d", n, limit)
	}
}
