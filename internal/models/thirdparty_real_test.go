//go:build realmodules

package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The tag realmodules keeps this test out of ordinary runs because it
// downloads 91 modules. Run it after a change of data/thirdparty:
//
//	go test -tags realmodules -run RealModules ./internal/models

// thirdPartyModules are the versions that the entries were read from: those of the
// catalogue of blocking operations, else the newest of that day.
const thirdPartyModules = `
cloud.google.com/go/pubsub/v2@v2.8.1
cloud.google.com/go/storage@v1.70.0
cloud.google.com/go@v0.123.0
github.com/ClickHouse/clickhouse-go/v2@v2.50.0
github.com/DataDog/datadog-go/v5@v5.9.1
github.com/IBM/sarama@v1.61.1
github.com/Jeffail/tunny@v0.1.4
github.com/alitto/pond/v2@v2.7.1
github.com/alitto/pond@v1.9.2
github.com/aws/aws-sdk-go-v2/config@v1.33.14
github.com/aws/aws-sdk-go-v2/feature/s3/manager@v1.23.20
github.com/aws/aws-sdk-go-v2/service/dynamodb@v1.73.0
github.com/aws/aws-sdk-go-v2/service/s3@v1.114.7
github.com/aws/aws-sdk-go-v2/service/sqs@v1.52.9
github.com/aws/aws-sdk-go-v2@v1.47.6
github.com/cenkalti/backoff/v4@v4.3.0
github.com/cenkalti/backoff/v5@v5.0.3
github.com/cockroachdb/pebble/v2@v2.1.7
github.com/cockroachdb/pebble@v1.1.5
github.com/coder/websocket@v1.8.15
github.com/confluentinc/confluent-kafka-go/v2@v2.11.1
github.com/dgraph-io/badger/v4@v4.9.6
github.com/dgraph-io/ristretto/v2@v2.3.0
github.com/dgraph-io/ristretto@v0.2.0
github.com/eclipse/paho.mqtt.golang@v1.5.1
github.com/elastic/go-elasticsearch/v8@v8.19.7
github.com/emirpasic/gods@v1.18.1
github.com/fsnotify/fsnotify@v1.10.1
github.com/gammazero/workerpool@v1.3.0
github.com/getsentry/sentry-go@v0.50.0
github.com/gin-gonic/gin@v1.12.0
github.com/go-pg/pg/v10@v10.11.0
github.com/go-redis/redis/v8@v8.11.5
github.com/go-resty/resty/v2@v2.17.2
github.com/gocql/gocql@v1.7.0
github.com/gomodule/redigo@v1.9.3
github.com/google/btree@v1.1.3
github.com/gorilla/websocket@v1.5.3
github.com/hashicorp/go-multierror@v1.1.1
github.com/hashicorp/golang-lru/v2@v2.0.7
github.com/hashicorp/golang-lru@v1.0.2
github.com/hibiken/asynq@v0.26.0
github.com/influxdata/influxdb-client-go/v2@v2.14.0
github.com/jackc/pgx/v5@v5.12.0
github.com/labstack/echo/v4@v4.13.4
github.com/minio/minio-go/v7@v7.4.1
github.com/nats-io/nats.go@v1.55.0
github.com/oklog/run@v1.2.0
github.com/orcaman/concurrent-map/v2@v2.0.1
github.com/panjf2000/ants/v2@v2.12.1
github.com/patrickmn/go-cache@v2.1.0+incompatible
github.com/pkg/sftp@v1.13.12
github.com/prometheus/client_golang@v1.25.0
github.com/puzpuzpuz/xsync/v3@v3.5.1
github.com/quic-go/quic-go@v0.65.0
github.com/rabbitmq/amqp091-go@v1.16.0
github.com/redis/go-redis/v9@v9.23.0
github.com/robfig/cron/v3@v3.0.1
github.com/rs/zerolog@v1.35.1
github.com/samber/lo@v1.53.0
github.com/sasha-s/go-deadlock@v0.3.5
github.com/segmentio/kafka-go@v0.4.51
github.com/sirupsen/logrus@v1.10.2
github.com/sourcegraph/conc@v0.3.0
github.com/spf13/viper@v1.21.0
github.com/syndtr/goleveldb@v1.0.0
github.com/twmb/franz-go@v1.22.2
github.com/valyala/fasthttp@v1.69.0
github.com/ztrue/tracerr@v0.3.0
go.etcd.io/bbolt@v1.5.0
go.etcd.io/etcd/client/v3@v3.7.3
go.mongodb.org/mongo-driver/v2@v2.9.3
go.mongodb.org/mongo-driver@v1.17.10
go.opentelemetry.io/otel/metric@v1.47.0
go.opentelemetry.io/otel/sdk@v1.47.0
go.opentelemetry.io/otel/trace@v1.47.0
go.uber.org/atomic@v1.11.0
go.uber.org/zap@v1.28.0
golang.org/x/crypto@v0.58.0
golang.org/x/sync@v0.24.0
golang.org/x/sys@v0.49.0
golang.org/x/term@v0.47.0
golang.org/x/time@v0.16.0
gonum.org/v1/gonum@v0.17.0
google.golang.org/grpc@v1.85.0
gopkg.in/tomb.v2@v2.0.0-20161208151619-d5d1b5820637
gorm.io/gorm@v1.31.2
k8s.io/apimachinery@v0.37.2
k8s.io/client-go@v0.37.2
nhooyr.io/websocket@v1.8.17
sigs.k8s.io/controller-runtime@v0.25.2
`

// TestThirdPartyRealModules resolves every entry of data/thirdparty in the source of its
// module: an exact name to a function that is declared so, a pattern to one at least.
func TestThirdPartyRealModules(t *testing.T) {
	r := &moduleSource{dirs: downloadModules(t), pkgs: make(map[string]*types.Package)}
	l := thirdPartyLayer(t)
	for _, op := range l.ops {
		if err := r.resolve(op); err != nil {
			t.Errorf("%v: %v", op.Pos, err)
		}
	}
	l.ops = nil
	for _, ref := range l.references() {
		if err := r.resolveReference(ref); err != nil {
			t.Errorf("%v: %v", ref.pos, err)
		}
	}
	for _, op := range l.syncs {
		if err := r.checkSync(op); err != nil {
			t.Errorf("%v: %v", op.Pos, err)
		}
	}
}

// resolveReference looks for what ref names in the source of its module.
func (r *moduleSource) resolveReference(ref reference) error {
	if isGlob(ref.name) {
		return r.resolveGlob(ref.name)
	}
	pkg := r.load(pathOf(ref.name))
	if pkg == nil {
		return fmt.Errorf("%s: no package %s in thirdPartyModules", ref.name, pathOf(ref.name))
	}
	if reason := ref.unmatched(map[string]*types.Package{pkg.Path(): pkg}); reason != "" {
		return fmt.Errorf("%s: %s", ref.name, reason)
	}
	return nil
}

// checkSync reports a path of op that the signature of its function does not have.
func (r *moduleSource) checkSync(op *SyncOp) error {
	pkg := r.load(pathOf(op.Func))
	if pkg == nil {
		return nil // reported already
	}
	obj, err := Resolve(op.Func, pkg)
	if err != nil {
		return nil // reported already
	}
	return checkSyncPaths(obj.(*types.Func), op)
}

// downloadModules returns the directory of each of thirdPartyModules.
func downloadModules(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module realmodules\n\ngo 1.26.0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	// Each module on its own: in one build list, they would raise each other's versions.
	cmd := exec.Command("go", append([]string{"mod", "download", "-json"}, strings.Fields(thirdPartyModules)...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	dirs := make(map[string]string)
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var m struct{ Path, Dir string }
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			return dirs
		} else if err != nil {
			t.Fatal(err)
		}
		dirs[m.Path] = m.Dir
	}
}

// moduleSource type-checks packages of downloaded modules, each by itself.
type moduleSource struct {
	dirs map[string]string         // of modules
	pkgs map[string]*types.Package // by import path; nil if there is none
}

func (r *moduleSource) resolve(op *Op) error {
	full := op.Func
	if isGlob(full) {
		return r.resolveGlob(full)
	}
	n, err := parseName(full)
	if err != nil {
		return err
	}
	pkg := r.load(n.pkg)
	if pkg == nil {
		return fmt.Errorf("%s: no package %s in thirdPartyModules", full, n.pkg)
	}
	obj, err := Resolve(full, pkg)
	if err != nil {
		return err
	}
	fn, ok := obj.(*types.Func)
	if !ok {
		return fmt.Errorf("%s is %v, not a function", full, obj)
	}
	for _, target := range slices.Concat(op.Calls, op.Spawns, op.Stores) {
		if err := checkTarget(fn, target); err != nil {
			return fmt.Errorf("%s: %w", full, err)
		}
	}
	for _, j := range op.Joins {
		if err := checkJoin(fn, j); err != nil {
			return fmt.Errorf("%s: %w", full, err)
		}
	}
	for _, w := range op.Wraps {
		if w.Root >= fn.Signature().Params().Len() {
			return fmt.Errorf("%s has no %v to wrap", full, w)
		}
	}
	return nil
}

// checkTarget reports what is wrong with a target of an entry of fn: a
// parameter that does not exist, or that is called and no func. It says
// nothing of fields of the receiver and of types of other packages.
func checkTarget(fn *types.Func, target Target) error {
	if target.Path.Root == Recv {
		return nil
	}
	params := fn.Signature().Params()
	if target.Path.Root >= params.Len() {
		return fmt.Errorf("%v, but there are %d parameters", target, params.Len())
	}
	typ := params.At(target.Path.Root).Type()
	for range target.Path.Fields { // only "[]" is in use
		slice, ok := typ.Underlying().(*types.Slice)
		if !ok {
			return fmt.Errorf("%v, but %v is no slice", target, typ)
		}
		typ = slice.Elem()
	}
	_, isFunc := typ.Underlying().(*types.Signature)
	if typ.Underlying() != types.Typ[types.Invalid] && isFunc != (target.Method == "") {
		return fmt.Errorf("%v, but the type is %v", target, typ)
	}
	return nil
}

// resolveGlob looks for a function that pattern matches in all packages that
// begin like the pattern.
func (r *moduleSource) resolveGlob(pattern string) error {
	for _, mod := range slices.Sorted(maps.Keys(r.dirs)) {
		found := false
		filepath.WalkDir(r.dirs[mod], func(dir string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() || found {
				return nil
			}
			rel, err := filepath.Rel(r.dirs[mod], dir)
			if err != nil {
				return err
			}
			path := mod
			if rel != "." {
				path += "/" + filepath.ToSlash(rel)
			}
			switch lit := literalOf(pattern); {
			case strings.HasPrefix(path+".", lit) || strings.HasPrefix(lit, path+"."):
				pkg := r.load(path)
				found = pkg != nil && declares(pkg, pattern)
			case !strings.HasPrefix(lit, path+"/") && !strings.HasPrefix(path+"/", lit):
				return fs.SkipDir
			}
			return nil
		})
		if found {
			return nil
		}
	}
	return fmt.Errorf("%s matches no function of thirdPartyModules", pattern)
}

// load returns the package at path, with the declarations of its functions and
// methods. Its imports are not loaded: what a signature holds does not matter.
func (r *moduleSource) load(path string) *types.Package {
	if pkg, ok := r.pkgs[path]; ok {
		return pkg
	}
	r.pkgs[path] = nil
	dir := r.dirOf(path)
	if dir == "" {
		return nil
	}
	ctxt := build.Default
	ctxt.GOOS, ctxt.GOARCH, ctxt.CgoEnabled = "linux", "amd64", true
	bp, err := ctxt.ImportDir(dir, 0)
	if err != nil {
		return nil
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range slices.Concat(bp.GoFiles, bp.CgoFiles) {
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil
		}
		files = append(files, f)
	}
	conf := types.Config{
		IgnoreFuncBodies: true,
		FakeImportC:      true,
		Importer:         noImports{},
		Error:            func(error) {}, // of the imports
	}
	r.pkgs[path], _ = conf.Check(path, fset, files, nil)
	return r.pkgs[path]
}

// dirOf returns the directory of the package pkg in the module with the longest path.
func (r *moduleSource) dirOf(pkg string) string {
	for mod := pkg; mod != "."; mod = path.Dir(mod) {
		if dir, ok := r.dirs[mod]; ok {
			return filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(pkg, mod)))
		}
	}
	return ""
}

type noImports struct{}

func (noImports) Import(path string) (*types.Package, error) {
	return nil, fmt.Errorf("%s is not loaded", path)
}
