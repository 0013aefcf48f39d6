// Package config finds and loads the user's models, .yieldlint.yaml.
//
// The file that counts is the one that YIELDLINT_CONFIG names, else the
// nearest one at or above a directory, no higher than the module's root. The
// yieldlint command looks from its working directory and sets YIELDLINT_CONFIG
// for its children, so that all packages, dependencies too, see one file. A
// plain "go vet -vettool" has no such parent: there each package of the module
// finds the file by itself, and dependencies see only the built-in models
// unless the user sets the variable.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"github.com/yieldlint/yieldlint/internal/models"
)

const (
	// FileName is the name of the user's file.
	FileName = ".yieldlint.yaml"
	// Env is the environment variable that holds the absolute name of the
	// file to use, or Off.
	Env = "YIELDLINT_CONFIG"
	// Off as the value of Env means: the built-in models only.
	Off = "off"
)

// Find returns the name of the user's file for the packages in dir, "" if
// there is none. It looks in dir and above, and stops at the root of the
// module. The file of a downloaded module is not used: it is not part of the
// go command's cache key, and says nothing about the user's program.
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

// Path returns the name of the file that counts for the packages in dir, ""
// if there is none: what Env says, else what Find finds.
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
// overlaid by the file that counts.
func Table(dir string) (*models.Table, error) {
	path, err := Path(dir)
	if err != nil {
		return nil, err
	}
	return Load(path)
}

// loaded caches the result of Load by file name.
var loaded sync.Map // string -> func() (*models.Table, error)

// Load returns the built-in models, overlaid by the file called path unless
// that is "". It reads a file once. Errors name the file and the line.
func Load(path string) (*models.Table, error) {
	if path == "" {
		return models.Builtin(), nil
	}
	once, _ := loaded.LoadOrStore(path, sync.OnceValues(func() (*models.Table, error) {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return parse(path, data)
	}))
	return once.(func() (*models.Table, error))()
}

// parse overlays the built-in models by a file's content.
func parse(path string, data []byte) (*models.Table, error) {
	// Positions may end up in facts and messages, which are cached and
	// compared: they hold the base name, errors the full one.
	table, err := models.Builtin().Overlay(filepath.Base(path), data)
	if err != nil {
		_, err = models.Builtin().Overlay(path, data)
	}
	return table, err
}

// versioned matches a directory of the module cache: an element like "mod@v1.2.3".
var versioned = regexp.MustCompile(`@v[0-9]+\.[0-9]+\.[0-9]+`)

// isDownloaded reports whether dir lies in the module cache.
func isDownloaded(dir string) bool { return versioned.MatchString(dir) }

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
