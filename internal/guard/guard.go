// Package guard keeps one package that an analyzer cannot handle from ending a
// whole run.
package guard

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// maxFrames bounds the stack in an error: enough to find the place in our
// code, short enough for one line.
const maxFrames = 6

// Run returns run with panics turned into errors that name the analyzer, the
// package and the innermost frames. Use it as an analyzer's Run:
//
//	Run: guard.Run("blockingio", run),
//
// Drivers show the error of an analyzer next to the findings of other
// packages. An exception is a dependency under go vet, where the error is
// lost: its facts are missing, and findings that depend on them with it.
func Run(name string, run func(*analysis.Pass) (any, error)) func(*analysis.Pass) (any, error) {
	return func(pass *analysis.Pass) (result any, err error) {
		defer func() {
			if r := recover(); r != nil {
				result, err = nil, &PanicError{Analyzer: name, Package: pass.Pkg.Path(), Value: r, Frames: panicFrames()}
			}
		}()
		return run(pass)
	}
}

// A PanicError is a panic inside an analyzer.
type PanicError struct {
	Analyzer, Package string
	Value             any
	Frames            []string // innermost first: "models.(*Table).Op models.go:31"
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("internal error: analyzer %s panicked on package %s: %v (at %s); please report it",
		e.Analyzer, e.Package, e.Value, strings.Join(e.Frames, " < "))
}

// panicFrames returns the innermost frames of the panic that a deferred
// function of Run is recovering from, without those of the runtime.
func panicFrames() []string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	var list []string
	panicking := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			panicking, list = true, nil // frames before it handle the panic; the last panic counts
		case panicking && filepath.Base(frame.File) == "guard.go":
			return list // frames beyond are those of the driver
		case panicking && !strings.HasPrefix(frame.Function, "runtime."):
			list = append(list, fmt.Sprintf("%s %s:%d", shortName(frame.Function), filepath.Base(frame.File), frame.Line))
		}
		if !more || len(list) == maxFrames {
			return list
		}
	}
}

// shortName drops the directory of a function's import path.
func shortName(function string) string {
	return function[strings.LastIndexByte(function, '/')+1:]
}
