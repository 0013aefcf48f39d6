package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/yieldlint/yieldlint/internal/models"
)

// A vetx file of x/tools' unitchecker is vetxMagic, the lengths of types and
// facts, the types in the indexed format, the facts.
const (
	vetxMagic  = "vetx"
	vetxHeader = len(vetxMagic) + 4 + 4
	// indexedFormat is what gcexportdata expects before such types.
	indexedFormat = 'i'
)

// exportStd writes the facts file of a standard package that is a dependency,
// and reports whether it could. Of such a package nothing is wanted but the
// types: it has no facts. So the bodies of its functions, which are most of
// it, need no types, where unitchecker checks all. The file is the same.
//
// A unit that is not like that, or at which anything fails, is unitchecker's:
// it knows what to say.
func exportStd(u unit) bool {
	if !u.VetxOnly || u.VetxOutput == "" || !models.IsStd(u.ImportPath) {
		return false
	}
	data, err := u.exportTypes()
	return err == nil && os.WriteFile(u.VetxOutput, data, 0o666) == nil
}

// exportTypes returns the content of a facts file without facts.
func (u unit) exportTypes() ([]byte, error) {
	fset := token.NewFileSet()
	pkg, err := u.check(fset)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := gcexportdata.Write(&out, fset, pkg); err != nil {
		return nil, err
	}
	exported := out.Bytes()[1:] // without indexedFormat
	data := append(make([]byte, 0, vetxHeader+len(exported)), vetxMagic...)
	data = binary.LittleEndian.AppendUint32(data, uint32(len(exported)))
	data = binary.LittleEndian.AppendUint32(data, 0)
	return append(data, exported...), nil
}

// check type-checks the declarations of the package.
func (u unit) check(fset *token.FileSet) (*types.Package, error) {
	var files []*ast.File
	for _, name := range u.GoFiles {
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	conf := types.Config{
		Importer:         newVetxImporter(u, fset),
		Sizes:            types.SizesFor("gc", build.Default.GOARCH),
		GoVersion:        u.GoVersion,
		IgnoreFuncBodies: true,
	}
	return conf.Check(u.ImportPath, fset, files, nil)
}

// A vetxImporter reads the types of imports from their facts files.
type vetxImporter struct {
	unit unit
	fset *token.FileSet
	seen map[string]*types.Package
}

func newVetxImporter(u unit, fset *token.FileSet) *vetxImporter {
	return &vetxImporter{unit: u, fset: fset, seen: make(map[string]*types.Package)}
}

func (im *vetxImporter) Import(name string) (*types.Package, error) {
	path := im.unit.ImportMap[name] // vendoring
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := im.seen[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	data, err := os.ReadFile(im.unit.PackageVetx[path])
	if err != nil {
		return nil, err
	}
	exported, err := vetxTypes(data)
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(bytes.NewReader(exported), im.fset, im.seen, path)
}

// vetxTypes returns the types in a facts file, as gcexportdata expects them.
// It overwrites a byte before them.
func vetxTypes(data []byte) ([]byte, error) {
	if len(data) < vetxHeader || string(data[:len(vetxMagic)]) != vetxMagic {
		return nil, fmt.Errorf("not a facts file")
	}
	size := int64(binary.LittleEndian.Uint32(data[len(vetxMagic):]))
	if size > int64(len(data)-vetxHeader) {
		return nil, fmt.Errorf("a facts file that is cut off")
	}
	exported := data[vetxHeader-1 : vetxHeader+int(size)]
	exported[0] = indexedFormat
	return exported, nil
}
