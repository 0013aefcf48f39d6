// Package modules tells where the modules of a build lie, so that the models
// which they ship can be read before any package is loaded.
//
// The question comes before each run, also one that finds everything in the
// cache and takes a second. So it must be cheap, and it must not use the
// network where go vet would not. Of what the go command can tell,
//
//   - "go list -deps" knows the modules in use, but loads all packages: as
//     much again as a warm run of go vet takes;
//   - "go list -m all" reads the go.mod files of the whole module graph, which
//     go vet leaves alone if the main module says go 1.17 or later, and which
//     need not be in the module cache;
//   - "go list -m PATH..." with the paths that go.mod requires answers from
//     go.mod itself, in 10 to 70 ms for some hundred modules. From go 1.17 on,
//     go.mod requires every module that provides a package to the build.
//
// So it is the last one; where go.mod files are older, "go list -m all", since
// go vet needs the whole graph too. The go command decides about versions,
// replacements and workspaces: nothing of that is repeated here. Answers are
// not kept on disk, so they cannot be stale. That the modules are those which
// may be used, not those which are, does no harm: the models of a module that
// is not used match nothing.
package modules

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// A Module is a module that may provide packages to a build.
type Module struct {
	Path    string
	Version string // "" of a module of the workspace
	// Dir is the directory of its root, which need not exist: the go command
	// may not have downloaded the module yet.
	Dir string
	// Vendored says that Dir is a directory of copies, in which packages that
	// the build does not need, and files outside packages, are missing.
	Vendored bool
}

// String returns "path@version".
func (m Module) String() string {
	if m.Version == "" {
		return m.Path
	}
	return m.Path + "@" + m.Version
}

// maxArgs is the length of all module paths together that is passed to the go
// command: some systems bound that of a command line to 32 KiB.
const maxArgs = 24 << 10

// List returns the modules other than that of dir which may provide packages
// to a build in dir with the given flags of the go command, sorted by path.
// Outside any module there are none.
func List(ctx context.Context, dir string, flags []string) ([]Module, error) {
	env, err := environment(ctx, dir)
	if err != nil || env.root == "" {
		return nil, err
	}
	mains, requires, err := env.mains(flags)
	if err != nil {
		return nil, err
	}
	listed, err := env.list(ctx, flags, requires)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(append(mains, listed...), func(m Module) bool { return m.Dir == "" || m.Dir == env.module })
	slices.SortStableFunc(all, func(a, b Module) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(all, func(a, b Module) bool { return a.Path == b.Path }), nil
}

// env is what the go command says about a directory.
type env struct {
	dir      string
	module   string // root of the module of dir, or ""
	root     string // root of the module or of the workspace, or ""
	work     string // go.work, or ""
	modcache string
	goflags  string
}

func environment(ctx context.Context, dir string) (*env, error) {
	out, err := run(ctx, dir, "env", "GOMOD", "GOWORK", "GOMODCACHE", "GOFLAGS")
	if err != nil {
		return nil, err
	}
	values := strings.Split(strings.ReplaceAll(string(out), "\r\n", "\n"), "\n")
	if len(values) < 4 {
		return nil, fmt.Errorf("go env printed %q", out)
	}
	e := &env{dir: dir, modcache: values[2], goflags: values[3]}
	if mod := values[0]; mod != "" && mod != os.DevNull {
		e.module = filepath.Dir(mod)
		e.root = e.module
	}
	if work := values[1]; work != "" && work != "off" {
		e.work = work
		e.root = filepath.Dir(work)
	}
	return e, nil
}

// run returns the output of the go command in dir.
func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return nil, fmt.Errorf("go %s: %s", args[0], cmp.Or(line, err.Error()))
	}
	return out, nil
}

// mains returns the main modules, and the arguments for "go list -m" that
// select the modules which they require.
func (e *env) mains(flags []string) (mains []Module, requires []string, err error) {
	dirs := []string{e.module}
	if e.work != "" {
		if dirs, err = e.workspace(); err != nil {
			return nil, nil, err
		}
	}
	all, length := strings.Contains(e.goflags+" "+strings.Join(flags, " "), "-modfile"), 0
	for _, dir := range dirs {
		file, err := parseMod(filepath.Join(dir, "go.mod"))
		if err != nil {
			return nil, nil, err
		}
		mains = append(mains, Module{Path: file.Module.Mod.Path, Dir: dir})
		all = all || !pruned(file)
		for _, r := range file.Require {
			requires = append(requires, r.Mod.Path)
			length += len(r.Mod.Path) + 1
		}
	}
	if all || length > maxArgs {
		requires = []string{"all"}
	}
	return mains, requires, nil
}

// pruned reports whether a go.mod file requires all modules that provide
// packages to the build, also indirectly: since go 1.17.
func pruned(file *modfile.File) bool {
	return file.Go != nil && version.Compare("go"+file.Go.Version, "go1.17") >= 0
}

func parseMod(name string) (*modfile.File, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.ParseLax(name, data, nil)
	if err != nil {
		return nil, err
	}
	if file.Module == nil {
		return nil, fmt.Errorf("%s: no module line", name)
	}
	return file, nil
}

// workspace returns the roots of the modules of the workspace.
func (e *env) workspace() ([]string, error) {
	data, err := os.ReadFile(e.work)
	if err != nil {
		return nil, err
	}
	file, err := modfile.ParseWork(e.work, data, nil)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, use := range file.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(e.root, dir)
		}
		dirs = append(dirs, filepath.Clean(dir))
	}
	return dirs, nil
}

// listFormat makes "go list -m" print path, version, directory, and path and
// version of the replacement.
const listFormat = "{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}\t{{with .Replace}}{{.Path}}\t{{.Version}}{{else}}\t{{end}}{{end}}"

// list returns the modules that the arguments select.
func (e *env) list(ctx context.Context, flags, args []string) ([]Module, error) {
	if len(args) == 0 {
		return nil, nil
	}
	if slices.Equal(args, []string{"all"}) {
		if _, err := os.Stat(e.vendorList()); err == nil {
			return e.vendoredAll()
		}
	}
	args = slices.Concat([]string{"list", "-m", "-e", "-f", listFormat}, flags, []string{"--"}, args)
	out, err := run(ctx, e.dir, args...)
	if err != nil {
		return nil, err
	}
	vendored, err := e.vendored()
	if err != nil {
		return nil, err
	}
	var mods []Module
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 5 {
			continue // a main module
		}
		m := Module{Path: f[0], Version: f[1], Dir: f[2]}
		switch v, ok := vendored[m.String()]; {
		case m.Dir != "":
		case ok:
			m = v
		default:
			m.Dir = e.location(m, f[3], f[4])
		}
		mods = append(mods, m)
	}
	return mods, nil
}

// location returns the directory where the go command will put m, or what m is
// replaced by; "" if it cannot tell.
func (e *env) location(m Module, replacement, replacementVersion string) string {
	path, version := m.Path, m.Version
	if replacement != "" {
		path, version = replacement, replacementVersion
	}
	escapedPath, err := module.EscapePath(path)
	if err != nil {
		return ""
	}
	escapedVersion, err := module.EscapeVersion(version)
	if err != nil || version == "" {
		return ""
	}
	return filepath.Join(e.modcache, filepath.FromSlash(escapedPath)+"@"+escapedVersion)
}

// vendorList returns the name of the list of vendored modules.
func (e *env) vendorList() string { return filepath.Join(e.root, "vendor", "modules.txt") }

// vendored returns the modules that are vendored, by their String: when the go
// command uses them, "go list -m" tells no directory.
func (e *env) vendored() (map[string]Module, error) {
	list, err := e.vendoredAll()
	if os.IsNotExist(err) {
		return nil, nil
	}
	mods := make(map[string]Module, len(list))
	for _, m := range list {
		mods[m.String()] = m
	}
	return mods, err
}

// vendoredAll returns the modules in the list of vendored ones. Their lines
// are "# path version" and "# path version => replacement".
func (e *env) vendoredAll() ([]Module, error) {
	data, err := os.ReadFile(e.vendorList())
	if err != nil {
		return nil, err
	}
	var mods []Module
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) >= 3 && f[0] == "#" && f[2] != "=>" {
			dir := filepath.Join(e.root, "vendor", filepath.FromSlash(f[1]))
			mods = append(mods, Module{Path: f[1], Version: f[2], Dir: dir, Vendored: true})
		}
	}
	return mods, lines.Err()
}
