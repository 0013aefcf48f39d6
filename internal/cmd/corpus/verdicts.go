package main

import (
	"fmt"
	"strings"
)

// The verdicts on a finding.
const (
	isTrue      = "true"
	isDebatable = "debatable"
	isFalse     = "false"
)

// A verdict is a record of verdicts.yaml.
type verdict struct {
	cell     `yaml:",inline"`
	Verdict  string `yaml:"verdict"`
	Argument string `yaml:"argument"` // the execution, the design reason, or what the analysis missed
	Class    string `yaml:"class"`    // of false ones
	Second   string `yaml:"second"`   // verdict of an independent second reader
}

func readVerdicts(file string) ([]verdict, error) {
	return readList(file, checkVerdict, func(a, b verdict) int { return compareCells(a.cell, b.cell) })
}

func checkVerdict(v verdict) error {
	if _, _, col := splitPosition(v.Position); col == 0 {
		return fmt.Errorf("position %q is not of the form file:line:column", v.Position)
	}
	switch {
	case !repoForm.MatchString(v.Repository):
		return fmt.Errorf("repository %q is not of the form owner/name", v.Repository)
	case !commitForm.MatchString(v.Commit):
		return fmt.Errorf("commit %q is not a full hash", v.Commit)
	case v.Rule == "":
		return fmt.Errorf("rule is missing")
	case !isVerdict(v.Verdict):
		return fmt.Errorf("verdict %q is none of %s, %s, %s", v.Verdict, isTrue, isDebatable, isFalse)
	case v.Second != "" && !isVerdict(v.Second):
		return fmt.Errorf("second %q is none of %s, %s, %s", v.Second, isTrue, isDebatable, isFalse)
	case strings.TrimSpace(v.Argument) == "":
		return fmt.Errorf("argument is missing")
	case (v.Verdict == isFalse) != (v.Class != ""):
		return fmt.Errorf("class is for false verdicts, and required there")
	}
	return nil
}

func isVerdict(s string) bool { return s == isTrue || s == isDebatable || s == isFalse }
