package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// costOptions are the flags of -cost.
type costOptions struct {
	dir         string // of the module
	goTool      string
	staticcheck string
	edit        string // package to edit
	cache       string
	csv         string
	plot        string
	runs        int
	top         int
}

func (c *costOptions) register(f *flag.FlagSet) {
	f.StringVar(&c.dir, "cost", "", "measure the cost on the module in this directory")
	f.StringVar(&c.goTool, "go", "go", "go command to use in -cost")
	f.StringVar(&c.staticcheck, "staticcheck", "staticcheck", "staticcheck binary to compare with in -cost; empty for none")
	f.StringVar(&c.edit, "edit", "", "import path of the package to edit in -cost")
	f.StringVar(&c.cache, "gocache", "", "build cache for -cost, kept (default: a new one, removed)")
	f.StringVar(&c.csv, "csv", "", "table to put the figures of -cost into")
	f.StringVar(&c.plot, "plot", "", "draw the table -csv as an SVG file of this name")
	f.IntVar(&c.runs, "runs", 3, "measure warm runs and edits so often, take the median")
	f.IntVar(&c.top, "top", 5, "packages with the largest vet processes to print")
}

// A bench measures commands on one module.
type bench struct {
	costOptions
	ctx       context.Context
	yieldlint string // a copy with a build ID of its own
	toolArgs  []string
	temp      string
	env       []string
	progress  io.Writer
	rows      []row
}

// A row is one line of the table.
type row struct {
	name string
	usage
	exit int
}

// measureCost measures, and prints the table.
func (o *options) measureCost(ctx context.Context, stdout, stderr io.Writer) error {
	temp, err := os.MkdirTemp("", "corpus-cost-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	b := &bench{costOptions: o.cost, ctx: ctx, toolArgs: o.toolArgs, temp: temp, progress: stderr}
	if err := b.prepare(o.yieldlint); err != nil {
		return err
	}
	if err := b.measureAll(); err != nil {
		return err
	}
	units, err := b.measureUnits()
	if err != nil {
		return err
	}
	b.print(stdout)
	printUnits(stdout, units, b.top)
	if b.csv == "" {
		return nil
	}
	return b.addPoints(units)
}

// prepare copies yieldlint and sets up the caches.
func (b *bench) prepare(yieldlint string) error {
	if yieldlint == "" {
		return fmt.Errorf("-cost: -yieldlint is required")
	}
	if b.runs < 1 {
		return fmt.Errorf("-runs %d: want at least 1", b.runs)
	}
	if b.cache == "" {
		b.cache = filepath.Join(b.temp, "gocache")
	}
	var err error
	if b.cache, err = filepath.Abs(b.cache); err != nil {
		return err
	}
	for _, tool := range []*string{&b.goTool, &b.staticcheck} {
		if strings.ContainsRune(*tool, filepath.Separator) { // else it is searched for
			if *tool, err = filepath.Abs(*tool); err != nil {
				return err
			}
		}
	}
	b.env = append(os.Environ(), "GOCACHE="+b.cache, "STATICCHECK_CACHE="+filepath.Join(b.temp, "staticcheck"))
	b.yieldlint, err = b.copyTool(yieldlint, "yieldlint")
	return err
}

// copyTool copies a binary, with a build ID that no other copy has: random
// bytes after the end of an executable file do no harm.
func (b *bench) copyTool(from, name string) (string, error) {
	data, err := os.ReadFile(from)
	if err != nil {
		return "", err
	}
	name = filepath.Join(b.temp, name)
	return name, os.WriteFile(name, append(data, rand.Text()...), 0o777)
}

// coldStep is the name of the step that the units are of.
const coldStep = "yieldlint, cold"

// measureAll measures what the table shows. The order matters: each of the
// tools is cold in its first run.
func (b *bench) measureAll() error {
	vet := []string{b.goTool, "vet", "./..."}
	yieldlint := slices.Concat([]string{b.yieldlint}, b.toolArgs, []string{"./..."})
	steps := []struct {
		name    string
		command []string
		runs    int
		edit    bool
	}{
		{"go vet, fills the build cache", vet, 1, false},
		{"go vet, warm", vet, b.runs, false},
		{"staticcheck, cold", []string{b.staticcheck, "./..."}, 1, false},
		{"staticcheck, warm", []string{b.staticcheck, "./..."}, b.runs, false},
		{coldStep, yieldlint, 1, false},
		{"yieldlint, warm", yieldlint, b.runs, false},
		{"go vet, after an edit", vet, b.runs, true},
		{"staticcheck, after an edit", []string{b.staticcheck, "./..."}, b.runs, true},
		{"yieldlint, after an edit", yieldlint, b.runs, true},
	}
	var e *edit
	for _, s := range steps {
		if s.command[0] == "" {
			continue // no staticcheck
		}
		if s.edit && e == nil {
			var err error
			if e, err = b.chooseEdit(); err != nil {
				return err
			}
		}
		before := func() error { return nil }
		if s.edit {
			before = e.apply
		}
		err := b.measure(s.name, s.command, s.runs, before)
		if e != nil {
			err = firstOf(err, e.restore())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// measure runs command so often, each time after before, and adds the median
// by CPU time as a row.
func (b *bench) measure(name string, command []string, runs int, before func() error) error {
	var all []row
	for range runs {
		if err := before(); err != nil {
			return err
		}
		u, exit, err := b.run(command, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, row{name, u, exit})
	}
	slices.SortFunc(all, func(a, b row) int { return int(a.cpu() - b.cpu()) })
	median := all[len(all)/2]
	fmt.Fprintf(b.progress, "%-30s %v (exit %d)\n", name, median.usage, median.exit)
	b.rows = append(b.rows, median)
	return nil
}

// row returns the row of that name, or a zero one.
func (b *bench) row(name string) row {
	for _, r := range b.rows {
		if r.name == name {
			return r
		}
	}
	return row{}
}

func (b *bench) print(w io.Writer) {
	fmt.Fprintf(w, "%s, %d CPUs, GOMAXPROCS=%d\n\n", b.dir, runtime.NumCPU(), runtime.GOMAXPROCS(0))
	fmt.Fprintf(w, "| step | CPU s | user | sys | wall s | largest process MB | exit |\n|---|---|---|---|---|---|---|\n")
	for _, r := range b.rows {
		fmt.Fprintf(w, "| %s | %.2f | %.2f | %.2f | %.2f | %d | %d |\n", r.name,
			r.cpu().Seconds(), r.user.Seconds(), r.sys.Seconds(), r.wall.Seconds(), r.maxRSS>>20, r.exit)
	}
	fmt.Fprintln(w)
	b.printRatio(w, coldStep, "staticcheck, cold", 1, func(r row) float64 { return r.cpu().Seconds() }, "CPU")
	b.printRatio(w, "yieldlint, warm", "go vet, warm", 1.5, func(r row) float64 { return r.wall.Seconds() }, "wall")
}

// printRatio prints how two rows compare.
func (b *bench) printRatio(w io.Writer, name, base string, goal float64, value func(row) float64, what string) {
	if d := value(b.row(base)); d > 0 {
		fmt.Fprintf(w, "%s ÷ %s: %.2f (%s; goal ≤ %.1f)\n", name, base, value(b.row(name))/d, what, goal)
	}
}

// names returns command as a user would type it, for messages.
func names(command []string) string {
	return strings.Join(append([]string{filepath.Base(command[0])}, command[1:]...), " ")
}
