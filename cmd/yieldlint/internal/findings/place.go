package findings

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/yieldlint/yieldlint/internal/lazy"
)

// Places shows positions the way a user in directory Dir names files.
type Places struct {
	Dir     string            // absolute
	Modules map[string]string // module path → absolute directory, of the main modules
}

// FindPlaces returns the Places for a user in cwd who works on the module, or
// the workspace, of dir. It reads go.mod and go.work by itself, as the answer
// is needed even when the go command fails.
func FindPlaces(cwd, dir string) Places {
	p := Places{Dir: cwd, Modules: make(map[string]string)}
	for d := dir; ; d = filepath.Dir(d) {
		if len(p.Modules) == 0 {
			p.addModule(d)
		}
		p.addWorkspace(d)
		if d == filepath.Dir(d) {
			return p
		}
	}
}

var (
	moduleLine = lazy.Regexp(`(?m)^module\s+"?([^\s"]+)`)
	useLine    = lazy.Regexp(`(?m)^\s*(?:use\s+)?(\.{1,2}(?:/\S*)?)\s*(?://.*)?$`)
)

func (p Places) addModule(dir string) {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return
	}
	if m := moduleLine().FindSubmatch(data); m != nil {
		p.Modules[string(m[1])] = dir
	}
}

func (p Places) addWorkspace(dir string) {
	data, err := os.ReadFile(filepath.Join(dir, "go.work"))
	if err != nil {
		return
	}
	for _, m := range useLine().FindAllSubmatch(data, -1) {
		p.addModule(filepath.Join(dir, string(m[1])))
	}
}

// Relative returns an absolute file name relative to p.Dir if that is shorter.
func (p Places) Relative(file string) string {
	if rel, err := filepath.Rel(p.Dir, file); err == nil && filepath.IsAbs(file) && len(rel) < len(file) {
		return rel
	}
	return file
}

// PackageDir returns the directory of a package of a main module, whether it
// exists or not.
func (p Places) PackageDir(pkg string) (dir string, ok bool) {
	module := ""
	for m := range p.Modules {
		if (pkg == m || strings.HasPrefix(pkg, m+"/")) && len(m) > len(module) {
			module = m
		}
	}
	if module == "" {
		return "", false
	}
	return filepath.Join(p.Modules[module], filepath.FromSlash(strings.TrimPrefix(pkg, module))), true
}

// local shows a position of the package under analysis.
func (p Places) local(posn string) string {
	pos := parsePosition(posn)
	pos.file = p.Relative(pos.file)
	return pos.String()
}

// foreignStep matches the text of a step in another package, which ends in
// its place: "lib.F → net.Dial (example.com/lib/f.go:12)".
var foreignStep = lazy.Regexp(`^(.*\S) \(([^\s()]+\.go:[0-9]+(?::[0-9]+)?)\)$`)

// step returns the position and the text of a step of the finding at posn.
// internal/report gives a step in another package the position of the finding
// and puts its place at the end of the text: here it becomes the position.
func (p Places) step(posn string, s Related) (place, text string) {
	if m := foreignStep().FindStringSubmatch(s.Message); m != nil && s.Posn == posn {
		return p.foreign(m[2]), m[1]
	}
	return p.local(s.Posn), s.Message
}

// Step returns the place and the text of a step of the chain of the finding at posn.
func (p Places) Step(posn string, s Related) (place, text string) { return p.step(posn, s) }

// foreign shows a position whose file is "package path/base name": a file
// name if the package is in a main module, else as it is.
func (p Places) foreign(place string) string {
	pos := parsePosition(place)
	for module, dir := range p.Modules {
		rest, ok := strings.CutPrefix(path.Dir(pos.file)+"/", module+"/")
		if !ok {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(rest), path.Base(pos.file))
		if _, err := os.Stat(file); err == nil {
			pos.file = p.Relative(file)
			return pos.String()
		}
	}
	return place
}
