package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/config"
	"github.com/yieldlint/yieldlint/internal/config/modules"
	"github.com/yieldlint/yieldlint/internal/models"
)

// overlays are the models files of a run: the user's, and those of libraries.
type overlays struct {
	dir       string
	places    findings.Places
	path      string // the user's file, or ""
	modules   []modules.Module
	err       error // why modules are not known
	libraries []config.Library
	problems  []config.Problem
	table     *models.Table
}

// findOverlays finds the models files that count in dir, and shares them. Its
// error is one of the user's file.
func (o *options) findOverlays(ctx context.Context, dir string, places findings.Places) (*overlays, error) {
	v := &overlays{dir: dir, places: places}
	env := os.Getenv(config.Env)
	if env != "" && env != config.Off {
		abs, err := filepath.Abs(env)
		if err != nil {
			return nil, err
		}
		os.Setenv(config.Env, abs)
	}
	var err error
	if v.path, err = config.Path(dir); err != nil {
		return nil, err
	}
	if env != config.Off && os.Getenv(config.EnvLibs) != config.Off {
		v.modules, v.err = modules.List(ctx, dir, o.buildFlags)
	}
	return v, v.share()
}

// share sets the environment so that all children use the models files, as
// they are now.
func (v *overlays) share() error {
	v.libraries = config.Libraries(v.modules)
	_, v.problems = config.Overlay(v.libraries)
	table, err := config.Load(v.path, v.libraries...)
	if err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), v.path, v.places.Relative(v.path)))
	}
	v.table = table
	if err := config.SetEnvLibraries(v.libraries); err != nil {
		return err
	}
	if v.path == "" {
		return os.Setenv(config.Env, config.Off)
	}
	return os.Setenv(config.Env, v.path)
}

// analyseWith runs the driver with the models of v. If the go command has
// downloaded modules that ship models, which the run could not see, there is a
// second run: the findings must not depend on what was downloaded before.
func (o *options) analyseWith(ctx context.Context, v *overlays) (findings.Tree, error) {
	tree, err := o.analyse(ctx, v.dir, v.places)
	if ctx.Err() != nil || slices.Equal(v.libraries, config.Libraries(v.modules)) {
		return tree, err
	}
	if err := v.share(); err != nil {
		return nil, err
	}
	return o.analyse(ctx, v.dir, v.places)
}

// warnModels warns of what is wrong with the models files, after a run with
// the given exit code: of libraries that are broken, and of entries that name
// nothing.
func (o *options) warnModels(ctx context.Context, v *overlays, code int) {
	warn := func(format string, args ...any) { fmt.Fprintf(os.Stderr, "yieldlint: warning: "+format+"\n", args...) }
	if v.err != nil && code != exitError { // else the go command has said it in the run
		warn("the models of dependencies are not used: %v", v.err)
	}
	for _, p := range v.problems {
		warn("%s: %s (%v)", v.place(p.Library.File, p.Line), p.Text, p.Library)
	}
	if v.path == "" && len(v.libraries) == 0 {
		return
	}
	u := &universe{ctx: ctx, dir: v.dir, options: o}
	unmatched := v.table.Unmatched(u)
	if u.err != nil {
		return // likewise
	}
	for _, u := range unmatched {
		if v.library(u.Pos.File) == nil {
			warn("%s: %s: %s", v.place(v.path, u.Pos.Line), u.Name, u.Reason)
		}
	}
	for _, u := range unmatched {
		if lib := v.library(u.Pos.File); lib != nil && !(u.NoPackage && v.vendored(lib)) {
			warn("%s: %s: %s (%v)", v.place(lib.File, u.Pos.Line), u.Name, u.Reason, lib)
		}
	}
}

// place names a line of a file to the user.
func (v *overlays) place(file string, line int) string {
	if line == 0 {
		return v.places.Relative(file)
	}
	return fmt.Sprintf("%s:%d", v.places.Relative(file), line)
}

// library returns the library whose file has positions in the file called
// name, nil for the user's file.
func (v *overlays) library(name string) *config.Library {
	i := slices.IndexFunc(v.libraries, func(l config.Library) bool { return l.Name() == name })
	if i < 0 {
		return nil
	}
	return &v.libraries[i]
}

// vendored reports whether packages of lib may be missing because the build
// does not need them.
func (v *overlays) vendored(lib *config.Library) bool {
	return slices.ContainsFunc(v.modules, func(m modules.Module) bool { return m.Path == lib.Path && m.Vendored })
}
