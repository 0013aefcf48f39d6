package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// downloadable is a module that ships models.
var downloadable = map[string]string{
	"go.mod": "module example.com/lib\n\ngo 1.26\n",
	"lib.go": "package lib\n\nfunc Slow() {}\n",
	".yieldlint.yaml": `ops:
  - func: example.com/lib.Slow
    effect: blocks
    class: net
    cost: s
    why: asks a server
  - func: example.com/lib.Slwo
    effect: safe
    why: misspelt
`,
}

// downloading is a module that requires it.
var downloading = map[string]string{
	"go.mod": "module example.com/app\n\ngo 1.26\n\nrequire example.com/lib v1.2.3\n",
	"app.go": `package app

import "example.com/lib"

//yieldlint:eventloop
func loop() {
	lib.Slow()
}
`,
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// publish puts the files of version v1.2.3 of a module into a directory that
// serves as GOPROXY, and returns the value.
func publish(t *testing.T, dir, path string, files map[string]string) string {
	t.Helper()
	source, versions := filepath.Join(dir, "source"), filepath.Join(dir, "proxy", filepath.FromSlash(path), "@v")
	writeFiles(t, source, files)
	writeFiles(t, versions, map[string]string{
		"list": "v1.2.3\n", "v1.2.3.info": `{"Version":"v1.2.3"}`, "v1.2.3.mod": files["go.mod"],
	})
	archive, err := os.Create(filepath.Join(versions, "v1.2.3.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := zip.CreateFromDir(archive, module.Version{Path: path, Version: "v1.2.3"}, source); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(filepath.Join(dir, "proxy"))
}

// TestDownloadedModels: the models of a library count in the run that
// downloads it, too.
func TestDownloadedModels(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, filepath.Join(dir, "app"), downloading)
	proxy := publish(t, dir, "example.com/lib", downloadable)
	env := append(os.Environ(), "GOPROXY="+proxy, "GONOSUMDB=*", "GOFLAGS=-modcacherw", "GOWORK=off", "GOTOOLCHAIN=local")
	run := func(cache, program string, args ...string) (stdout, stderr string, code int) {
		var out, errs strings.Builder
		cmd := exec.Command(program, args...)
		cmd.Dir = filepath.Join(dir, "app")
		cmd.Env = append(env, "GOMODCACHE="+filepath.Join(dir, cache))
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
			t.Fatal(err)
		}
		return out.String(), errs.String(), cmd.ProcessState.ExitCode()
	}
	if _, stderr, code := run("first", "go", "mod", "tidy"); code != 0 { // writes go.sum
		t.Fatal(stderr)
	}
	for _, test := range []struct{ cache, driver, what string }{
		{"second", "vet", "downloading"},
		{"second", "vet", "downloaded"},
		{"third", "inprocess", "downloading in-process"},
	} {
		stdout, stderr, code := run(test.cache, lookPath(t, "yieldlint"), "-driver="+test.driver, "./...")
		if code != exitFindings || !strings.HasPrefix(stdout, "app.go:7:10: ") {
			t.Errorf("%s: exit code %d, output %q, errors %q", test.what, code, stdout, stderr)
		}
		const warning = `example.com/lib@v1.2.3/.yieldlint.yaml:7: example.com/lib.Slwo: package example.com/lib has no Slwo, did you mean "Slow"? (example.com/lib@v1.2.3)`
		if lines := strings.Count(stderr, "warning"); lines != 1 || !strings.Contains(stderr, warning) {
			t.Errorf("%s: errors are %q, want %q", test.what, stderr, warning)
		}
	}
}
