package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
)

// loadable returns the import paths of those packages that o.patterns match
// and that can be loaded with all their dependencies. It returns none if that
// is true of all, or if it cannot tell.
func (o *options) loadable(ctx context.Context, dir string) []string {
	args := append([]string{"list", "-e", "-json=ImportPath,Incomplete"}, o.buildFlags...)
	cmd := exec.CommandContext(ctx, "go", append(append(args, "--"), o.patterns...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir)
	out, err := cmd.Output()
	if err != nil {
		return nil
	}
	var good []string
	bad := 0
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct {
			ImportPath string
			Incomplete bool
		}
		if dec.Decode(&pkg) != nil {
			break
		}
		if pkg.Incomplete {
			bad++
		} else {
			good = append(good, pkg.ImportPath)
		}
	}
	if bad == 0 {
		return nil
	}
	return good
}
