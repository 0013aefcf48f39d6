package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/ruledoc"
)

const usageText = `yieldlint reports code that blocks an event loop, with the chain of calls that
leads there.

Usage:

	yieldlint [flags] packages      check packages: yieldlint ./...
	yieldlint why name [packages]   explain what a function may block on
	yieldlint unknown [packages]    list the calls that could not be resolved
	yieldlint safety [packages]     tell which types goroutines may share
	yieldlint points [what]         show the source with its yield points
	yieldlint diff REV [packages]   tell what a change did, also elsewhere
	yieldlint help [rule]           explain a rule, or a subcommand
	yieldlint -version
	go vet -vettool=$(which yieldlint) [flags] packages

Exit code: 0 nothing found, 1 findings, 2 an error (what could be analysed is
printed nevertheless).

Output:

	-json              print the findings as JSON: package → rule → list
	-c N               print the line of a finding, and N lines around it
	-fix [-diff]       apply suggested fixes, or print them as a diff
	NO_COLOR=1         no colours on a terminal

Rules:

	-confidence LEVEL  proved (default) or suspect: also findings with a gap
	-RULE, -RULE=false run only this rule, or all but this one
	-RULE.FLAG=VALUE   a flag of a rule: see yieldlint help RULE

Packages and build:

	-C DIR             work in DIR
	-tags, -mod, -modfile, -overlay, -race, -msan, -asan, -a, -p
	                   as for go build
	-test=false        leave out findings in test files

Drivers:

	-driver=vet        (default) go vet runs yieldlint on each package: uses
	                   the go command's cache
	-driver=inprocess  load everything into one process: for a single run
	                   without a cache. Also -debug, -cpuprofile, -memprofile,
	                   -trace

The file .yieldlint.yaml at the root of the module, or the one that
YIELDLINT_CONFIG names, adds to what yieldlint knows of functions. So do the
files at the roots of required modules, each about its own module.
`

const whyUsage = `yieldlint why explains what a function may block on: for each class of
operations the shortest chain of calls, and who decides a step that the source
does not name.

Usage:

	yieldlint why [flags] name[:class] [packages]
	yieldlint why [flags] file.go:line [packages]

The name is that of findings, in full or short: 'example.com/m/server.Run',
'(*server.Server).Serve', 'Server.Serve', 'Run'. A position means the function
around it. With a class (yieldlint why Run:net), only operations of that class.
Packages are ./... if none are named.

Each line is a call: where it is, caller → callee, and who decides what the
callee does, unless the source does. "model std/net.yaml:12" is an entry of the
models, built in or in .yieldlint.yaml. A line below a call of an interface
method or func value shows which value gets there. What depends on the
arguments of the function is listed: its callers are judged by what they pass.

Flags: -json, -C, -driver, and those of go build.

Exit code: 0 answered, 2 an error.
`

const unknownUsage = `yieldlint unknown lists the calls in loop code whose callee is not known: of an
interface method or a func value that comes from elsewhere. yieldlint takes
such a call to do nothing. Those on which most roots depend come first, each
with the line of .yieldlint.yaml that would settle it. Behind them are the
bounds that the analysis of shared state has exceeded, with the number of
functions; docs/limits.md says what is lost beyond each.

Usage:

	yieldlint unknown [flags] [packages]

Packages are ./... if none are named.

Flags: -json, -C, -driver, and those of go build.

Exit code: 0 answered, 2 an error.
`

const safetyUsage = `yieldlint safety tells for each exported type how goroutines may share its
values, as far as the source shows, with the evidence.

Usage:

	yieldlint safety [flags] [packages]

Packages are ./... if none are named. The levels:

	immutable          no field is written after construction
	stateless          safe unless the same arguments are shared
	synchronised       what changes is atomics, channels, values that are safe
	guarded by mu      every access to what changes holds the lock
	confined           a directive says that one goroutine touches it
	unknown            something is out of view; the reason says what
	not safe           users have to synchronise; the reason says why

"If w is safe" means that the type calls what a field holds, which may be
anything. Below the line of a type are its fields, with the number of accesses
outside construction, and what the comment of the type or package says. Where
that is more than the code gives, the line says so.

The level is inferred from the accesses in the package. Locks are told apart by
their declarations, not by objects; what users do to exported fields, or to a
slice that a method has returned, is not seen. Interfaces are left out.

Flags: -json, -C, -driver, and those of go build.

Exit code: 0 answered, 2 an error.
`

const pointsUsage = `yieldlint points shows source with a gutter that makes its yield points visible.

Usage:

	yieldlint points [flags] [packages]
	yieldlint points [flags] file.go [packages]
	yieldlint points [flags] name[:class] [packages]
	yieldlint points [flags] file.go:line [packages]

Shown are whole files, or one function, which is named as for yieldlint why.
Packages are ./... if none are named; of those, files without anything to show
are only listed. Test files are left out. The gutter:

	🔒 s.mu        the lock must be held when the line is reached
	⏸ net 3        the line may suspend its goroutine for the network, 3 calls
	               down; more classes follow, a "?" says that a step is assumed
	⚠              a finding of the rule yieldpoints; its text is below the line
	⚠ check        the line is a step of the chain of such a finding

What takes microseconds as a rule (locks, lines of a log) is no yield point,
unless a class is named. Calls of which nothing is known have no mark: see
yieldlint why, which says what depends on callers.

With -json, a list of objects: of kind "suspends" one for each place and class,
with the chain; "holds" one for each lock and the lines on which it is held;
"finding" one for each finding.

Flags: -ascii for terminals without these signs (also with TERM=dumb), -json,
-confidence, -RULE to show findings of other rules too, -C, -driver, and those
of go build. NO_COLOR=1 for no colours.

Exit code: 0 answered, 2 an error.
`

const diffUsage = `yieldlint diff tells what a change did to effects, also in files that it did not
touch: which sequences are newly split, which contracts broken, which event
loops blocked, which functions suspend that did not, and the reverse.

Usage:

	yieldlint diff [flags] REV [packages]
	yieldlint diff [flags] -upgrade module@version [packages]

REV is a revision of git; "REV..." is where HEAD has left it. It is compared
with the working tree as it is now, with what is not committed. With -upgrade,
the module as it is now is compared with itself with another version of a
dependency; go.mod stays as it is. Packages are ./... if none are named.

Compared are the findings of all rules: two are the same if they are of one
rule and category, in one function, and say the same but for lines and numbers.
And, of functions that both states have, the classes of operations for which
they suspend, as yieldlint why tells them. What is moved, renamed or rewritten
to the same effect is no change, and nothing is printed. A function below which
another of the list stands says "see above" in its chain.

What was suspect before is not new when it is proved now. -confidence=suspect
shows changes of suspect findings too.

Flags: -json, -confidence, -RULE, -RULE.FLAG, -test, -C, -driver, and those of
go build.

Exit code: 0 nothing got worse, 1 something did, 2 an error, such as a state
that does not build.
`

// usage prints the help text with the list of rules.
func usage(w io.Writer, rules []*analysis.Analyzer) {
	fmt.Fprint(w, usageText, "\nRules:\n\n")
	for _, rule := range rules {
		fmt.Fprintf(w, "\t%-18s %s\n", rule.Name, ruledoc.Summary(rule))
	}
}

// help serves "yieldlint help" and "yieldlint help rule", also for a subcommand.
func help(args []string, rules []*analysis.Analyzer) int {
	switch len(args) {
	case 0:
		usage(os.Stdout, rules)
		return exitClean
	case 1:
	default:
		return fail(fmt.Errorf("help takes one rule, got %d", len(args)))
	}
	switch args[0] {
	case "why":
		fmt.Print(whyUsage)
		return exitClean
	case "unknown":
		fmt.Print(unknownUsage)
		return exitClean
	case "safety":
		fmt.Print(safetyUsage)
		return exitClean
	case "points":
		fmt.Print(pointsUsage)
		return exitClean
	case "diff":
		fmt.Print(diffUsage)
		return exitClean
	}
	var names []string
	for _, rule := range rules {
		if rule.Name == args[0] {
			helpRule(os.Stdout, rule)
			return exitClean
		}
		names = append(names, rule.Name)
	}
	return fail(fmt.Errorf("no rule %q; rules are %s", args[0], strings.Join(names, ", ")))
}

func helpRule(w io.Writer, rule *analysis.Analyzer) {
	fmt.Fprintf(w, "%s: %s\n", rule.Name, rule.Doc)
	first := true
	rule.Flags.VisitAll(func(f *flag.Flag) {
		if first {
			fmt.Fprint(w, "\nFlags:\n\n")
			first = false
		}
		fmt.Fprintf(w, "\t-%s.%s (default %q)\n\t\t%s\n", rule.Name, f.Name, f.DefValue, f.Usage)
	})
	if rule.URL != "" {
		fmt.Fprintf(w, "\n%s\n", rule.URL)
	}
}
