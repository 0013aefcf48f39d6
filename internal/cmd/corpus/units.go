package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The environment of this command as a wrapper around a vet tool.
const (
	wrapEnv    = "YIELDLINT_CORPUS_WRAP"     // the vet tool
	wrapLogEnv = "YIELDLINT_CORPUS_WRAP_LOG" // file to append a unit to
)

// A unit is one vet process: the analysis of one package, or only of its facts.
type unit struct {
	Package   string
	FactsOnly bool // a dependency
	Lines     int  // of Go code
	MaxRSS    int64
	CPU       time.Duration
	Facts     int64 // size of the facts file
}

// wrap runs tool with args, and logs the unit if it is one. It returns the exit code.
func wrap(tool string, args []string) int {
	cmd := exec.Command(tool, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	start := time.Now()
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, "corpus: wrapper:", err)
		return 2
	}
	if len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg") {
		u := usageOf(cmd.ProcessState, time.Since(start))
		if err := logUnit(os.Getenv(wrapLogEnv), args[len(args)-1], u); err != nil {
			fmt.Fprintln(os.Stderr, "corpus: wrapper:", err)
			return 2
		}
	}
	return cmd.ProcessState.ExitCode()
}

// logUnit appends a line to file: one write, since units run at the same time.
func logUnit(file, cfgFile string, u usage) error {
	unit, err := newUnit(cfgFile, u)
	if err != nil {
		return err
	}
	line, err := json.Marshal(unit)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return firstOf(err, f.Close())
}

// newUnit reads the configuration that the go command has written for a unit.
func newUnit(cfgFile string, u usage) (unit, error) {
	var cfg struct {
		ID         string
		Dir        string
		VetxOnly   bool
		VetxOutput string
		GoFiles    []string
	}
	data, err := os.ReadFile(cfgFile)
	if err != nil {
		return unit{}, err
	}
	if err := json.Unmarshal(data, &cfg); err != nil {
		return unit{}, err
	}
	unit := unit{Package: cfg.ID, FactsOnly: cfg.VetxOnly, MaxRSS: u.maxRSS, CPU: u.cpu()}
	for _, name := range cfg.GoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(cfg.Dir, name)
		}
		if data, err := os.ReadFile(name); err == nil {
			unit.Lines += bytes.Count(data, []byte("\n"))
		}
	}
	if info, err := os.Stat(cfg.VetxOutput); err == nil {
		unit.Facts = info.Size()
	}
	return unit, nil
}

// measureUnits runs yieldlint once more, cold, and measures each vet process.
func (b *bench) measureUnits() ([]unit, error) {
	tool, err := b.copyTool(b.yieldlint, "unit")
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	log := filepath.Join(b.temp, "units")
	command := slices.Concat([]string{b.goTool, "vet", "-vettool=" + self}, b.toolArgs, []string{"./..."})
	if _, _, err := b.run(command, []string{wrapEnv + "=" + tool, wrapLogEnv + "=" + log}); err != nil {
		return nil, err
	}
	return readUnits(log)
}

func readUnits(file string) ([]unit, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("no vet process has run: %w", err)
	}
	defer f.Close()
	var units []unit
	dec := json.NewDecoder(f)
	for err == nil {
		err = appendDecoded(dec, &units)
	}
	if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return units, nil
}

// printUnits prints the largest units by memory and by facts.
func printUnits(w io.Writer, units []unit, top int) {
	fmt.Fprintf(w, "\n%d vet processes\n", len(units))
	bySize := func(title string, value func(unit) int64) {
		slices.SortFunc(units, func(a, b unit) int {
			return cmp.Or(cmp.Compare(value(b), value(a)), cmp.Compare(a.Package, b.Package))
		})
		fmt.Fprintf(w, "\n| largest by %s | lines | MB | CPU s | facts KiB |\n|---|---|---|---|---|\n", title)
		for _, u := range units[:min(top, len(units))] {
			fmt.Fprintf(w, "| %s | %d | %d | %.2f | %.1f |\n", u.Package, u.Lines, u.MaxRSS>>20, u.CPU.Seconds(), float64(u.Facts)/1024)
		}
	}
	bySize("memory", func(u unit) int64 { return u.MaxRSS })
	bySize("facts", func(u unit) int64 { return u.Facts })
}
