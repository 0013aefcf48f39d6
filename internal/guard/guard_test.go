package guard_test

import (
	"errors"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/guard"
)

func TestRun(t *testing.T) {
	pass := &analysis.Pass{Pkg: types.NewPackage("example.com/p", "p")}
	mistake := errors.New("bad flag")
	tests := []struct {
		name   string
		run    func(*analysis.Pass) (any, error)
		result any
		want   []string // parts of the error
	}{
		{"result", func(*analysis.Pass) (any, error) { return 42, nil }, 42, nil},
		{"error", func(*analysis.Pass) (any, error) { return nil, mistake }, nil, []string{"bad flag"}},
		{"panic", func(*analysis.Pass) (any, error) { panic("no such node") }, nil,
			[]string{"analyzer test", "package example.com/p", "no such node", "guard_test.TestRun"}},
		{"nil dereference", func(pass *analysis.Pass) (any, error) { return nilMap(nil), nil }, nil,
			[]string{"analyzer test", "nil pointer dereference", "at guard_test.nilMap guard_test.go:"}},
		{"panic nil", func(*analysis.Pass) (any, error) { panic(nil) }, nil, []string{"panic called with nil"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result, err := guard.Run("test", test.run)(pass)
			if result != test.result {
				t.Errorf("result = %v, want %v", result, test.result)
			}
			if (err != nil) != (test.want != nil) {
				t.Fatalf("err = %v, want %q", err, test.want)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("err = %q, lacks %q", err, part)
				}
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("err = %q, want one line", err)
			}
		})
	}
}

//go:noinline
func nilMap(p *analysis.Pass) string { return p.Pkg.Path() }
