package models

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// This file proves that what data/frameworks names exists: against the stubs
// in testdata/src, which the tests of the rules use too, and on request
// against the real modules.

// stubbed are the frameworks whose every entry has a stub in testdata/src, or
// is part of the standard library.
var stubbed = []string{
	"Bubble Tea", "Bubble Tea v2", "Cadence", "Ebitengine", "Fyne", "GLFW 3.3", "Gio", "NATS", "Paho MQTT", "Temporal", "client-go informers",
	"evio", "franz-go", "franz-go group callbacks", "franz-go hooks", "gRPC extension points", "gnet", "go-libp2p", "go-libp2p connection gater", "gocui", "goja event loop", "hashicorp/raft", "memberlist",
	"browser callbacks", "memberlist events", "standard library callbacks", "tview",
}

// A platform is what build constraints are about.
type platform struct{ goos, goarch string }

// elsewhere are the frameworks whose packages are built for one platform only.
var elsewhere = map[string]platform{
	"browser callbacks": {"js", "wasm"},
	"walk":              {"windows", "amd64"},
}

func TestFrameworksLoad(t *testing.T) {
	files, err := filepath.Glob("data/frameworks/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		l := new(layer)
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(load(file, content, l.frameworkFile), l.duplicates()); err != nil {
			t.Error(err)
			continue
		}
		for _, f := range l.frameworks {
			if err := complete(f); err != nil {
				t.Error(err)
			}
		}
	}
}

// complete reports what a reader of f would miss.
func complete(f *Framework) error {
	var errs []error
	if f.Loop == "" || f.Kind == "" || f.Stalls == "" || f.Thread == "" || f.Ref == "" || len(f.Roots) == 0 {
		errs = append(errs, fmt.Errorf("%v: loop, kind, stalls, thread, ref or roots missing", f.Pos))
	}
	for i := range f.Roots {
		if e := &f.Roots[i]; e.Why == "" || e.Ref == "" {
			errs = append(errs, fmt.Errorf("%v: a root needs why and ref", e.Pos))
		}
	}
	for i := range f.SelfWaits {
		if op := &f.SelfWaits[i]; op.Why == "" || op.Ref == "" || op.Cost == 0 {
			errs = append(errs, fmt.Errorf("%v: a selfwait needs cost, why and ref", op.Pos))
		}
	}
	return errors.Join(errs...)
}

func TestFrameworksAgainstStubs(t *testing.T) {
	src, err := filepath.Abs("../../testdata/src")
	if err != nil {
		t.Fatal(err)
	}
	imps := &importers{dir: func(path string) string { return filepath.Join(src, path) }}
	names := make(map[string]bool)
	for _, f := range Builtin().Frameworks() {
		names[f.Name] = true
		if !slices.Contains(stubbed, f.Name) {
			continue
		}
		for _, err := range unresolved(f, imps.of(f)) {
			t.Error(err)
		}
	}
	for _, name := range stubbed {
		if !names[name] {
			t.Errorf("no framework is called %q", name)
		}
	}
	// A stub with a type error would make the fixtures that use it fail in a confusing way.
	for _, imp := range imps.byPlatform {
		for _, err := range imp.errs {
			t.Error(err)
		}
	}
}

// realModules are the modules of the frameworks, at the versions that the
// catalogue of event loops was read at, or the newest of 2026-11-20.
var realModules = []string{
	"charm.land/bubbles/v2@v2.2.1",
	"charm.land/bubbletea/v2@v2.0.9",
	"ergo.services/ergo@v1.999.310",
	"fyne.io/fyne/v2@v2.7.1",
	"fyne.io/systray@v1.12.2",
	"gioui.org@v0.10.3",
	"github.com/AllenDang/giu@v0.14.1",
	"github.com/IBM/sarama@v1.61.1",
	"github.com/Shopify/sarama@v1.38.1",
	"github.com/anthdm/hollywood@v1.0.5",
	"github.com/apache/pulsar-client-go@v0.19.0",
	"github.com/asaskevich/EventBus@v0.0.0-20200907212545-49d423059eef",
	"github.com/asynkron/protoactor-go@v0.0.0-20240822202345-3c0e61ca19c9",
	"github.com/awesome-gocui/gocui@v1.1.0",
	"github.com/bwmarrin/discordgo@v0.29.0",
	"github.com/charmbracelet/bubbles@v1.0.0",
	"github.com/charmbracelet/bubbletea/v2@v2.0.0-beta.1",
	"github.com/charmbracelet/bubbletea@v1.3.10",
	"github.com/cloudwego/netpoll@v0.7.2",
	"github.com/cometbft/cometbft@v1.0.1",
	"github.com/confluentinc/confluent-kafka-go/v2@v2.11.1",
	"github.com/cosmos/cosmos-sdk@v0.55.0",
	"github.com/dapr/durabletask-go@v0.14.0",
	"github.com/derailed/tcell/v2@v2.3.1-rc.4",
	"github.com/derailed/tview@v0.8.5",
	"github.com/diamondburned/arikawa/v3@latest",
	"github.com/diamondburned/gotk4/pkg@v0.3.1",
	"github.com/disgoorg/disgo@v0.18.15",
	"github.com/dop251/goja@v0.0.0-20260917113740-793a2a65c13b",
	"github.com/dop251/goja_nodejs@v0.0.0-20260212111938-1f56ff5bcf14",
	"github.com/eclipse/paho.golang@v0.23.0",
	"github.com/eclipse/paho.mqtt.golang@v1.5.1",
	"github.com/faiface/beep@v1.1.0",
	"github.com/gdamore/tcell/v2@v2.13.10",
	"github.com/gdamore/tcell@v1.4.1",
	"github.com/gen2brain/malgo@v0.11.24",
	"github.com/gen2brain/raylib-go/raylib@latest",
	"github.com/getlantern/systray@v1.2.2",
	"github.com/gin-gonic/gin@v1.12.0",
	"github.com/gizak/termui/v3@v3.1.0",
	"github.com/go-chi/chi/v5@v5.3.1",
	"github.com/go-gl/glfw/v3.2/glfw@latest",
	"github.com/go-gl/glfw/v3.3/glfw@v0.0.0-20260823155953-d41da22a9587",
	"github.com/go-gl/glfw/v3.4/glfw@latest",
	"github.com/go-zookeeper/zk@v1.0.4",
	"github.com/gofiber/fiber/v2@v2.52.5",
	"github.com/gopxl/beep/v2@v2.1.1",
	"github.com/gordonklaus/portaudio@v0.0.0-20250206071425-98a94950218b",
	"github.com/gorilla/mux@v1.8.1",
	"github.com/gorilla/websocket@v1.5.3",
	"github.com/gotk3/gotk3@v0.6.4",
	"github.com/hajimehoshi/ebiten/v2@v2.8.8",
	"github.com/hashicorp/memberlist@v0.7.0",
	"github.com/hashicorp/raft@v1.8.0",
	"github.com/hashicorp/serf@v0.11.0",
	"github.com/jackc/pgx/v5@v5.12.0",
	"github.com/jesseduffield/gocui@v0.3.1-0.20260308162933-5e45e57b5564",
	"github.com/jesseduffield/lazygit@latest",
	"github.com/jroimartin/gocui@v0.5.0",
	"github.com/julienschmidt/httprouter@v1.3.0",
	"github.com/labstack/echo/v4@v4.13.4",
	"github.com/lesismal/nbio@v1.6.12",
	"github.com/libp2p/go-libp2p-core@v0.19.1",
	"github.com/libp2p/go-libp2p-pubsub@latest",
	"github.com/libp2p/go-libp2p@v0.51.0",
	"github.com/lonng/nano@latest",
	"github.com/lxn/walk@v0.0.0-20210112085537-c389da54e794",
	"github.com/maxence-charriere/go-app/v10@latest",
	"github.com/maxence-charriere/go-app/v11@latest",
	"github.com/maxence-charriere/go-app/v9@latest",
	"github.com/mum4k/termdash@v0.22.0",
	"github.com/name5566/leaf@latest",
	"github.com/nats-io/nats.go@v1.55.0",
	"github.com/nsf/termbox-go@v1.1.2",
	"github.com/nsqio/go-nsq@v1.1.0",
	"github.com/panjf2000/gnet/v2@v2.9.5",
	"github.com/panjf2000/gnet@latest",
	"github.com/pion/ice/v4@v4.4.8",
	"github.com/pion/webrtc/v4@v4.2.26",
	"github.com/prometheus/client_golang@v1.25.0",
	"github.com/quic-go/quic-go@v0.65.0",
	"github.com/redis/go-redis/v9@v9.23.0",
	"github.com/restatedev/sdk-go@v1.2.0",
	"github.com/rivo/tview@v0.42.0",
	"github.com/robfig/cron/v3@v3.0.1",
	"github.com/tidwall/evio@v1.0.8",
	"github.com/tochemey/goakt/v3@latest",
	"github.com/tochemey/goakt/v4@latest",
	"github.com/twmb/franz-go@v1.22.2",
	"github.com/valyala/fasthttp@v1.69.0",
	"github.com/veandco/go-sdl2@v0.4.39",
	"github.com/vladopajic/go-actor@v1.1.1",
	"github.com/wailsapp/wails/v2@v2.9.2",
	"github.com/xtaci/gaio@v1.2.34",
	"go.etcd.io/bbolt@v1.5.0",
	"go.etcd.io/etcd/raft/v3@v3.5.35",
	"go.etcd.io/raft/v3@v3.7.0",
	"go.opentelemetry.io/otel/metric@v1.47.0",
	"go.temporal.io/sdk@v1.50.0",
	"go.uber.org/cadence@v1.2.9",
	"google.golang.org/grpc@v1.85.0",
	"k8s.io/apimachinery@v0.37.2",
	"k8s.io/client-go@v0.37.2",
	"sigs.k8s.io/controller-runtime@v0.25.2",
}

// TestFrameworksAgainstModules resolves every entry against the real modules.
// It is opt-in, YIELDLINT_REALMODULES=1, because it downloads some hundred modules.
// YIELDLINT_MODULE_DIRS may name a file with lines "module directory" of
// copies to use instead of a download; a module that is neither there nor
// served by the proxy is logged, and its entries are skipped.
func TestFrameworksAgainstModules(t *testing.T) {
	if os.Getenv("YIELDLINT_REALMODULES") == "" {
		t.Skip("YIELDLINT_REALMODULES is not set")
	}
	dirs := moduleDirs(t)
	imps := &importers{dir: func(pkg string) string {
		for p := pkg; p != "."; p = path.Dir(p) {
			if d := dirs[p]; d != "" {
				return filepath.Join(d, strings.TrimPrefix(pkg, p))
			}
		}
		return ""
	}}
	missing := make(map[string]bool)
	entries := 0
	for _, f := range Builtin().Frameworks() {
		entries += len(f.Roots) + len(f.SelfWaits)
		for _, err := range unresolved(f, imps.of(f)) {
			var absent *absentError
			if errors.As(err, &absent) {
				missing[absent.pkg] = true
				continue
			}
			t.Error(err)
		}
	}
	t.Logf("%d entries", entries)
	for _, pkg := range slices.Sorted(maps.Keys(missing)) {
		t.Logf("not checked, no module: %s", pkg)
	}
}

// moduleDirs returns the directory of each module.
func moduleDirs(t *testing.T) map[string]string {
	dirs := make(map[string]string)
	if file := os.Getenv("YIELDLINT_MODULE_DIRS"); file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for sc := bufio.NewScanner(bytes.NewReader(content)); sc.Scan(); {
			if mod, dir, ok := strings.Cut(sc.Text(), " "); ok {
				dirs[mod] = strings.TrimSpace(dir)
			}
		}
	}
	tmp := t.TempDir()
	if err := os.WriteFile(filepath.Join(tmp, "go.mod"), []byte("module realmodules\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, mod := range realModules {
		modPath, _, _ := strings.Cut(mod, "@")
		if dirs[modPath] != "" {
			continue
		}
		// One at a time: no version of one module must decide over that of another.
		cmd := exec.Command("go", "mod", "download", "-json", mod)
		cmd.Dir = tmp
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GO111MODULE=on")
		out, err := cmd.Output()
		var m struct{ Dir, Error string }
		if jsonErr := json.Unmarshal(out, &m); err != nil || jsonErr != nil || m.Dir == "" {
			t.Logf("%s: %v %s", mod, err, m.Error)
			continue
		}
		dirs[modPath] = m.Dir
	}
	return dirs
}

// importers are one sourceImporter for each platform.
type importers struct {
	dir        func(path string) string
	byPlatform map[platform]*sourceImporter
}

// of returns the importer for the platform of f.
func (imps *importers) of(f *Framework) *sourceImporter {
	p := elsewhere[f.Name] // the zero platform is the host
	imp := imps.byPlatform[p]
	if imp == nil {
		imp = newSourceImporter(imps.dir)
		if p != (platform{}) {
			imp.ctx.GOOS, imp.ctx.GOARCH = p.goos, p.goarch
		}
		if imps.byPlatform == nil {
			imps.byPlatform = make(map[platform]*sourceImporter)
		}
		imps.byPlatform[p] = imp
	}
	return imp
}

// A sourceImporter type-checks the declarations of packages from source. It
// takes what is not there for an empty package: an entry is about one package,
// and the rest of the world would cost a download of everything.
type sourceImporter struct {
	ctx  build.Context
	fset *token.FileSet
	dir  func(path string) string // "" if unknown
	pkgs map[string]*types.Package
	errs []error // of packages outside the standard library
}

func newSourceImporter(dir func(string) string) *sourceImporter {
	imp := &sourceImporter{ctx: build.Default, fset: token.NewFileSet(), dir: dir, pkgs: make(map[string]*types.Package)}
	imp.ctx.CgoEnabled = true // declarations only: no C compiler is needed
	return imp
}

func (imp *sourceImporter) Import(pkgPath string) (*types.Package, error) {
	if pkgPath == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := imp.pkgs[pkgPath]; pkg != nil {
		return pkg, nil
	}
	empty := types.NewPackage(pkgPath, path.Base(pkgPath))
	empty.MarkComplete()
	imp.pkgs[pkgPath] = empty
	dir, files := imp.parse(pkgPath)
	if files == nil {
		return empty, nil
	}
	conf := types.Config{Importer: imp, IgnoreFuncBodies: true, FakeImportC: true, Error: func(err error) {
		if !strings.HasPrefix(dir, imp.ctx.GOROOT) {
			imp.errs = append(imp.errs, err)
		}
	}}
	pkg, _ := conf.Check(pkgPath, imp.fset, files, nil)
	imp.pkgs[pkgPath] = pkg
	return pkg, nil
}

// parse returns the directory and the files of a package, nil if there are none.
func (imp *sourceImporter) parse(pkgPath string) (string, []*ast.File) {
	goroot := filepath.Join(imp.ctx.GOROOT, "src")
	for _, dir := range []string{imp.dir(pkgPath), filepath.Join(goroot, pkgPath), filepath.Join(goroot, "vendor", pkgPath)} {
		if dir == "" {
			continue
		}
		bp, _ := imp.ctx.ImportDir(dir, 0) // an error still leaves the files that are good
		if bp == nil {
			continue
		}
		var files []*ast.File
		for _, name := range slices.Concat(bp.GoFiles, bp.CgoFiles) {
			if f, _ := parser.ParseFile(imp.fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution); f != nil {
				files = append(files, f)
			}
		}
		if files != nil {
			return dir, files
		}
	}
	return "", nil
}

// An absentError says that there is no source of a package.
type absentError struct{ pkg string }

func (e *absentError) Error() string { return "no source of package " + e.pkg }

// unresolved returns an error for every entry of f that names nothing, or
// something of another shape than the entry says.
func unresolved(f *Framework, imp *sourceImporter) []error {
	r := &resolver{imp: imp, framework: f}
	var errs []error
	check := func(pos Pos, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%v: %w", pos, err))
		}
	}
	for i := range f.Roots {
		e := &f.Roots[i]
		check(e.Pos, r.root(e))
	}
	for i := range f.SelfWaits {
		_, err := r.funcs(f.SelfWaits[i].Func)
		check(f.SelfWaits[i].Pos, err)
	}
	for _, op := range Builtin().byFunc {
		if op.Pos.File == f.Pos.File {
			check(op.Pos, r.op(op))
		}
	}
	return errs
}

type resolver struct {
	imp       *sourceImporter
	framework *Framework
}

// pkg returns the package of full, which names one of its objects.
func (r *resolver) pkg(full string) (*types.Package, error) {
	bare := strings.TrimLeft(full, "(*")
	// The path ends at a dot after the last slash; it may itself hold dots ("nats.go").
	from := strings.LastIndexByte(bare, '/') + 1
	tried := ""
	for i := from; i < len(bare); i++ {
		if bare[i] != '.' {
			continue
		}
		pkg, err := r.imp.Import(bare[:i])
		if err != nil {
			return nil, err
		}
		if len(pkg.Scope().Names()) > 0 {
			return pkg, nil
		}
		tried = cmp.Or(tried, bare[:i])
	}
	return nil, &absentError{tried}
}

func (r *resolver) root(e *RootEntry) error {
	switch {
	case e.Interface != "":
		return r.iface(e)
	case e.Register != "":
		return r.register(e)
	case e.Field != "":
		return r.field(e)
	case e.FuncType != "":
		return r.funcType(e)
	case e.Result != "":
		fns, err := r.funcs(e.Result)
		if err != nil {
			return err
		}
		if res := fns[0].Signature().Results(); res.Len() != 1 || !holdsFunc(res.At(0).Type()) {
			return fmt.Errorf("%s does not return a func", e.Result)
		}
		return nil
	case e.Poll != "":
		_, err := r.funcs(e.Poll)
		return err
	}
	for _, p := range e.FirstParam {
		if _, err := r.typ(strings.TrimPrefix(p, "*")); err != nil {
			return err
		}
	}
	return nil
}

// typ resolves "pkg.Type".
func (r *resolver) typ(full string) (*types.TypeName, error) {
	pkg, err := r.pkg(full)
	if err != nil {
		return nil, err
	}
	obj, err := Resolve(full, pkg)
	if err != nil {
		return nil, err
	}
	tn, ok := obj.(*types.TypeName)
	if !ok {
		return nil, fmt.Errorf("%s is no type", full)
	}
	return tn, nil
}

func (r *resolver) iface(e *RootEntry) error {
	tn, err := r.typ(e.Interface)
	if err != nil {
		return err
	}
	it, ok := tn.Type().Underlying().(*types.Interface)
	if !ok {
		return fmt.Errorf("%s is no interface", e.Interface)
	}
	for _, name := range e.Methods {
		if m, _, _ := types.LookupFieldOrMethod(it, false, tn.Pkg(), name); m == nil {
			return fmt.Errorf("%s has no method %s", e.Interface, name)
		}
	}
	return nil
}

func (r *resolver) register(e *RootEntry) error {
	fns, err := r.funcs(e.Register)
	if err != nil {
		return err
	}
	var misfits []error
	for _, fn := range fns {
		params := fn.Signature().Params()
		for _, i := range e.Params {
			if i >= params.Len() || !holdsFunc(params.At(i).Type()) {
				misfits = append(misfits, fmt.Errorf("%v takes no func as parameter %d", fn.FullName(), i))
			}
		}
	}
	// A pattern may match a few others: their arguments hold no func, so nothing is registered.
	if 10*len(misfits) < len(fns) {
		return nil
	}
	return errors.Join(misfits...)
}

func (r *resolver) field(e *RootEntry) error {
	pkg, err := r.pkg(e.Field)
	if err != nil {
		return err
	}
	obj, err := Resolve(e.Field, pkg)
	if err != nil {
		return err
	}
	if v, ok := obj.(*types.Var); !ok || !holdsFunc(v.Type()) {
		return fmt.Errorf("%s is no field for a func", e.Field)
	}
	owner, _ := pkg.Scope().Lookup(strings.Split(strings.TrimPrefix(e.Field, pkg.Path()+"."), ".")[0]).(*types.TypeName)
	name := e.Field[strings.LastIndexByte(e.Field, '.'):]
	return r.spelledOut(owner, func(o *RootEntry) string { return strings.TrimSuffix(o.Field, name) })
}

func (r *resolver) funcType(e *RootEntry) error {
	tn, err := r.typ(e.FuncType)
	if err != nil {
		return err
	}
	if _, ok := tn.Type().Underlying().(*types.Signature); !ok {
		return fmt.Errorf("%s is no func type", e.FuncType)
	}
	return r.spelledOut(tn, func(o *RootEntry) string { return o.FuncType })
}

// spelledOut reports an entry on an alias, which conversions do not show, if
// the framework has none on what it stands for. (Some versions of a module
// declare as a type what others declare as an alias, so both may be listed.)
func (r *resolver) spelledOut(tn *types.TypeName, name func(*RootEntry) string) error {
	if !tn.IsAlias() {
		return nil
	}
	named, ok := types.Unalias(tn.Type()).(*types.Named)
	if !ok {
		return fmt.Errorf("%s.%s is an alias of a type without a name", tn.Pkg().Path(), tn.Name())
	}
	canonical := named.Obj().Pkg().Path() + "." + named.Obj().Name()
	for i := range r.framework.Roots {
		if name(&r.framework.Roots[i]) == canonical {
			return nil
		}
	}
	return fmt.Errorf("%s.%s is an alias of %s, which has no entry", tn.Pkg().Path(), tn.Name(), canonical)
}

// funcs resolves a full name or pattern.
func (r *resolver) funcs(full string) ([]*types.Func, error) {
	pkg, err := r.pkg(full)
	if err != nil {
		return nil, err
	}
	if !isGlob(full) {
		obj, err := Resolve(full, pkg)
		if canonical := onAlias(full, pkg); err != nil && canonical != "" && Builtin().byFunc[canonical] != nil {
			return r.funcs(canonical) // full is the spelling of another version of the module
		}
		if err != nil {
			return nil, err
		}
		fn, ok := obj.(*types.Func)
		if !ok {
			return nil, fmt.Errorf("%s is no function", full)
		}
		return []*types.Func{fn}, nil
	}
	var fns []*types.Func
	add := func(fn *types.Func) {
		if fn.Exported() && matchFunc(full, nameOf(fn).String()) {
			fns = append(fns, fn)
		}
	}
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			add(obj)
		case *types.TypeName:
			methodsOf(obj.Type())(func(m *types.Func) bool { add(m); return true })
		}
	}
	if fns == nil {
		return nil, fmt.Errorf("%s matches no function", full)
	}
	return fns, nil
}

// onAlias returns the spelling of a method whose receiver is given by an alias
// in full, or "".
func onAlias(full string, pkg *types.Package) string {
	n, err := parseName(full)
	if err != nil {
		return ""
	}
	tn, _ := pkg.Scope().Lookup(n.recv).(*types.TypeName)
	if tn == nil || !tn.IsAlias() {
		return ""
	}
	named, ok := types.Unalias(tn.Type()).(*types.Named)
	if !ok {
		return ""
	}
	n.pkg, n.recv = named.Obj().Pkg().Path(), named.Obj().Name()
	return n.String()
}

// op resolves an operation and its targets.
func (r *resolver) op(op *Op) error {
	fns, err := r.funcs(op.Func)
	if err != nil {
		return err
	}
	for _, target := range slices.Concat(op.Calls, op.Spawns, op.Stores) {
		params := fns[0].Signature().Params()
		if i := target.Path.Root; i >= params.Len() || i != Recv && !holdsFunc(params.At(i).Type()) {
			return fmt.Errorf("%s has no func at %v", op.Func, target)
		}
	}
	return nil
}

// holdsFunc reports whether a value of type t may be, or contain, a func.
func holdsFunc(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return true
	case *types.Slice:
		return holdsFunc(u.Elem())
	case *types.Interface:
		return u.NumMethods() == 0 // any: the function checks it by reflection
	}
	return false
}
