package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// An edit is a change of one file, which can be made again and again.
type edit struct {
	file     string
	original []byte
	count    int
}

// apply appends one comment more than the last time: to the go command, each
// is a file that it has not seen.
func (e *edit) apply() error {
	e.count++
	data := e.original[:len(e.original):len(e.original)]
	return os.WriteFile(e.file, fmt.Appendf(data, "\n// Edit %d of %d.\n", e.count, os.Getpid()), 0o666)
}

func (e *edit) restore() error { return os.WriteFile(e.file, e.original, 0o666) }

// chooseEdit returns an edit of the package -edit, or of the largest package
// that no other of the module imports.
func (b *bench) chooseEdit() (*edit, error) {
	packages, err := b.list()
	if err != nil {
		return nil, err
	}
	p := leafPackage(packages)
	if b.edit != "" {
		i := slices.IndexFunc(packages, func(p listed) bool { return p.ImportPath == b.edit })
		if i < 0 {
			return nil, fmt.Errorf("-edit %s: no such package in %s", b.edit, b.dir)
		}
		p = packages[i]
	}
	if len(p.GoFiles) == 0 {
		return nil, errors.New("no package to edit")
	}
	fmt.Fprintf(b.progress, "%d packages; edits %s\n", len(packages), p.ImportPath)
	file := filepath.Join(p.Dir, p.GoFiles[0])
	data, err := os.ReadFile(file)
	return &edit{file: file, original: data}, err
}

// A listed is a package, as go list prints it.
type listed struct {
	ImportPath, Dir, Name              string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

// list returns the packages of the module.
func (b *bench) list() ([]listed, error) {
	cmd := exec.CommandContext(b.ctx, b.goTool, "list", "-e", "-json=ImportPath,Dir,Name,GoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = b.dir
	cmd.Env = b.env
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	var packages []listed
	dec := json.NewDecoder(stdout)
	for err == nil {
		err = appendDecoded(dec, &packages)
	}
	if !errors.Is(err, io.EOF) {
		cmd.Process.Kill()
	} else {
		err = nil
	}
	return packages, firstOf(err, cmd.Wait())
}

// countListed returns the number of packages that go list lists.
func (b *bench) countListed(args ...string) (int, error) {
	cmd := exec.CommandContext(b.ctx, b.goTool, append([]string{"list", "-e", "-f={{.ImportPath}}"}, args...)...)
	cmd.Dir = b.dir
	cmd.Env = b.env
	out, err := cmd.Output()
	return bytes.Count(out, []byte("\n")), err
}

// leafPackage returns the largest package that none of packages imports; a
// command only if there is nothing else.
func leafPackage(packages []listed) listed {
	imported := make(map[string]bool)
	for _, p := range packages {
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if path != p.ImportPath { // an external test imports its package
				imported[path] = true
			}
		}
	}
	leaves := slices.DeleteFunc(slices.Clone(packages), func(p listed) bool {
		return imported[p.ImportPath] || len(p.GoFiles) == 0
	})
	if len(leaves) == 0 {
		return listed{}
	}
	return slices.MaxFunc(leaves, func(a, b listed) int {
		return cmp.Or(boolCompare(a.Name != "main", b.Name != "main"), cmp.Compare(size(a), size(b)), cmp.Compare(a.ImportPath, b.ImportPath))
	})
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// size returns the number of bytes of p's files.
func size(p listed) int64 {
	var n int64
	for _, name := range p.GoFiles {
		if info, err := os.Stat(filepath.Join(p.Dir, name)); err == nil {
			n += info.Size()
		}
	}
	return n
}
