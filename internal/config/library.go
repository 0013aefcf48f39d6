package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/internal/config/modules"
	"github.com/yieldlint/yieldlint/internal/models"
)

// EnvLibs is the environment variable that holds the files of libraries, as
// JSON, or Off. The command sets it for its children.
const EnvLibs = "YIELDLINT_LIBRARIES"

// A Library is a module that ships models of itself.
type Library struct {
	Path    string
	Version string
	File    string // absolute name
}

// String returns "path@version".
func (l Library) String() string { return modules.Module{Path: l.Path, Version: l.Version}.String() }

// Name is what positions in the file call it: the same on every machine.
func (l Library) Name() string { return l.String() + "/" + FileName }

// Libraries returns those of mods that ship models, sorted by path.
func Libraries(mods []modules.Module) []Library {
	var libs []Library
	for _, m := range mods {
		if file := filepath.Join(m.Dir, FileName); isFile(file) {
			libs = append(libs, Library{m.Path, m.Version, file})
		}
	}
	slices.SortFunc(libs, func(a, b Library) int { return strings.Compare(a.Path, b.Path) })
	return libs
}

// SetEnvLibraries names libs to the processes that this one starts.
func SetEnvLibraries(libs []Library) error {
	if len(libs) == 0 {
		return os.Setenv(EnvLibs, Off)
	}
	value, err := json.Marshal(libs)
	if err != nil {
		return err
	}
	return os.Setenv(EnvLibs, string(value))
}

// EnvLibraries returns the libraries that EnvLibs names.
func EnvLibraries() ([]Library, error) {
	value := os.Getenv(EnvLibs)
	if value == "" || value == Off {
		return nil, nil
	}
	var libs []Library
	if err := json.Unmarshal([]byte(value), &libs); err != nil {
		return nil, fmt.Errorf("%s: %v", EnvLibs, err)
	}
	return libs, nil
}

// fieldsOf returns all fields of libs.
func fieldsOf(libs []Library) []string {
	var fields []string
	for _, l := range libs {
		fields = append(fields, l.Path, l.Version, l.File)
	}
	return fields
}

// A Problem is what is wrong with the file of a library. It is a matter of a
// warning: who uses the library cannot mend it.
type Problem struct {
	Library Library
	Line    int // 0 if it is about no line
	Text    string
}

// Overlay returns the built-in models, overlaid by the files of libs. A file
// that is broken is ignored, and so is what a file says of other modules.
// Problems are in the order of libs, then of lines.
func Overlay(libs []Library) (*models.Table, []Problem) {
	table := models.Builtin()
	var problems []Problem
	for _, lib := range libs {
		over, foreign, err := overlay(table, lib)
		if err != nil {
			problems = append(problems, broken(lib, err))
			continue
		}
		table = over
		for _, u := range foreign {
			problems = append(problems, Problem{lib, u.Pos.Line, u.Name + ": " + u.Reason + "; it is ignored"})
		}
	}
	return table, problems
}

// maxLibraryFile is the size of the largest file of a library that is read.
const maxLibraryFile = 1 << 20

func overlay(table *models.Table, lib Library) (*models.Table, []models.Unmatched, error) {
	file, err := os.Open(lib.File)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxLibraryFile+1))
	switch {
	case err != nil:
		return nil, nil, err
	case len(data) > maxLibraryFile:
		return nil, nil, fmt.Errorf("larger than %d bytes", maxLibraryFile)
	}
	return table.OverlayModule(lib.Name(), data, lib.Path)
}

// broken turns the error of a file into one problem, even if the file has many errors.
func broken(lib Library, err error) Problem {
	first, rest, more := strings.Cut(err.Error(), "\n")
	if pathErr := new(os.PathError); errors.As(err, &pathErr) {
		first = pathErr.Err.Error()
	}
	p := Problem{Library: lib, Text: first}
	if at, ok := strings.CutPrefix(first, lib.Name()+":"); ok {
		if n, scanErr := fmt.Sscanf(at, "%d:", &p.Line); n == 1 && scanErr == nil {
			_, p.Text, _ = strings.Cut(at, ": ")
		}
	}
	if more {
		p.Text += fmt.Sprintf(" (and %d more)", strings.Count(rest, "\n")+1)
	}
	p.Text += "; the file is ignored"
	return p
}
