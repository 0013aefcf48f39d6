package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/internal/config"
)

const slow = `ops:
  - func: example.com/m.Slow
    effect: blocks
    class: net
    cost: s
    why: asks a server
`

// write creates a file and its directory below dir, and returns its name.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	outer := write(t, root, config.FileName, "")
	write(t, root, "m/go.mod", "module m\n")
	write(t, root, "m/p/p.go", "package p\n")
	write(t, root, "n/go.mod", "module n\n")
	inner := write(t, root, "n/"+config.FileName, "")
	write(t, root, "n/p/p.go", "package p\n")
	write(t, root, "n/sub/go.mod", "module n/sub\n")
	write(t, root, "mod/example.com/d@v1.2.3/"+config.FileName, "")
	write(t, root, "user@vault/x.go", "")

	tests := []struct{ dir, want string }{
		{".", outer},
		{"m", ""}, // the module's root ends the search
		{"m/p", ""},
		{"n", inner},
		{"n/p", inner},
		{"n/sub", ""},
		{"mod/example.com/d@v1.2.3", ""}, // downloaded
		{"user@vault", outer},
	}
	for _, test := range tests {
		if got := config.Find(filepath.Join(root, test.dir)); got != test.want {
			t.Errorf("Find(%s) = %q, want %q", test.dir, got, test.want)
		}
	}
}

func TestTable(t *testing.T) {
	t.Setenv(config.Env, "")
	dir := t.TempDir()
	write(t, dir, "go.mod", "module m\n")
	builtin, err := config.Table(dir)
	if err != nil {
		t.Fatal(err)
	}

	file := write(t, dir, config.FileName, slow)
	table, err := config.Table(dir)
	if err != nil {
		t.Fatal(err)
	}
	if table.Hash() == builtin.Hash() {
		t.Error("the file does not change the hash")
	}
	if again, _ := config.Load(file); again != table {
		t.Error("the file was read twice")
	}

	// What only selects or formats, and the name of the file, do not count.
	same := write(t, t.TempDir(), "other.yaml", "# comment\nsettings:\n  severity: low\n"+slow)
	t.Setenv(config.Env, same)
	table2, err := config.Table(dir)
	if err != nil {
		t.Fatal(err)
	}
	if table2.Hash() != table.Hash() {
		t.Error("settings, a comment or the file's name change the hash")
	}

	t.Setenv(config.Env, config.Off)
	if off, err := config.Table(dir); err != nil || off != builtin {
		t.Errorf("%s=%s: got another table, error %v", config.Env, config.Off, err)
	}
}

func TestTableErrors(t *testing.T) {
	dir := t.TempDir()
	broken := write(t, dir, "broken.yaml", "ops:\n  - func: m.F\n    colour: green\n")
	tests := []struct{ env, want string }{
		{"relative.yaml", "not an absolute file name"},
		{filepath.Join(dir, "nosuch.yaml"), "no such file"},
		{broken, broken + ":3: unknown key"},
	}
	for _, test := range tests {
		t.Setenv(config.Env, test.env)
		if _, err := config.Table("."); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s=%s: error %v, want %q", config.Env, test.env, err, test.want)
		}
	}
}
