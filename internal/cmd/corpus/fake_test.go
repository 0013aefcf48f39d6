package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeEnv makes this test binary a tool that the command runs. Its value is
// the name of the tool.
const fakeEnv = "CORPUS_TEST_FAKE"

func TestMain(m *testing.M) {
	isUnit := strings.HasSuffix(os.Args[len(os.Args)-1], ".cfg") // else it is the go command, which has the same environment
	if tool := os.Getenv(wrapEnv); tool != "" && isUnit && os.Getenv(wrappedEnv) == "" {
		os.Setenv(wrappedEnv, "1") // for the tool, which is this binary too
		os.Exit(wrap(tool, os.Args[1:]))
	}
	if os.Getenv(fakeEnv) != "" {
		os.Exit(fake(os.Args[1:]))
	}
	os.Exit(m.Run())
}

const wrappedEnv = "CORPUS_TEST_WRAPPED"

// fake is yieldlint, staticcheck and the go command, by its arguments.
func fake(args []string) int {
	last := args[len(args)-1]
	switch {
	case strings.HasSuffix(last, ".cfg"):
		return fakeUnit(last)
	case args[0] == "vet" && strings.HasPrefix(args[1], "-vettool="):
		return fakeVet(strings.TrimPrefix(args[1], "-vettool="))
	case args[0] == "list":
		fmt.Printf(`{"ImportPath":"m/leaf","Dir":%q,"Name":"leaf","GoFiles":["leaf.go"],"Imports":["m/base"]}`, cwd())
		fmt.Printf(`{"ImportPath":"m/base","Dir":%q,"Name":"base","GoFiles":["base.go"]}`, cwd())
	case args[0] == "-json":
		return fakeLint(args)
	default: // go vet, staticcheck, or yieldlint in -cost
		record(strings.Join(args, " "))
	}
	return 0
}

func cwd() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return dir
}

// record appends the length of leaf.go to a file, so that a test sees the edits.
func record(args string) {
	leaf, err := os.ReadFile("leaf.go")
	if err != nil {
		panic(err)
	}
	f, err := os.OpenFile("../record", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(f, "%s: edited %d times\n", args, strings.Count(string(leaf), "// Edit "))
	f.Close()
}

// fakeLint prints the file findings.json of the module, with its directory
// for DIR, and exits with the code in the file exit.
func fakeLint(args []string) int {
	data, err := os.ReadFile("findings.json")
	if err != nil {
		panic(err)
	}
	fmt.Print(strings.ReplaceAll(string(data), "DIR", cwd()))
	if args[1] != "./..." {
		fmt.Fprintln(os.Stderr, "arguments:", args)
		return 2
	}
	if data, err := os.ReadFile("stderr"); err == nil {
		fmt.Fprint(os.Stderr, string(data))
		return 2
	}
	return 1
}

// fakeVet runs tool on two packages.
func fakeVet(tool string) int {
	for i, id := range []string{"m/base", "m/leaf"} {
		cfg := filepath.Join(os.TempDir(), fmt.Sprintf("corpus-test-%d-%d.cfg", os.Getpid(), i))
		defer os.Remove(cfg)
		defer os.Remove(cfg + ".vetx")
		data, _ := json.Marshal(map[string]any{
			"ID": id, "Dir": cwd(), "VetxOnly": i == 0, "VetxOutput": cfg + ".vetx", "GoFiles": []string{filepath.Base(id) + ".go"},
		})
		if err := os.WriteFile(cfg, data, 0o666); err != nil {
			panic(err)
		}
		p, err := os.StartProcess(tool, []string{tool, cfg}, &os.ProcAttr{Files: []*os.File{nil, os.Stdout, os.Stderr}})
		if err != nil {
			panic(err)
		}
		p.Wait()
	}
	return 0
}

// fakeUnit writes facts: 1 KiB for m/base, 2 KiB for m/leaf.
func fakeUnit(cfgFile string) int {
	var cfg struct{ ID, VetxOutput string }
	data, err := os.ReadFile(cfgFile)
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(data, &cfg); err != nil {
		panic(err)
	}
	size := 1024
	if cfg.ID == "m/leaf" {
		size = 2048
	}
	if err := os.WriteFile(cfg.VetxOutput, make([]byte, size), 0o666); err != nil {
		panic(err)
	}
	return 0
}
