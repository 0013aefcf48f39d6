package main

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/cmd/yieldlint/internal/findings"
	"github.com/yieldlint/yieldlint/internal/lazy"
)

// A stderrFilter prints the standard error of a child line by line, in one
// form for all drivers: file names are those that the user would use, and of
// several messages on one source line only the first is printed. What belongs
// to a package is held back until flush and printed in the order of packages:
// the go command prints it in the order in which they happen to end.
type stderrFilter struct {
	progress *progress
	places   findings.Places
	dir      string // of the child

	rest    []byte              // of an unfinished line
	header  string              // "# package", of the lines that follow
	blocks  map[string][]string // by header
	crash   bool                // in the stack dump of a unit that has crashed
	seen    map[string]bool
	printed bool
}

func newStderrFilter(p *progress, places findings.Places, dir string) *stderrFilter {
	return &stderrFilter{progress: p, places: places, dir: dir, seen: make(map[string]bool), blocks: make(map[string][]string)}
}

func (f *stderrFilter) Write(data []byte) (int, error) {
	f.rest = append(f.rest, data...)
	for {
		i := bytes.IndexByte(f.rest, '\n')
		if i < 0 {
			return len(data), nil
		}
		f.line(string(f.rest[:i]))
		f.rest = f.rest[i+1:]
	}
}

func (f *stderrFilter) flush() {
	if len(f.rest) > 0 {
		f.line(string(f.rest))
		f.rest = nil
	}
	for _, header := range slices.Sorted(maps.Keys(f.blocks)) {
		f.progress.print([]byte(header + "\n" + strings.Join(f.blocks[header], "")))
	}
	clear(f.blocks)
}

var (
	sourceLine = lazy.Regexp(`^(?:vet: )?([^\s:][^:]*\.(?:go|mod|work|c|h|s)):([0-9]+)((?::[0-9]+)?: .*)$`)
	outside    = lazy.Regexp(`matches no packages$|does not contain main module or its selected dependencies$`)
	exitLine   = lazy.Regexp(`^\S+: \S+: exit status [0-9]+$`)
	noMatch    = lazy.Regexp(`^(?:go: warning: |[^ ]+: )?("[^"]+"|[^ ].*) matched no packages$`)
)

func (f *stderrFilter) line(line string) {
	line = strings.TrimPrefix(line, "-: ") // x/tools prints that for "no position"
	switch {
	case strings.HasPrefix(line, "# ["): // the test variant of the package in the line before
		return
	case strings.HasPrefix(line, "# "):
		f.header, f.crash = line, false
		return
	case f.crash:
		f.crashLine(line)
		return
	case strings.HasPrefix(line, "fatal error: "), strings.HasPrefix(line, "runtime: goroutine stack exceeds"):
		f.crash = true
		f.print("yieldlint: internal error: " + line + "; please report it")
		return
	case line == "no packages to vet" && f.printed:
		return // what follows from "matched no packages"
	}
	if m := noMatch().FindStringSubmatch(line); m != nil {
		line = "yieldlint: " + strings.Trim(m[1], `"`) + " matches no packages"
	}
	if len(f.places.Modules) == 0 && outside().MatchString(line) {
		line += ": no go.mod here or above"
	}
	if m := sourceLine().FindStringSubmatch(line); m != nil {
		file := f.file(m[1])
		if key := file + ":" + m[2]; f.seen[key] {
			return
		} else {
			f.seen[key] = true
		}
		line = file + ":" + m[2] + m[3]
	}
	f.print(line)
}

// crashLine ends the dump, which has no mark at its end, at a line that cannot
// be part of it: "package: tool: exit status 2".
func (f *stderrFilter) crashLine(line string) {
	if exitLine().MatchString(line) {
		f.crash = false
		f.print(line)
	}
}

// file returns the name, for the user, of a file that the child has named.
func (f *stderrFilter) file(name string) string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(f.dir, name)
	}
	return f.places.Relative(name)
}

func (f *stderrFilter) print(line string) {
	f.printed = true
	if f.header != "" {
		f.blocks[f.header] = append(f.blocks[f.header], line+"\n")
		return
	}
	f.progress.print([]byte(line + "\n"))
}
