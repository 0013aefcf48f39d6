package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// checkedOut returns the state of revision rev of the repository in which the
// state now works, in a temporary directory that cleanup removes.
//
// The files are written by git read-tree and checkout-index, with an index of
// their own: that neither runs hooks nor leaves anything in the repository, not
// even if this process is killed, as git worktree would.
func checkedOut(ctx context.Context, now *state, rev string) (s *state, cleanup func(), err error) {
	cleanup = func() {}
	top, commit, err := resolve(ctx, now.work, rev)
	if err != nil {
		return nil, cleanup, err
	}
	work, err := filepath.EvalSymlinks(now.work)
	if err != nil {
		return nil, cleanup, err
	}
	rel, err := filepath.Rel(top, work)
	if err != nil {
		return nil, cleanup, err
	}
	tmp, err := os.MkdirTemp("", "yieldlint-diff-")
	if err != nil {
		return nil, cleanup, err
	}
	cleanup = func() { os.RemoveAll(tmp) }
	if tmp, err = filepath.EvalSymlinks(tmp); err != nil {
		return nil, cleanup, err
	}
	tree := filepath.Join(tmp, "tree")
	g := gitCommand{dir: top, env: []string{"GIT_INDEX_FILE=" + filepath.Join(tmp, "index")}}
	if _, err := g.run(ctx, "read-tree", "--no-sparse-checkout", commit); err != nil {
		return nil, cleanup, err
	}
	if _, err := g.run(ctx, "checkout-index", "--all", "--prefix="+filepath.ToSlash(tree)+"/"); err != nil {
		return nil, cleanup, err
	}
	s = &state{
		options: now.options, name: fmt.Sprintf("%s (%.12s)", rev, commit),
		work: filepath.Join(tree, rel), root: tree, env: make(map[string]string),
	}
	s.cwd = s.work
	if cwd, err := filepath.EvalSymlinks(now.cwd); err == nil {
		if rel, err := filepath.Rel(top, cwd); err == nil && filepath.IsLocal(rel) {
			s.cwd = filepath.Join(tree, rel)
		}
	}
	now.root = top
	if info, err := os.Stat(s.work); err != nil || !info.IsDir() {
		s.absent = true
		return s, cleanup, nil
	}
	if err := s.adopt(ctx, now, tmp); err != nil {
		return nil, cleanup, err
	}
	return s, cleanup, nil
}

// resolve returns the root of the repository around dir, and the commit that
// rev names; "A..." names the commit where HEAD has left A, as in git diff.
func resolve(ctx context.Context, dir, rev string) (top, commit string, err error) {
	if _, err := exec.LookPath("git"); err != nil {
		return "", "", errors.New("diff needs git, which is not in PATH")
	}
	g := gitCommand{dir: dir}
	if top, err = g.run(ctx, "rev-parse", "--show-toplevel"); err != nil {
		return "", "", fmt.Errorf("%s is not in the work tree of a git repository", dir)
	}
	if top, err = filepath.EvalSymlinks(filepath.FromSlash(top)); err != nil {
		return "", "", err
	}
	base, fork := strings.CutSuffix(rev, "...")
	if commit, err = g.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", base+"^{commit}"); err != nil {
		return "", "", fmt.Errorf("there is no revision %s in this repository", base)
	}
	if fork {
		if commit, err = g.run(ctx, "merge-base", commit, "HEAD"); err != nil {
			return "", "", fmt.Errorf("%s and HEAD have no commit in common", base)
		}
	}
	return top, commit, nil
}

// A gitCommand runs git in a directory.
type gitCommand struct {
	dir string
	env []string
}

// run returns the output of git without its last newline.
func (g gitCommand) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = g.dir
	// A git hook has these set, for a repository that need not be that of g.dir.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}, name)
	})
	cmd.Env = append(append(cmd.Env, "PWD="+g.dir, "GIT_OPTIONAL_LOCKS=0"), g.env...)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		text, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		err = fmt.Errorf("git %s: %s", args[0], text)
	}
	return strings.TrimRight(string(out), "\r\n"), err
}

// adopt makes the module of s find what is outside of its repository, or not
// part of any commit, as that of the state now does: the other modules of a
// workspace, and replacements.
func (s *state) adopt(ctx context.Context, now *state, tmp string) error {
	out, err := goCommand(ctx, now.work, "env", "GOWORK", "GOMOD")
	if err != nil {
		return nil // the run will say it
	}
	goWork, goMod, _ := strings.Cut(strings.TrimRight(out, "\r\n"), "\n")
	if filepath.IsAbs(goWork) {
		if err := s.adoptWorkspace(now, goWork, tmp); err != nil {
			return err
		}
	}
	if filepath.IsAbs(goMod) {
		return s.adoptReplacements(now, goMod)
	}
	return nil
}

// inTree returns where a file or directory of the state now is in s, and
// whether it is part of the repository at all.
func (s *state) inTree(now *state, name string) (string, bool) {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	rel, err := filepath.Rel(now.root, name)
	if err != nil || !filepath.IsLocal(rel) {
		return name, false
	}
	return filepath.Join(s.root, rel), true
}

// adoptWorkspace gives s a go.work file beside its tree: its own, or that of
// the state now if it has none, with the modules in its tree in place of those
// in the repository.
func (s *state) adoptWorkspace(now *state, goWork, tmp string) error {
	source := goWork
	if file, ok := s.inTree(now, goWork); ok {
		if _, err := os.Stat(file); err == nil {
			source = file
		}
	}
	data, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	work, err := modfile.ParseWork(source, data, nil)
	if err != nil {
		return nil // the run on the state now will say it
	}
	from := filepath.Dir(goWork)
	for _, use := range slices.Clone(work.Use) {
		dir := use.Path
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(from, filepath.FromSlash(dir))
		}
		target, inside := s.inTree(now, dir)
		if err := work.DropUse(use.Path); err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(target, "go.mod")); err != nil {
			continue // not yet a module then
		}
		if inside {
			rel, err := filepath.Rel(tmp, target)
			if err != nil {
				return err
			}
			target = "./" + filepath.ToSlash(rel)
		}
		if err := work.AddUse(target, ""); err != nil {
			return err
		}
	}
	for _, r := range slices.Clone(work.Replace) {
		if isRelative(r.New.Path) && r.New.Version == "" {
			target, _ := s.inTree(now, filepath.Join(from, filepath.FromSlash(r.New.Path)))
			if err := work.AddReplace(r.Old.Path, r.Old.Version, target, ""); err != nil {
				return err
			}
		}
	}
	work.Cleanup()
	file := filepath.Join(tmp, "go.work")
	if sum, err := os.ReadFile(source + ".sum"); err == nil {
		if err := os.WriteFile(file+".sum", sum, 0o666); err != nil {
			return err
		}
	}
	s.env["GOWORK"] = file
	return os.WriteFile(file, modfile.Format(work.Syntax), 0o666)
}

// adoptReplacements rewrites those relative replacements in the go.mod file of
// s that lead out of its tree: they mean what is beside the repository.
func (s *state) adoptReplacements(now *state, goMod string) error {
	file, ok := s.inTree(now, goMod)
	data, err := os.ReadFile(file)
	if !ok || err != nil {
		return nil
	}
	mod, err := modfile.Parse(file, data, nil)
	if err != nil {
		return nil // the run will say it
	}
	changed := false
	for _, r := range slices.Clone(mod.Replace) {
		if !isRelative(r.New.Path) || r.New.Version != "" {
			continue
		}
		dir := filepath.Join(filepath.Dir(goMod), filepath.FromSlash(r.New.Path))
		if _, inside := s.inTree(now, dir); inside {
			continue
		}
		if err := mod.AddReplace(r.Old.Path, r.Old.Version, dir, ""); err != nil {
			return err
		}
		changed = true
	}
	if !changed {
		return nil
	}
	if data, err = mod.Format(); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o666)
}

func isRelative(path string) bool {
	return strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") || path == "." || path == ".."
}

// upgraded returns the state now with another version of a module, by a go.mod
// file of its own that cleanup removes.
func upgraded(ctx context.Context, now *state, module string) (s *state, cleanup func(), err error) {
	cleanup = func() {}
	if path, version, ok := strings.Cut(module, "@"); !ok || path == "" || version == "" {
		return nil, cleanup, fmt.Errorf("-upgrade %s: want module@version", module)
	}
	if slices.ContainsFunc(now.buildFlags, func(f string) bool { return strings.HasPrefix(f, "-modfile=") }) {
		return nil, cleanup, errors.New("-upgrade makes a go.mod file of its own: it cannot be combined with -modfile")
	}
	out, err := goCommand(ctx, now.work, "env", "GOMOD")
	if err != nil {
		return nil, cleanup, err
	}
	goMod := strings.TrimSpace(out)
	if !filepath.IsAbs(goMod) || goMod == os.DevNull {
		return nil, cleanup, errors.New("-upgrade needs a go.mod file here or above")
	}
	tmp, err := os.MkdirTemp("", "yieldlint-diff-")
	if err != nil {
		return nil, cleanup, err
	}
	cleanup = func() { os.RemoveAll(tmp) }
	file := filepath.Join(tmp, "go.mod")
	for _, name := range []string{".mod", ".sum"} {
		data, err := os.ReadFile(strings.TrimSuffix(goMod, ".mod") + name)
		if err != nil && (name == ".mod" || !errors.Is(err, os.ErrNotExist)) {
			return nil, cleanup, err
		}
		if err := os.WriteFile(strings.TrimSuffix(file, ".mod")+name, data, 0o666); err != nil {
			return nil, cleanup, err
		}
	}
	env := map[string]string{"GOWORK": "off"}
	now.env = env // -modfile is not for workspaces, and both sides must be alike
	restore := setEnv(env)
	_, err = goCommand(ctx, filepath.Dir(goMod), "get", "-modfile="+file, module)
	restore()
	if err != nil {
		return nil, cleanup, fmt.Errorf("-upgrade %s: %w", module, err)
	}
	o := *now.options
	// Not the vendor directory, which has the old version.
	o.buildFlags = append(slices.Clone(o.buildFlags), "-mod=mod", "-modfile="+file)
	s = &state{options: &o, name: "with " + module, work: now.work, cwd: now.cwd, env: env}
	return s, cleanup, nil
}

// goCommand returns the output of the go command. Its error is the first line
// in which that says what is wrong.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		for line := range strings.Lines(string(exit.Stderr)) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "go: ")
			if !strings.HasPrefix(line, "downloading ") {
				return "", errors.New(line)
			}
		}
	}
	return string(out), err
}
