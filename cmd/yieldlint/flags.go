package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// options are what the command line asks for.
type options struct {
	help, version bool

	driver  string // vet or inprocess
	json    bool
	fix     bool
	diff    bool
	test    bool
	context int
	dir     string // -C

	patterns []string

	buildFlags []string // for the go command
	ruleFlags  []string // for the rules
	checkFlags []string // for multichecker only
}

// The drivers.
const (
	vetDriver       = "vet"
	inprocessDriver = "inprocess"
)

// buildFlags are the flags of go build that the command passes on. The value
// says whether the flag is boolean.
var buildFlags = map[string]bool{
	"a": true, "race": true, "msan": true, "asan": true,
	"mod": false, "modfile": false, "overlay": false, "p": false, "tags": false,
}

// checkFlags are flags of multichecker that go vet does not have.
var checkFlags = []string{"debug", "cpuprofile", "memprofile", "trace"}

// parseFlags parses the command line. Its errors are one line.
func parseFlags(args []string, rules []*analysis.Analyzer) (*options, error) {
	return parseFlagsAnd(args, rules, func(*flag.FlagSet) {})
}

// parseFlagsAnd is parseFlags with the flags of a subcommand, which more adds.
func parseFlagsAnd(args []string, rules []*analysis.Analyzer, more func(*flag.FlagSet)) (*options, error) {
	opts := &options{}
	fs := flag.NewFlagSet("yieldlint", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&opts.driver, "driver", vetDriver, "")
	fs.BoolVar(&opts.version, "version", false, "")
	fs.BoolVar(&opts.json, "json", false, "")
	fs.BoolVar(&opts.fix, "fix", false, "")
	fs.BoolVar(&opts.diff, "diff", false, "")
	fs.BoolVar(&opts.test, "test", true, "")
	fs.IntVar(&opts.context, "c", -1, "")
	fs.StringVar(&opts.dir, "C", "", "")
	for name, isBool := range buildFlags {
		fs.Var(&forwarded{name: name, isBool: isBool, to: &opts.buildFlags}, name, "")
	}
	for _, name := range checkFlags {
		fs.Var(&forwarded{name: name, to: &opts.checkFlags}, name, "")
	}
	addRuleFlags(fs, &opts.ruleFlags, rules)
	more(fs)

	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		opts.help = true
		return opts, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s (yieldlint -h lists the flags)", strings.Replace(err.Error(), "flag provided but not defined: ", "unknown flag ", 1))
	}
	opts.patterns = fs.Args()
	return opts, nil
}

// addRuleFlags adds the flags of the rules: -confidence, -RULE, -RULE.flag.
func addRuleFlags(fs *flag.FlagSet, to *[]string, rules []*analysis.Analyzer) {
	fs.Var(&forwarded{name: "confidence", to: to, set: confidenceSetter(rules)}, "confidence", "")
	for _, rule := range rules {
		fs.Var(&forwarded{name: rule.Name, isBool: true, to: to}, rule.Name, "")
		rule.Flags.VisitAll(func(f *flag.Flag) {
			name := rule.Name + "." + f.Name
			fs.Var(&forwarded{name: name, isBool: isBoolFlag(f), to: to, set: f.Value.Set}, name, "")
		})
	}
}

func isBoolFlag(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// A forwarded flag is passed on to a child, in the form "-name=value".
type forwarded struct {
	name   string
	isBool bool
	to     *[]string
	set    func(string) error // checks the value, or nil
}

func (f *forwarded) String() string   { return "" }
func (f *forwarded) IsBoolFlag() bool { return f.isBool }

func (f *forwarded) Set(value string) error {
	if f.isBool {
		b, err := strconv.ParseBool(value)
		if err != nil {
			return errors.New("want true or false")
		}
		value = strconv.FormatBool(b) // multichecker and enableRequired see one form
	}
	if f.set != nil {
		if err := f.set(value); err != nil {
			return err
		}
	}
	*f.to = append(*f.to, "-"+f.name+"="+value)
	return nil
}

// check reports what cannot be done, before anything is done.
func (o *options) check() error {
	switch {
	case o.driver != vetDriver && o.driver != inprocessDriver:
		return fmt.Errorf("-driver=%s: want %s or %s", o.driver, vetDriver, inprocessDriver)
	case len(o.patterns) == 0:
		return errors.New("no packages named; to check the module in this directory: yieldlint ./... (yieldlint help explains more)")
	case o.diff && !o.fix:
		return errors.New("-diff needs -fix")
	case o.fix && (o.json || o.context >= 0):
		return errors.New("-fix prints no findings: it cannot be combined with -json or -c")
	case len(o.checkFlags) > 0 && o.driver != inprocessDriver:
		return fmt.Errorf("%s needs -driver=%s", o.checkFlags[0], inprocessDriver)
	case o.fix && !o.test && o.driver != inprocessDriver:
		return fmt.Errorf("-fix with -test=false needs -driver=%s", inprocessDriver)
	}
	for _, pattern := range o.patterns {
		if strings.HasPrefix(pattern, "-") {
			return fmt.Errorf("%s comes after the packages: flags go first", pattern)
		}
	}
	return nil
}
