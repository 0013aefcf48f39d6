package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A universe is what entries of models files may name: the packages that can
// be imported in dir. Those that are not part of the build count, since a run
// may be about some packages of a module only.
//
// It reads declarations alone, from the packages asked for alone: that takes
// milliseconds, where types from export data would have the go command
// compile the whole build, which go vet does not need.
type universe struct {
	ctx     context.Context
	dir     string
	options *options
	paths   []string // of Paths, once it is known
	err     error    // of the go command: then nothing is known
}

// listed is what go list prints of a package.
type listed struct {
	ImportPath, Dir, Name string

	GoFiles, CgoFiles, TestGoFiles, IgnoredGoFiles []string
}

// maxListed is the number of packages that one go list is asked for: a system
// bounds the length of a command line.
const maxListed = 200

// Packages returns those of the packages that exist.
func (u *universe) Packages(paths []string) map[string]*types.Package {
	pkgs := make(map[string]*types.Package)
	asked := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return strings.Contains(path, "...") })
	for chunk := range slices.Chunk(asked, maxListed) {
		// Without -find, go list would load what they import. Without a
		// proxy, it does not look for a misspelt package on the network.
		args := []string{"-find", "-json=ImportPath,Dir,Name,GoFiles,CgoFiles,TestGoFiles,IgnoredGoFiles"}
		for dec := json.NewDecoder(bytes.NewReader(u.list(args, chunk))); ; {
			var p listed
			if dec.Decode(&p) != nil {
				break
			}
			if pkg := p.declarations(); pkg != nil {
				pkgs[p.ImportPath] = pkg
			}
		}
	}
	return pkgs
}

// Paths returns the import paths of the packages of the run and their dependencies.
func (u *universe) Paths() []string {
	if u.paths == nil {
		u.paths = strings.Fields(string(u.list([]string{"-deps", "-f={{.ImportPath}}"}, u.options.patterns)))
		slices.Sort(u.paths)
	}
	return u.paths
}

// list returns what go list prints.
func (u *universe) list(flags, patterns []string) []byte {
	args := slices.Concat([]string{"list", "-e"}, flags, u.options.buildFlags, []string{"--"}, patterns)
	cmd := exec.CommandContext(u.ctx, "go", args...)
	cmd.Dir = u.dir
	cmd.Env = append(os.Environ(), "PWD="+u.dir, "GOPROXY=off")
	out, err := cmd.Output() // with -e, a missing package is no error
	u.err = cmp.Or(u.err, err)
	return out
}

// declarations returns the package with what it declares, for any platform;
// nil if it has no files. Types of other packages are missing in it.
func (p *listed) declarations() *types.Package {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.TestGoFiles, p.IgnoredGoFiles) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		// A file with errors has the declarations before them.
		file, _ := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if file != nil && (p.Name == "" || file.Name.Name == p.Name) {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return nil
	}
	conf := types.Config{
		IgnoreFuncBodies: true,
		FakeImportC:      true,
		Importer:         emptyImporter{},
		Error:            func(error) {}, // what is declared is found in spite of errors
	}
	pkg, _ := conf.Check(p.ImportPath, fset, files, nil)
	return pkg
}

// An emptyImporter imports packages that declare nothing.
type emptyImporter struct{}

func (emptyImporter) Import(importPath string) (*types.Package, error) {
	if importPath == "unsafe" {
		return types.Unsafe, nil
	}
	pkg := types.NewPackage(importPath, path.Base(importPath))
	pkg.MarkComplete()
	return pkg, nil
}
