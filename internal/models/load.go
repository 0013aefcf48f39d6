package models

import (
	"embed"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path"
	"sync"

	"go.yaml.in/yaml/v3"
)

// data holds std/*.yaml and thirdparty/*.yaml (operations), frameworks/*.yaml,
// and std-packages.txt.
//
//go:embed data
var data embed.FS

// builtin is the table of the embedded files, made once in a process.
//
// Parsing the YAML takes a tenth of a second, and go vet starts one process per
// package: so the entries are compiled in as Go values (generated.go), and
// parsed only in a build that lacks the latest of them.
var builtin = sync.OnceValue(func() *Table {
	l := &generated
	if !trusted && Stale() {
		var err error
		if l, err = loadFS(data); err != nil {
			panic(fmt.Sprintf("internal error: embedded models: %v", err))
		}
	}
	t, err := newTable(l)
	if err != nil {
		panic(fmt.Sprintf("internal error: embedded models: %v", err))
	}
	return t
})

// Stale reports whether the entries that are compiled in are not those of the
// embedded files: go generate has been forgotten.
func Stale() bool { return checksum(data) != generatedFrom }

// trusted says that Stale has been asked before, by another process.
var trusted bool

// Trust makes this process use the entries that are compiled in. It has to be
// called before anything else.
func Trust() { trusted = true }

//go:generate go test -run ^TestGenerated$ -update .

// checksum identifies the names and contents of the model files of fsys.
func checksum(fsys fs.FS) uint32 {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	buf := make([]byte, 16<<10)
	err := walk(fsys, func(file string) error {
		io.WriteString(sum, file)
		f, err := fsys.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.CopyBuffer(sum, f, buf)
		return err
	})
	if err != nil {
		panic("internal error: embedded models: " + err.Error())
	}
	return sum.Sum32()
}

// walk calls f with each model file below data/ in fsys, in lexical order.
func walk(fsys fs.FS, f func(file string) error) error {
	return fs.WalkDir(fsys, "data", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(file) != ".yaml" {
			return err
		}
		return f(file)
	})
}

// loadFS loads every model file below data/ in fsys.
func loadFS(fsys fs.FS) (*layer, error) {
	l := new(layer)
	var errs []error
	err := walk(fsys, func(file string) error {
		content, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		decode := l.opsFile
		if path.Base(path.Dir(file)) == "frameworks" {
			decode = l.frameworkFile
		}
		errs = append(errs, load(file, content, decode))
		return nil
	})
	errs = append(errs, err, l.duplicates())
	return l, errors.Join(errs...)
}

// loadOverlay loads a user's file.
func loadOverlay(file string, content []byte) (*layer, error) {
	l := new(layer)
	return l, errors.Join(load(file, content, l.overlayFile), l.duplicates())
}

// load decodes one file.
func load(file string, content []byte, decode func(*decoder, *yaml.Node)) error {
	d := &decoder{file: file}
	if n := d.document(content); n != nil {
		decode(d, n)
	}
	return d.err()
}

// duplicates reports entries of l on the same target.
func (l *layer) duplicates() error {
	var errs []error
	seen := make(map[string]Pos)
	check := func(kind, name string, pos Pos) {
		if name == "" { // reported already
			return
		}
		if first, dup := seen[kind+" "+name]; dup {
			errs = append(errs, fmt.Errorf("%v: duplicate %s %s, first at %v", pos, kind, name, first))
			return
		}
		seen[kind+" "+name] = pos
	}
	for _, op := range l.ops {
		check("func", op.Func, op.Pos)
	}
	for _, v := range l.vars {
		check("var", v.Name, v.Pos)
	}
	for _, op := range l.syncs {
		check("sync of", op.Func, op.Pos)
	}
	for _, s := range l.types {
		check("type", s.Type, s.Pos)
	}
	for _, m := range l.mutations {
		check("mutates of", m.Func, m.Pos)
	}
	for _, op := range l.process {
		check("process of", op.Func, op.Pos)
	}
	for _, f := range l.frameworks {
		check("framework", f.Name, f.Pos)
		for i := range f.Roots {
			e := &f.Roots[i]
			check("root of "+f.Name+":", e.identity(), e.Pos)
		}
		for i := range f.SelfWaits {
			op := &f.SelfWaits[i]
			check("selfwait of "+f.Name+":", op.Func, op.Pos)
		}
	}
	return errors.Join(errs...)
}
