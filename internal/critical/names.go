package critical

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Key returns a name of a class of locks that is the same in every package:
// "(example.com/p.T).mu", "example.com/p.mu".
func (r *Result) Key(class any) string {
	switch c := class.(type) {
	case string:
		return c
	case *ssa.Global:
		return c.Pkg.Pkg.Path() + "." + c.Name()
	case *types.Var:
		if c.Pkg() == nil {
			return c.Name()
		}
		if owner := r.ownersIn(c.Pkg())[c]; owner != "" {
			return "(" + c.Pkg().Path() + "." + owner + ")." + c.Name()
		}
		return fmt.Sprintf("%s.%s@%d", c.Pkg().Path(), c.Name(), c.Pos())
	}
	return ""
}

// ownersIn returns the names of the types that the fields of a package are of.
func (r *Result) ownersIn(pkg *types.Package) map[*types.Var]string {
	if m, ok := r.owners[pkg]; ok {
		return m
	}
	m := make(map[*types.Var]string)
	r.owners[pkg] = m
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.TypeName:
			if !obj.IsAlias() {
				fieldsOf(obj.Type(), name, m)
			}
		case *types.Var:
			if _, named := types.Unalias(obj.Type()).(*types.Named); !named {
				fieldsOf(obj.Type(), name, m)
			}
		}
	}
	return m
}

func fieldsOf(t types.Type, name string, m map[*types.Var]string) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		m[f.Origin()] = name
		if _, nested := types.Unalias(f.Type()).(*types.Struct); nested {
			fieldsOf(f.Type(), name+"."+f.Name(), m)
		}
	}
}

// Owner returns the type that a lock is a field of, nil if it is none.
func (r *Result) Owner(class any) *types.TypeName {
	v, ok := class.(*types.Var)
	if !ok || v.Pkg() == nil {
		return nil
	}
	name, _, _ := strings.Cut(r.ownersIn(v.Pkg())[v], ".")
	t, _ := v.Pkg().Scope().Lookup(name).(*types.TypeName)
	return t
}

// Name returns the name of a class of locks as a message of this package
// shows it: "Server.mu", "other.Server.mu".
func (r *Result) Name(class any) string {
	key := r.Key(class)
	if i := strings.IndexByte(key, '@'); i >= 0 {
		return key[strings.LastIndexByte(key[:i], '.')+1 : i]
	}
	pkg := r.pass.Pkg.Path() + "."
	key = strings.NewReplacer("(", "", ")", "").Replace(key)
	if rest, ok := strings.CutPrefix(key, pkg); ok {
		return rest
	}
	return key[strings.LastIndexByte(key, '/')+1:]
}
