package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/multichecker"
)

// Exit codes of the command.
const (
	exitClean    = 0
	exitFindings = 1
	exitError    = 2
)

// childEnv tells a process of this binary that it is the in-process driver.
const childEnv = "YIELDLINT_INPROCESS"

// run is the program with rules as its rules. It returns the exit code.
func run(args []string, rules []*analysis.Analyzer) int {
	switch {
	case os.Getenv(childEnv) != "":
		os.Unsetenv(childEnv) // not for the processes that it starts
		rules = withSafety(args, withAnswers(args, rules))
		addConfidenceFlag(rules)
		guarded(rules)
		multichecker.Main(rules...) // exits
		panic("unreachable")
	case isUnitCall(args):
		args = wholeUnit(args)
		return runUnit(args, withSafety(args, withAnswers(args, rules)))
	}
	return runCommand(args, rules)
}

// runCommand is what a user calls.
func runCommand(args []string, rules []*analysis.Analyzer) int {
	if len(args) > 0 {
		switch args[0] {
		case "help":
			return help(args[1:], rules)
		case "why":
			return exitOf(runWhy(args[1:]))
		case "unknown":
			return exitOf(runUnknown(args[1:]))
		case "safety":
			return exitOf(runSafety(args[1:]))
		case "points":
			return exitOf(runPoints(args[1:], rules))
		case "diff":
			return exitOf(runDiff(args[1:], rules))
		}
	}
	opts, err := parseFlags(args, rules)
	switch {
	case err != nil:
		return fail(err)
	case opts.help:
		usage(os.Stdout, rules)
		return exitClean
	case opts.version:
		fmt.Println(version())
		return exitClean
	}
	if err := opts.check(); err != nil {
		return fail(err)
	}
	return exitOf(opts.lint())
}

// exitOf prints err, if there is one, and returns the exit code.
func exitOf(code int, err error) int {
	if err != nil {
		return fail(err)
	}
	return code
}

// fail prints err, which may have several lines, and returns the exit code for it.
func fail(err error) int {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(os.Stderr, "yieldlint: %s\n", strings.TrimSuffix(line, "\n"))
	}
	return exitError
}
