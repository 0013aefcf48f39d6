package models

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A thirdPartyEntry is what the entries of all kinds have in common.
type thirdPartyEntry struct {
	section        string
	pos            Pos
	name, why, ref string
}

// thirdPartyEntries returns the entries of data/thirdparty by file, in the order of the file.
func thirdPartyEntries(t *testing.T) map[string][]thirdPartyEntry {
	t.Helper()
	l := thirdPartyLayer(t)
	entries := make(map[string][]thirdPartyEntry)
	add := func(section string, pos Pos, name, why, ref string) {
		entries[pos.File] = append(entries[pos.File], thirdPartyEntry{section, pos, name, why, ref})
	}
	for _, op := range l.ops {
		add("ops", op.Pos, op.Func, op.Why, op.Ref)
	}
	for _, op := range l.syncs {
		add("syncs", op.Pos, op.Func, op.Why, op.Ref)
	}
	for _, s := range l.types {
		add("types", s.Pos, s.Type, s.Why, s.Ref)
	}
	for _, m := range l.mutations {
		add("mutates", m.Pos, m.Func, m.Why, m.Ref)
	}
	for _, op := range l.process {
		add("process", op.Pos, op.Func, op.Why, op.Ref)
	}
	files, err := filepath.Glob("data/thirdparty/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(files) {
		t.Errorf("%d files of data/thirdparty, %d with entries", len(files), len(entries))
	}
	return entries
}

// thirdPartyLayer returns the entries of data/thirdparty, in the order of the files.
func thirdPartyLayer(t *testing.T) *layer {
	t.Helper()
	l, err := loadFS(data)
	if err != nil {
		t.Fatal(err)
	}
	isOther := func(pos Pos) bool { return path.Base(path.Dir(pos.File)) != "thirdparty" }
	l.ops = slices.DeleteFunc(l.ops, func(op *Op) bool { return isOther(op.Pos) })
	l.syncs = slices.DeleteFunc(l.syncs, func(op *SyncOp) bool { return isOther(op.Pos) })
	l.types = slices.DeleteFunc(l.types, func(s *Safety) bool { return isOther(s.Pos) })
	l.mutations = slices.DeleteFunc(l.mutations, func(m *Mutation) bool { return isOther(m.Pos) })
	l.process = slices.DeleteFunc(l.process, func(op *ProcessOp) bool { return isOther(op.Pos) })
	l.vars, l.frameworks = nil, nil
	return l
}

// pathOf returns the import path of a full name, or of a pattern the part
// of it before the first '*'.
func pathOf(full string) string {
	if !isGlob(full) {
		n, _ := parseName(full)
		return n.pkg
	}
	literal := literalOf(full)
	slash := strings.LastIndexByte(literal, '/')
	dot := strings.IndexByte(literal[slash+1:], '.')
	if dot >= 0 && slash >= 0 && strings.Contains(full, ".*") {
		return literal[:slash+1+dot]
	}
	return strings.TrimSuffix(literal[:slash+1], "/")
}

func TestThirdPartyEntries(t *testing.T) {
	Builtin() // panics if a file is broken
	for file, entries := range thirdPartyEntries(t) {
		last := make(map[string]string) // by section
		for _, e := range entries {
			if e.why == "" || strings.ContainsAny(e.why, "\n") || strings.HasSuffix(e.why, ".") {
				t.Errorf("%v: why of %s is not one line without a full stop: %q", e.pos, e.name, e.why)
			}
			if !strings.HasPrefix(e.ref, "https://pkg.go.dev/") {
				t.Errorf("%v: ref of %s is not a page of pkg.go.dev: %q", e.pos, e.name, e.ref)
			}
			if pkg := pathOf(e.name); IsStd(pkg) || !strings.Contains(pkg, ".") {
				t.Errorf("%v: %s is in package %q, not in a third-party module", e.pos, e.name, pkg)
			}
			if e.name < last[e.section] {
				t.Errorf("%s: entries of %s are not sorted: %s", file, e.section, e.name)
			}
			last[e.section] = e.name
		}
	}
}

// TestThirdPartyPackage checks that a file speaks of the module it names.
func TestThirdPartyPackage(t *testing.T) {
	// aliased are files with entries for methods of types that the package
	// only has an alias of, and so belong to another package.
	aliased := map[string]string{"cloud.google.com-go-pubsub-v2.yaml": "cloud.google.com/go/internal/pubsub"}
	line := regexp.MustCompile(`(?m)^package: (\S+)$`)
	for file, entries := range thirdPartyEntries(t) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := line.FindSubmatch(content)
		if m == nil {
			t.Errorf("%s: no package line", file)
			continue
		}
		module := string(m[1])
		if want := strings.ReplaceAll(strings.TrimPrefix(module, "github.com/"), "/", "-") + ".yaml"; path.Base(file) != want {
			t.Errorf("%s: want the name %s for package %s", file, want, module)
		}
		for _, e := range entries {
			pkg := pathOf(e.name)
			if pkg != module && !strings.HasPrefix(pkg, module+"/") && pkg != aliased[path.Base(file)] {
				t.Errorf("%v: %s is not in %s", e.pos, e.name, module)
			}
		}
	}
}

// TestThirdPartyCuts checks that the entries meant to cut a hole into a
// pattern win over it, and that patterns reach what they are for.
func TestThirdPartyCuts(t *testing.T) {
	ops := make(map[string]*Op)
	for _, op := range thirdPartyLayer(t).ops {
		ops[op.Func] = op
	}
	x := newIndex(ops)
	for _, test := range []struct {
		fn   string
		want Effect
	}{
		{"(github.com/redis/go-redis/v9.cmdable).Get", Blocks},
		{"(github.com/redis/go-redis/v9.StringCmdable).Get", Blocks},
		{"(github.com/redis/go-redis/v9.Cmdable).Pipeline", Safe},
		{"(github.com/redis/go-redis/v9.Pipeliner).Do", Safe},
		{"(github.com/redis/go-redis/v9.Pipeliner).Exec", Blocks},
		{"(*github.com/aws/aws-sdk-go-v2/service/s3.Client).PutObject", Blocks},
		{"(*github.com/aws/aws-sdk-go-v2/service/s3.Client).Options", Safe},
		{"(*github.com/aws/aws-sdk-go-v2/service/sqs.ListQueuesPaginator).NextPage", Blocks},
		{"(k8s.io/client-go/kubernetes/typed/core/v1.PodInterface).Get", Blocks},
		{"(k8s.io/client-go/kubernetes/typed/core/v1.CoreV1Interface).RESTClient", ""},
		{"(k8s.io/client-go/kubernetes/typed/core/v1.PodExpansion).GetLogs", ""},
		{"(k8s.io/client-go/listers/core/v1.PodLister).List", Safe},
		{"(github.com/elastic/go-elasticsearch/v8/esapi.SearchRequest).Do", Blocks},
		{"(github.com/elastic/go-elasticsearch/v8/typedapi/core/search.Search).Do", Blocks},
		{"(sigs.k8s.io/controller-runtime/pkg/cache/cacheapi.Informers).Start", Blocks},
		{"(*gorm.io/gorm.DB).Where", Safe},
		{"(*gorm.io/gorm.DB).First", Blocks},
	} {
		n, err := parseName(test.fn)
		if err != nil {
			t.Fatal(err)
		}
		var got Effect
		if op := lookup(x, n); op != nil {
			got = op.Effect
		}
		if got != test.want {
			t.Errorf("%s: got effect %q, want %q", test.fn, got, test.want)
		}
	}
}

// lookup is index.find for a name of which there is no *types.Func.
func lookup(x *index[*Op], n name) *Op {
	if op, ok := x.exact[n.String()]; ok {
		return op
	}
	for _, g := range x.globsNear(n.pkg) {
		if matchFunc(g.pattern, n.String()) {
			return g.value
		}
	}
	return nil
}
