package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// The two sets of repositories: rules are tuned on the first, and confirmed on
// the second, which nobody has looked at before.
const (
	setShape   = "shape"
	setConfirm = "confirm"
)

// A repo is a record of repos.yaml.
type repo struct {
	Repo       string   `yaml:"repo"` // owner/name
	Commit     string   `yaml:"commit"`
	Dir        string   `yaml:"dir"`        // of the module, in the repository
	Frameworks []string `yaml:"frameworks"` // with event loops, that it uses
	Set        string   `yaml:"set"`
}

func readRepos(file string) ([]repo, error) {
	return readList(file, checkRepo, compareRepos)
}

func compareRepos(a, b repo) int {
	return cmp.Or(cmp.Compare(a.Repo, b.Repo), cmp.Compare(a.Dir, b.Dir))
}

var (
	repoForm   = regexp.MustCompile(`^[\w.-]+/[\w.-]+$`)
	commitForm = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

func checkRepo(r repo) error {
	switch {
	case !repoForm.MatchString(r.Repo):
		return fmt.Errorf("repo %q is not of the form owner/name", r.Repo)
	case !commitForm.MatchString(r.Commit):
		return fmt.Errorf("commit %q is not a full hash", r.Commit)
	case !filepath.IsLocal(r.Dir):
		return fmt.Errorf("dir %q is not a relative directory", r.Dir)
	case r.Set != setShape && r.Set != setConfirm:
		return fmt.Errorf("set %q is neither %s nor %s", r.Set, setShape, setConfirm)
	}
	return nil
}

// checkout returns the directory of r's checkout.
func (r repo) checkout(checkouts string) string {
	return filepath.Join(checkouts, strings.ReplaceAll(r.Repo, "/", "__"))
}
