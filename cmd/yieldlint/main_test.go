package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/goproxytest"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/yieldlint/yieldlint/analyzers"
)

// TestMain lets the test binary be the command, with the real rules, and
// stublint, the same with the stub rule.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"yieldlint": func() { os.Exit(run(os.Args[1:], analyzers.Suite)) },
		"stublint":  func() { os.Exit(run(os.Args[1:], stubRules)) },
	})
}

func TestScript(t *testing.T) {
	params := testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GOCACHE", goEnv(t, "GOCACHE"))
			env.Setenv("GOPROXY", "off")
			env.Setenv("GOFLAGS", "")
			env.Setenv("GOTOOLCHAIN", "local")
			env.Setenv("YIELDLINT", lookPath(t, "yieldlint"))
			env.Setenv("STUBLINT", lookPath(t, "stublint"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": exitsWith},
	}
	goproxytest.Setup(&params) // for scripts with modules in .gomodproxy
	testscript.Run(t, params)
}

func goEnv(t *testing.T, name string) string {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func lookPath(t *testing.T, name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// exitsWith is the script command "code N program args": it runs the program
// and fails unless it exits with N. Its output can be tested as that of exec.
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program args")
	}
	err := ts.Exec("sh", append([]string{"-c", `"$@"; code=$?; test $code = ` + args[0] + ` || { echo "exit code $code, want ` + args[0] + `" >&2; exit 1; }`, "sh"}, args[1:]...)...)
	ts.Check(err)
}
