package sharedstate

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
	"github.com/yieldlint/yieldlint/internal/report"
	"github.com/yieldlint/yieldlint/internal/safety"
)

// Claims: the comment of a type, or of its package, says that goroutines may
// share its values, and an exported method touches a field without a lock that
// another method, or the same one in another goroutine, writes.

const categoryClaims = "claims"

// A claimed is a type with the sentence about it.
type claimed struct {
	obj   *types.TypeName
	claim *safety.Claim
}

// claimFindings returns at most one finding for each field. A field about
// which found has a finding at the same place already is left to that one.
func claimFindings(pass *analysis.Pass, acc *accesses.Result, found []report.Finding) []report.Finding {
	owners := claimedFields(pass)
	if len(owners) == 0 {
		return nil
	}
	done := make(map[types.Object]bool)
	var out []report.Finding
	for _, c := range acc.Cells {
		owner, ok := owners[c.Var]
		if !ok || done[c.Var] {
			continue
		}
		f, ok := brokenClaim(pass, acc, c, owner)
		if !ok {
			continue
		}
		done[c.Var] = true
		if !slices.ContainsFunc(found, func(x report.Finding) bool { return x.Confidence == report.Proved && sameCell(c, x.Pos) }) {
			out = append(out, f)
		}
	}
	return out
}

// sameCell reports whether an access to c is at pos.
func sameCell(c *accesses.Cell, pos token.Pos) bool {
	return slices.ContainsFunc(c.All, func(a *accesses.Access) bool { return place(a) == pos })
}

// claimedFields returns the fields of the exported structs that are claimed to be safe.
func claimedFields(pass *analysis.Pass) map[types.Object]claimed {
	out := make(map[types.Object]claimed)
	docs := safety.PackageDocs(pass)
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			for _, spec := range gen.Specs {
				spec := spec.(*ast.TypeSpec)
				obj, ok := pass.TypesInfo.Defs[spec.Name].(*types.TypeName)
				if !ok || !obj.Exported() || obj.IsAlias() {
					continue
				}
				st, ok := obj.Type().Underlying().(*types.Struct)
				claim := safety.TypeClaim(safety.DocOf(gen, spec), docs, obj.Name())
				if !ok || claim == nil || !claim.Safe {
					continue
				}
				for f := range st.Fields() {
					out[f.Origin()] = claimed{obj, claim}
				}
			}
		}
	}
	return out
}

// brokenClaim returns the finding about a field: an access without a lock in
// an exported method of the type, and a write in one with which it has no lock
// in common.
func brokenClaim(pass *analysis.Pass, acc *accesses.Result, c *accesses.Cell, owner claimed) (report.Finding, bool) {
	var best *accesses.Access
	var with *accesses.Access
	sure := false
	for _, a := range c.All {
		if !claimable(acc, a, owner.obj) || len(a.Locks) > 0 {
			continue
		}
		for _, w := range c.All {
			if !(a.Write || w.Write) || !claimable(acc, w, owner.obj) || commonLock(a, w) {
				continue
			}
			if !w.Write && w == a || accesses.Declared(w.Fn) == accesses.Declared(a.Fn) && !(a.Write && w.Write) {
				continue // the method that writes may do all there is to do alone: see the writes
			}
			certain := !aside(acc, a) && !aside(acc, w) && inUseBy(acc, a, owner.obj) && inUseBy(acc, w, owner.obj)
			if best == nil || certain && !sure {
				best, with, sure = a, w, certain
			}
		}
	}
	if best == nil {
		return report.Finding{}, false
	}
	f := report.Finding{Pos: place(best), Category: categoryClaims, Confidence: report.Suspect}
	if !sure {
		f.Confidence = report.Suspect
	}
	at := pass.Fset.Position(owner.claim.Pos)
	f.Message = fmt.Sprintf("%s is %s without a lock in %s, but the comment on line %d says that %s is %q",
		cellName(c), didTo(best), funcName(best.Fn), at.Line, owner.obj.Name(), owner.claim.Text)
	if with == best || accesses.Declared(with.Fn) == accesses.Declared(best.Fn) {
		f.Chain = append(f.Chain, report.Step{Pos: place(with), Text: "two calls at once write it both"})
	} else {
		f.Chain = append(f.Chain, report.Step{Pos: place(with), Text: fmt.Sprintf("%s in %s%s", didTo(with), funcName(with.Fn), underLocks(with))})
	}
	f.Chain = append(f.Chain, report.Step{Pos: owner.claim.Pos, Text: fmt.Sprintf("the comment: %q", owner.claim.Text)})
	return f, true
}

func underLocks(a *accesses.Access) string {
	if len(a.Locks) == 0 {
		return ""
	}
	return " under " + accesses.LockName(a.Locks[0].Class)
}

// claimable reports whether users of the type may run a: it is reached from an
// exported method of it, and nothing else is known to order it.
func claimable(acc *accesses.Result, a *accesses.Access, obj *types.TypeName) bool {
	if a.Atomic || a.Unknown || named(acc, a.Fn) || acc.Uncalled(a.Fn) {
		return false
	}
	ctx := acc.Contexts[a.Fn]
	if ctx == nil || ctx.Setup {
		return false
	}
	if exportedMethod(accesses.Declared(a.Fn), obj) && (a.Fn.Parent() == nil || !ctx.Go) {
		return true
	}
	return slices.ContainsFunc(ctx.Roots, func(fn *ssa.Function) bool { return exportedMethod(fn, obj) })
}

// exportedMethod reports whether fn is an exported method of the type, with a
// pointer receiver: others work on a copy.
func exportedMethod(fn *ssa.Function, obj *types.TypeName) bool {
	recv := fn.Signature.Recv()
	if recv == nil || fn.Object() == nil || !fn.Object().Exported() {
		return false
	}
	p, ok := types.Unalias(recv.Type()).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Origin().Obj() == obj
}

// aside reports whether comments hardly mean a: it begins or ends the life of
// the value, is in view of a caller's lock, or comes after an atomic load.
func aside(acc *accesses.Result, a *accesses.Access) bool {
	return lifecycle(accesses.Declared(a.Fn)) || acc.CallersLock(a.Fn) || afterAtomicLoad(acc, a) || rootsAside(acc, a)
}

// inUseBy reports whether an exported method that does not begin or end the
// life of the value runs a.
func inUseBy(acc *accesses.Result, a *accesses.Access, obj *types.TypeName) bool {
	if fn := accesses.Declared(a.Fn); exportedMethod(fn, obj) && !lifecycle(fn) {
		return true
	}
	ctx := acc.Contexts[a.Fn]
	return ctx != nil && slices.ContainsFunc(ctx.Roots, func(fn *ssa.Function) bool { return exportedMethod(fn, obj) && !lifecycle(fn) })
}

func rootsAside(acc *accesses.Result, a *accesses.Access) bool {
	ctx := acc.Contexts[a.Fn]
	return ctx != nil && len(ctx.Roots) > 0 && !slices.ContainsFunc(ctx.Roots, func(fn *ssa.Function) bool { return !lifecycle(fn) })
}
