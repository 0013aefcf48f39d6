package main

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/config"
)

// shareConfig sets the environment so that all children use the models file
// of dir, and reports what is wrong with it.
func shareConfig(dir string, places findings.Places) error {
	if name := os.Getenv(config.Env); name != "" && name != config.Off {
		abs, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		os.Setenv(config.Env, abs)
	}
	path, err := config.Path(dir)
	if err != nil {
		return err
	}
	if path == "" {
		return os.Setenv(config.Env, config.Off)
	}
	if _, err := config.Load(path); err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), path, places.Relative(path)))
	}
	return os.Setenv(config.Env, path)
}

// warnUnmatched warns of entries of the user's models file that name nothing
// in the packages of the run and their dependencies.
func (o *options) warnUnmatched(ctx context.Context, dir string, places findings.Places) {
	path, err := config.Path(dir)
	if err != nil || path == "" {
		return
	}
	table, err := config.Load(path)
	if err != nil {
		return
	}
	pkgs, err := packages.Load(&packages.Config{
		Context:    ctx,
		Mode:       packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedTypes,
		Dir:        dir,
		BuildFlags: o.buildFlags,
		Tests:      o.test,
	}, o.patterns...)
	if err != nil {
		return // the run itself has failed likewise
	}
	var all []*types.Package
	packages.Visit(pkgs, nil, func(pkg *packages.Package) {
		if pkg.Types != nil {
			all = append(all, pkg.Types)
		}
	})
	for _, u := range table.Unmatched(all) {
		u.Pos.File = places.Relative(path)
		fmt.Fprintf(os.Stderr, "yieldlint: warning: %v\n", u)
	}
}
