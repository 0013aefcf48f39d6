// Package readme_test tests that what the documents say is so.
package readme_test

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the output in README.md and the values in docs/limits.md")

const root = "../.."

// The documents of the repository.
var documents = []string{
	"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md",
	"docs/contracts.md", "docs/limits.md", "docs/models.md", "docs/points.md", "docs/rules.md", "examples/README.md",
}

// A block is a fenced block of a document.
type block struct {
	lang, text string
}

var fenced = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

func blocksOf(doc string) []block {
	var blocks []block
	for _, m := range fenced.FindAllStringSubmatch(doc, -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

// readme holds the blocks of README.md by what they are for.
type readme struct {
	content string
	stale   string   // and on the one below it
	clone   []string // commands for a clone: the linter on the examples, the tests
	use     []string // commands for users
	chain   string   // what the tool prints on the example at the top
	source  string   // a package,
	models  string   // its .yieldlint.yaml,
	output  string   // and what the tool prints
}

func readReadme(t *testing.T) *readme {
	t.Helper()
	r := &readme{content: read(t, "README.md")}
	b := blocksOf(r.content)
	var langs []string
	for _, x := range b {
		langs = append(langs, x.lang)
	}
	if want := []string{"text", "text", "sh", "sh", "go", "yaml", "text"}; !slices.Equal(langs, want) {
		t.Fatalf("README.md has blocks of %q, want %q", langs, want)
	}
	r.chain, r.stale, r.clone, r.use = b[0].text, b[1].text, commands(b[2].text), commands(b[3].text)
	r.source, r.models, r.output = b[4].text, b[5].text, b[6].text
	return r
}

// commands returns the lines of text without comments.
func commands(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, " #")
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// replace rewrites old by its present form in a document, or reports that it is stale.
func replace(t *testing.T, doc, old, now string) {
	t.Helper()
	if old == now {
		return
	}
	if !*update {
		t.Errorf("%s is stale (go test ./internal/readme -update rewrites it). It has\n%s\nwant\n%s", doc, old, now)
		return
	}
	content := strings.Replace(read(t, doc), old, now, 1)
	if err := os.WriteFile(filepath.Join(root, doc), []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// result is what a command has printed.
type result struct {
	code           int
	stdout, stderr string
}

// sh runs a line of shell in dir, with bin before PATH.
func sh(t *testing.T, dir, bin, line string) result {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(),
		"PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"GOBIN="+bin, "NO_COLOR=1", "YIELDLINT_CONFIG=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", line, err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// install installs the command in the way of the README, and returns the directory.
func install(t *testing.T, line string) (bin string) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs the command")
	}
	bin = t.TempDir()
	if r := sh(t, root, bin, line); r.code != 0 {
		t.Fatalf("%s: exit code %d\n%s", line, r.code, r.stderr)
	}
	return bin
}

// TestExamples runs the first command of the README, and those that
// the chains at its top come from.
func TestExamples(t *testing.T) {
	r := readReadme(t)
	bin := install(t, r.use[0])
	got := sh(t, root, bin, r.clone[0])
	if got.code != 1 {
		t.Fatalf("%s: exit code %d, want 1\n%s", r.clone[0], got.code, got.stderr)
	}
	var faults []string
	for line := range strings.Lines(got.stdout) {
		if strings.HasPrefix(line, " ") {
			continue // of a chain
		}
		name, _, _ := strings.Cut(line, ":")
		dirs := strings.Split(filepath.ToSlash(name), "/")
		i := slices.Index(dirs, "fault")
		if i < 1 {
			t.Errorf("finding outside fault: %s", line)
			continue
		}
		faults = append(faults, dirs[i-1])
	}
	all, err := filepath.Glob(filepath.Join(root, "examples/*/fault"))
	if err != nil || len(all) < 8 {
		t.Fatalf("examples: %q, %v", all, err)
	}
	for _, dir := range all {
		if name := filepath.Base(filepath.Dir(dir)); !slices.Contains(faults, name) {
			t.Errorf("no finding in examples/%s/fault", name)
		}
	}
	if t.Failed() {
		t.Logf("%s prints\n%s", r.clone[0], got.stdout)
	}
	chain := sh(t, root, bin, "yieldlint -C examples ./gnetauth/...")
	replace(t, "README.md", r.chain, chain.stdout)
	stale := sh(t, root, bin, "yieldlint -C examples ./banktransfer/...")
	replace(t, "README.md", r.stale, stale.stdout)
	injected := sh(t, root, bin, "yieldlint -C examples ./injectedlog/...")
	replace(t, "docs/contracts.md", blocksOf(read(t, "docs/contracts.md"))[0].text, injected.stdout)
	points := sh(t, root, bin, "yieldlint points -C examples '(*Hub).run' ./ownerloop/fault/hub")
	replace(t, "docs/points.md", blocksOf(read(t, "docs/points.md"))[0].text, points.stdout)
}

// TestUse runs the other commands of the README, on the package in it.
func TestUse(t *testing.T) {
	r := readReadme(t)
	bin := install(t, r.use[0])
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":          "module example.com/app\n\ngo 1.26\n",
		"app.go":          r.source,
		".yieldlint.yaml": r.models,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	first, _, _ := strings.Cut(r.output, "\n")
	for _, line := range r.use[1:] {
		want := 0
		if strings.Contains(line, "./...") {
			want = 1
		}
		got := sh(t, dir, bin, line)
		if got.code != want {
			t.Errorf("%s: exit code %d, want %d\n%s%s", line, got.code, want, got.stdout, got.stderr)
		}
		switch {
		case strings.HasPrefix(line, "go vet"):
			if !strings.Contains(got.stderr, first) {
				t.Errorf("%s: no %q in\n%s", line, first, got.stderr)
			}
		case strings.Contains(line, " why "):
			if !strings.Contains(got.stdout, "(*device).poll") {
				t.Errorf("%s prints\n%s", line, got.stdout)
			}
		case strings.Contains(line, " unknown"), strings.Contains(line, " safety"), strings.Contains(line, " points"):
			if got.stdout == "" {
				t.Errorf("%s prints nothing", line)
			}
		case strings.Contains(line, "-json"):
			if !strings.Contains(got.stdout, `"blockingio"`) {
				t.Errorf("%s prints\n%s", line, got.stdout)
			}
		case strings.Contains(line, "./..."):
			replace(t, "README.md", r.output, got.stdout)
			if got.stderr != "" {
				t.Errorf("%s: standard error has\n%s", line, got.stderr)
			}
		}
	}
}

// TestCommandsOfCI: CI runs what the README tells newcomers to run.
func TestCommandsOfCI(t *testing.T) {
	ci := strings.ReplaceAll(read(t, ".ci/run"), " -v ", " ")
	for _, line := range readReadme(t).clone {
		if !strings.Contains(ci, line) {
			t.Errorf(".ci/run does not run %q", line)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks: relative links lead somewhere, their anchors to a heading.
func TestLinks(t *testing.T) {
	for _, doc := range documents {
		content := read(t, doc)
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(content, ""), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := filepath.Join(filepath.Dir(doc), target)
			if target == "" {
				file = doc
			}
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s: %v", doc, err)
			} else if anchor != "" && !slices.Contains(anchors(read(t, file)), anchor) {
				t.Errorf("%s: %s has no heading #%s", doc, file, anchor)
			}
		}
	}
}

var (
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	noWord  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func anchors(doc string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(doc, -1) {
		out = append(out, strings.ReplaceAll(noWord.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return out
}

// TestBounds: docs/limits.md has every bound of the analysis, with its value.
func TestBounds(t *testing.T) {
	const doc = "docs/limits.md"
	for _, dir := range bounded {
		pkg := filepath.Base(dir)
		bounds := boundsOf(t, filepath.Join(root, dir))
		if len(bounds) == 0 {
			t.Errorf("no bounds in package %s", pkg)
		}
		for _, name := range sortedKeys(bounds) {
			row := regexp.MustCompile("(?m)^\\| `" + pkg + "\\." + name + "` \\| ([0-9_]+) \\|")
			m := row.FindStringSubmatch(read(t, doc))
			if m == nil {
				t.Errorf("%s says nothing about %s.%s", doc, pkg, name)
				continue
			}
			replace(t, doc, m[0], fmt.Sprintf("| `%s.%s` | %s |", pkg, name, bounds[name]))
		}
		for _, m := range regexp.MustCompile("(?m)^\\| `"+pkg+"\\.(\\w+)`").FindAllStringSubmatch(read(t, doc), -1) {
			if bounds[m[1]] == "" {
				t.Errorf("%s names %s.%s, which does not exist", doc, pkg, m[1])
			}
		}
	}
}

// bounded are the packages with bounds of the analysis.
var bounded = []string{
	"internal/effects", "internal/loops", "internal/directives", "internal/paths", "internal/locks", "internal/accesses",
	"internal/threads", "internal/order", "internal/safety", "internal/critical", "internal/windows",
	"analyzers/sharedstate", "analyzers/yieldpoints",
}

// boundsOf returns the constants max… at the top level of the package in dir.
func boundsOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	bounds := make(map[string]string)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.CONST {
				continue
			}
			for _, spec := range gen.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, id := range spec.Names {
					if !strings.HasPrefix(id.Name, "max") {
						continue
					}
					lit, ok := spec.Values[i].(*ast.BasicLit)
					if !ok {
						t.Fatalf("%s: %s is not a literal", name, id.Name)
					}
					bounds[id.Name] = lit.Value
				}
			}
		}
	}
	return bounds
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	var keys []K
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
