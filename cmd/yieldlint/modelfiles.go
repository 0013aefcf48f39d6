package main

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/yieldlint/yieldlint/internal/effects"
	"github.com/yieldlint/yieldlint/internal/explain"
	"github.com/yieldlint/yieldlint/internal/models"
)

// modelFiles finds the entries of the models by the names of functions.
type modelFiles struct{ *overlays }

// entry returns what the entry for the function says, nil if there is none.
func (m modelFiles) entry(full string) *explain.Model {
	fn := namedFunc(full)
	if fn == nil {
		return nil
	}
	op := m.table.Op(fn)
	if waits := m.table.SelfWait(fn); len(waits) > 0 {
		op = waits[0].Op
		return &explain.Model{
			Posn: m.place(op.Pos), Effect: models.Blocks, Class: models.Wait,
			Cost: explain.Cost(models.Unbounded), Why: op.Why,
		}
	}
	if op == nil || op.Func == "" {
		return nil // at most a default of its package
	}
	model := &explain.Model{Posn: m.place(op.Pos), Effect: op.Effect, When: op.When, Why: op.Why}
	if op.Effect == models.Blocks {
		model.Class, model.Cost = op.Class, explain.Cost(op.Cost)
	}
	for _, t := range op.Calls {
		model.Calls = append(model.Calls, t.String())
	}
	return model
}

// place names the file of a built-in entry without the directory of all.
func (m modelFiles) place(pos models.Pos) string {
	if file, ok := strings.CutPrefix(pos.File, "data/"); ok {
		return fmt.Sprintf("%s:%d", file, pos.Line)
	}
	if lib := m.library(pos.File); lib != nil {
		return m.overlays.place(lib.File, pos.Line)
	}
	return m.overlays.place(m.path, pos.Line)
}

// namedFunc returns a function that has nothing but a full name, which is what
// tables of models are asked by; nil if full is not the name of a declared function.
func namedFunc(full string) *types.Func {
	path := effects.PackageOf(full)
	if path == "" || strings.Contains(full, "$") {
		return nil
	}
	pkg := types.NewPackage(path, "")
	recv, name, isMethod := strings.Cut(full, ").")
	if !isMethod {
		return types.NewFunc(token.NoPos, pkg, strings.TrimPrefix(full, path+"."), types.NewSignatureType(nil, nil, nil, nil, nil, false))
	}
	typ, isPtr := strings.CutPrefix(strings.TrimPrefix(recv, "("), "*")
	typ = strings.TrimPrefix(typ, path+".")
	var t types.Type = types.NewNamed(types.NewTypeName(token.NoPos, pkg, typ, nil), types.NewStruct(nil, nil), nil)
	if isPtr {
		t = types.NewPointer(t)
	}
	return types.NewFunc(token.NoPos, pkg, name, types.NewSignatureType(types.NewParam(token.NoPos, pkg, "", t), nil, nil, nil, nil, false))
}
