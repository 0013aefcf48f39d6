package readme_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/yieldlint/yieldlint/internal/models"
)

const module = "github.com/yieldlint/yieldlint/"

// A goPackage is what go list says of a package.
type goPackage struct {
	ImportPath, Dir string
	GoFiles         []string
	Imports         []string
}

// packages returns the packages of the module.
func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
	return pkgs
}

// TestCodeMap: the map in ARCHITECTURE.md has every package, and imports go
// from its top to its bottom.
func TestCodeMap(t *testing.T) {
	_, text, _ := strings.Cut(read(t, "ARCHITECTURE.md"), "## Code map")
	text, _, _ = strings.Cut(text, "Beside the code:")
	var order []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?`) \\|").FindAllStringSubmatch(text, -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			order = append(order, strings.Trim(name, "`"))
		}
	}
	for _, p := range packages(t) {
		from := strings.TrimPrefix(p.ImportPath, module)
		i := slices.Index(order, from)
		if i < 0 {
			t.Errorf("the map lacks %s", from)
			continue
		}
		for _, imp := range p.Imports {
			if to, ok := strings.CutPrefix(imp, module); ok && slices.Index(order, to) < i {
				t.Errorf("%s imports %s, which stands above it", from, to)
			}
			if from == "internal/models" && strings.HasPrefix(imp, "golang.org/x/tools/go/ssa") {
				t.Errorf("%s imports %s", from, imp)
			}
		}
	}
	for _, name := range order {
		if !slices.ContainsFunc(packages(t), func(p goPackage) bool { return p.ImportPath == module+name }) {
			t.Errorf("the map has %s, which does not exist", name)
		}
	}
}

// TestFrameworksOnlyInData: no Go code names a package of a framework, but
// what is generated from the models.
func TestFrameworksOnlyInData(t *testing.T) {
	var paths []string
	for _, f := range models.Builtin().Frameworks() {
		for _, p := range f.Packages {
			if p = strings.TrimSuffix(p, "/*"); !strings.Contains(p, "*") && !models.IsStd(p) {
				paths = append(paths, p)
			}
		}
	}
	if len(paths) < 50 {
		t.Fatalf("only %d packages of frameworks", len(paths))
	}
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if ast.IsGenerated(file) {
				continue
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, _ := strconv.Unquote(lit.Value)
				for _, path := range paths {
					if strings.Contains(text, path) {
						t.Errorf("%s/%s names %s", p.ImportPath, name, path)
					}
				}
				return true
			})
		}
	}
}
