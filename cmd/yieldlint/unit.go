package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/yieldlint/yieldlint/internal/config"
	"github.com/yieldlint/yieldlint/internal/guard"
	"github.com/yieldlint/yieldlint/internal/models"
)

// isUnitCall reports whether args are those of a vet tool: -V=full, -flags, or
// flags and the name of a *.cfg file.
func isUnitCall(args []string) bool {
	if len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") {
		return true
	}
	return len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg")
}

// runUnit serves the go command. It exits by itself, or returns an exit code.
func runUnit(args []string, rules []*analysis.Analyzer) int {
	if args[0] == "-V=full" {
		if models.Stale() {
			return fail(errors.New("this build lacks the latest built-in models: run go generate ./internal/models"))
		}
		if err := printBuildID(os.Stdout, rules); err != nil {
			return fail(err)
		}
		return exitClean
	}
	addConfidenceFlag(rules)
	if args[0] == "-flags" {
		unitchecker.Main(rules...) // exits
	}
	runtime.MemProfileRate = 0 // x/tools' drivers have a flag for profiles, which unitchecker lacks
	models.Trust()             // -V=full has come before
	unit := readUnit(args[len(args)-1])
	reportProgress(unit)
	relaxCollector(unit)
	if exportStd(unit) {
		return exitClean
	}
	if err := pinConfig(); err != nil {
		return fail(err)
	}
	all := guarded(rules)
	if unit.VetxOnly {
		onlyFacts(all)
	}
	os.Args = slices.Concat(os.Args[:1], enableRequired(args, rules, all), args)
	unitchecker.Main(all...) // exits
	panic("unreachable")
}

// printBuildID answers -V=full. The go command reuses the facts and findings
// of a package only if the answer is the same as then. So it covers all that
// can change them: this binary, with the built-in models in it, the rules (a
// test binary is several tools), and the models of users and libraries.
func printBuildID(w io.Writer, rules []*analysis.Analyzer) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	file, err := os.Open(exe)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return err
	}
	for _, a := range rules {
		fmt.Fprintf(hash, "rule %s\n", a.Name)
	}
	table, err := config.Table(".")
	if err != nil {
		return err
	}
	if table != models.Builtin() {
		fmt.Fprintf(hash, "models %s\n", table.Hash())
	}
	_, err = fmt.Fprintf(w, "%s version devel yieldlint buildID=%02x\n", exe, hash.Sum(nil))
	return err
}

// pinConfig makes the user's models file of the working directory, which is that of
// the package, the one that counts. The names of the source files would not
// do: those of a cgo package are in a temporary directory.
func pinConfig() error {
	path, err := config.Path(".")
	if err != nil {
		return err
	}
	return os.Setenv(config.Env, cmp.Or(path, config.Off))
}

// guarded returns rules and all analyzers that they require, each made to
// return an error where it panics.
//
// unitchecker drops the error of an analyzer that is not in its list: a user
// would see "failed prerequisites" and no cause. So it gets all of them.
func guarded(rules []*analysis.Analyzer) []*analysis.Analyzer {
	var all []*analysis.Analyzer
	var visit func([]*analysis.Analyzer)
	visit = func(list []*analysis.Analyzer) {
		for _, a := range list {
			if !slices.Contains(all, a) {
				a.Run = guard.Run(a.Name, a.Run)
				all = append(all, a)
				visit(a.Requires)
			}
		}
	}
	visit(rules)
	return all
}

// enableRequired returns the flags that enable what the rules enabled in args
// require: unitchecker runs nothing but what is enabled, if anything is.
func enableRequired(args []string, rules, all []*analysis.Analyzer) []string {
	enabled := slices.ContainsFunc(args, func(arg string) bool { return enablesOne(arg, rules) })
	var flags []string
	for _, a := range all {
		if enabled && !slices.Contains(rules, a) {
			flags = append(flags, "-"+a.Name)
		}
	}
	return flags
}

// enablesOne reports whether arg is the flag -NAME or -NAME=true of one of rules.
func enablesOne(arg string, rules []*analysis.Analyzer) bool {
	name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if b, err := strconv.ParseBool(value); hasValue && (err != nil || !b) {
		return false
	}
	return slices.ContainsFunc(rules, func(a *analysis.Analyzer) bool { return a.Name == name })
}

// addConfidenceFlag adds -confidence, which sets the flag of that name of all rules.
func addConfidenceFlag(rules []*analysis.Analyzer) {
	flag.CommandLine.Func("confidence", confidenceUsage, confidenceSetter(rules))
}

const confidenceUsage = "`level` of findings to report, for all rules: proved, suspect"

func confidenceSetter(rules []*analysis.Analyzer) func(string) error {
	return func(value string) error {
		if value != "proved" && value != "suspect" {
			return fmt.Errorf("want proved or suspect")
		}
		for _, a := range rules {
			if f := a.Flags.Lookup("confidence"); f != nil {
				if err := f.Value.Set(value); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// A unit is what the tool reads of its configuration, which is unitchecker's to
// check: the zero value if it cannot be read.
type unit struct {
	ImportPath  string
	GoVersion   string
	GoFiles     []string
	ImportMap   map[string]string // by the path in the source
	PackageVetx map[string]string // facts files of imports
	VetxOnly    bool              // the findings of the package are not wanted, only its facts
	VetxOutput  string
}

func readUnit(cfgFile string) unit {
	var u unit
	if data, err := os.ReadFile(cfgFile); err == nil {
		json.Unmarshal(data, &u)
	}
	return u
}

// onlyFacts makes all analyzers do nothing that have no facts, and that none
// with facts requires: unitchecker would run them, and drop their findings.
func onlyFacts(all []*analysis.Analyzer) {
	needed := make(map[*analysis.Analyzer]bool)
	var need func(a *analysis.Analyzer)
	need = func(a *analysis.Analyzer) {
		needed[a] = true
		for _, r := range a.Requires {
			need(r)
		}
	}
	for _, a := range all {
		if len(a.FactTypes) > 0 {
			need(a)
		}
	}
	for _, a := range all {
		if !needed[a] {
			a.Run = func(*analysis.Pass) (any, error) {
				if a.ResultType == nil {
					return nil, nil
				}
				return reflect.Zero(a.ResultType).Interface(), nil
			}
		}
	}
}

// progressEnv names the file to which each unit appends its import path.
const progressEnv = "YIELDLINT_PROGRESS"

// reportProgress tells the command, if there is one, which package is being
// analysed. It is a help for the eye: errors do not matter.
func reportProgress(u unit) {
	name := os.Getenv(progressEnv)
	if name == "" || u.ImportPath == "" {
		return
	}
	if file, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0); err == nil {
		fmt.Fprintln(file, u.ImportPath)
		file.Close()
	}
}

// relaxCollector makes the runtime frugal with the CPU rather than with
// memory: go vet starts a process for each of a thousand packages, and most are
// done before they have allocated firstCollection. What has to be collected
// then, is collected as usual, so that large packages stay within bounds.
//
// The processes run in parallel to each other. So that of a dependency does not
// need to be parallel in itself: threads that look for work cost more than they do.
//
// GOGC and GOMAXPROCS override it.
func relaxCollector(u unit) {
	if os.Getenv("GOGC") == "" {
		const heapMinimum = 4 << 20 // of the runtime, at GOGC=100
		debug.SetGCPercent(100 * firstCollection / heapMinimum)
		runtime.SetFinalizer(new(collected), func(*collected) { debug.SetGCPercent(laterPercent) })
	}
	if u.VetxOnly && os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
}

const (
	firstCollection = 96 << 20 // bytes of heap
	laterPercent    = 150      // growth between collections, as GOGC
)

// A collected is garbage: its finalizer runs after the first collection. It is
// no tiny object, which shares its memory with others.
type collected struct{ _ [64]byte }
