package main

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// version describes this binary by what the go command has put into it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "yieldlint (no build information)"
	}
	return describe(info)
}

// describe returns "yieldlint v1.2.3 (revision 0123456789ab, modified) go1.26.8".
func describe(info *debug.BuildInfo) string {
	module := info.Main.Version
	if module == "" {
		module = "(devel)"
	}
	var revision []string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = append(revision, "revision "+s.Value[:min(12, len(s.Value))])
		case s.Key == "vcs.modified" && s.Value == "true":
			revision = append(revision, "modified")
		}
	}
	if len(revision) > 0 {
		module += " (" + strings.Join(revision, ", ") + ")"
	}
	return fmt.Sprintf("yieldlint %s %s", module, info.GoVersion)
}
