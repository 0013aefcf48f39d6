// Package config finds and loads the models that come from users and
// libraries: files called .yieldlint.yaml.
//
// The user's file is the one that YIELDLINT_CONFIG names, else the nearest one
// at or above a directory, no higher than the module's root. A library's file
// lies at the root of its module and speaks of that module only. The user's
// file wins over those of libraries, these over the built-in models; among
// libraries, the later in the order of module paths wins.
//
// The yieldlint command looks for all of them before it starts anything
// (package modules says how), and names them to its children by
// YIELDLINT_CONFIG and YIELDLINT_LIBRARIES: so all packages, dependencies too,
// see one set of models, and its hash is part of the build ID, from which the
// go command knows when results in its cache are stale. Library files are not
// looked for anywhere else: a process that analyses one package does not know
// the modules of the build.
//
// A plain "go vet -vettool" has no such parent: there each package of the
// module finds the user's file by itself, and dependencies see only the
// built-in models unless the user sets the variables.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/yieldlint/yieldlint/internal/lazy"
	"github.com/yieldlint/yieldlint/internal/models"
)

const (
	// FileName is the name of the files.
	FileName = ".yieldlint.yaml"
	// Env is the environment variable that holds the absolute name of the
	// user's file, or Off.
	Env = "YIELDLINT_CONFIG"
	// Off as the value of Env means that there is no user's file. If a user
	// has set it, there are no files of libraries either.
	Off = "off"
)

// Find returns the name of the user's file for the packages in dir, "" if
// there is none. It looks in dir and above, and stops at the root of the
// module. The file of a downloaded module is not a user's.
func Find(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil || isDownloaded(dir) {
		return ""
	}
	for {
		if path := filepath.Join(dir, FileName); isFile(path) {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir || isFile(filepath.Join(dir, "go.mod")) {
			return ""
		}
		dir = parent
	}
}

// Path returns the name of the user's file for the packages in dir, "" if
// there is none: what Env says, else what Find finds.
func Path(dir string) (string, error) {
	path := os.Getenv(Env)
	switch {
	case path == "":
		return Find(dir), nil
	case path == Off:
		return "", nil
	case !filepath.IsAbs(path):
		// The processes that read it have different working directories.
		return "", fmt.Errorf("%s=%s: not an absolute file name", Env, path)
	}
	return path, nil
}

// Table returns the models for the packages in dir: the built-in ones,
// overlaid by the files of libraries, overlaid by the user's file.
func Table(dir string) (*models.Table, error) {
	path, err := Path(dir)
	if err != nil {
		return nil, err
	}
	libs, err := EnvLibraries()
	if err != nil {
		return nil, err
	}
	return Load(path, libs...)
}

// loaded caches the results of Load by its arguments.
var loaded sync.Map // string -> func() (*models.Table, error)

// Load returns the built-in models, overlaid by the files of libs, overlaid by
// the file called path unless that is "". It reads a file once. Errors are
// those of the user's file, and name the file and the line.
func Load(path string, libs ...Library) (*models.Table, error) {
	if path == "" && len(libs) == 0 {
		return models.Builtin(), nil
	}
	key := strings.Join(slices.Concat([]string{path}, fieldsOf(libs)), "\x00")
	once, _ := loaded.LoadOrStore(key, sync.OnceValues(func() (*models.Table, error) {
		base, _ := Overlay(libs)
		if path == "" {
			return base, nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return parse(base, path, data)
	}))
	return once.(func() (*models.Table, error))()
}

// parse overlays base by a user's file.
func parse(base *models.Table, path string, data []byte) (*models.Table, error) {
	// Positions may end up in facts and messages, which are cached and
	// compared: they hold the base name, errors the full one.
	table, err := base.Overlay(filepath.Base(path), data)
	if err != nil {
		_, err = base.Overlay(path, data)
	}
	return table, err
}

// versioned matches a directory of the module cache: an element like "mod@v1.2.3".
var versioned = lazy.Regexp(`@v[0-9]+\.[0-9]+\.[0-9]+`)

// isDownloaded reports whether dir lies in the module cache.
func isDownloaded(dir string) bool { return versioned().MatchString(dir) }

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
