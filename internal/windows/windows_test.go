package windows_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/yieldlint/yieldlint/internal/linttest"
	"github.com/yieldlint/yieldlint/internal/windows"
)

// Facts: what methods check and do under their own lock.
func Test(t *testing.T) {
	results := analysistest.Run(t, linttest.Testdata(t), windows.Analyzer, "windows/account", "windows/user")
	for _, r := range results {
		if r.Pass == nil || r.Pass.Pkg.Path() != "windows/user" {
			continue
		}
		list := r.Result.(*windows.Result).Windows
		if len(list) != 1 || list[0].Check.Use == nil || list[0].Act.Use == nil || list[0].Lock == nil {
			t.Errorf("windows of the user: %v", list)
		}
	}
}

func TestFactEncodes(t *testing.T) {
	const limit = 500
	fact := &windows.Fact{Uses: []windows.UseFact{
		{Kind: windows.Load, Path: []string{"state", "n"}, LockPath: []string{"state", "mu"}, Results: 1, Fn: "(*example.com/lib.T).Get", Place: "example.com/lib/t.go:12"},
		{Kind: windows.Store, Path: []string{"state", "n"}, LockPath: []string{"state", "mu"}, Value: 2, Retests: true, Fn: "(*example.com/lib.T).Set", Place: "example.com/lib/t.go:20"},
	}}
	if n := linttest.Codec(t, fact); n > limit {
		t.Errorf("a fact takes %d bytes, more than %d", n, limit)
	}
}
