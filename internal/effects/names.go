package effects

import (
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/lazy"
)

// nameOf returns the full name of a function, in the form of
// types.Func.FullName. A function literal is its parent's name, "$" and a number.
func nameOf(fn *ssa.Function) string {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if obj := fn.Object(); obj != nil {
		if f, ok := obj.(interface{ FullName() string }); ok {
			return stripTypeParams(f.FullName())
		}
	}
	if p := fn.Parent(); p != nil {
		for i, anon := range p.AnonFuncs {
			if anon == fn {
				return nameOf(p) + "$" + strconv.Itoa(i+1)
			}
		}
	}
	if fn.Pkg != nil {
		return fn.Pkg.Pkg.Path() + "." + fn.Name()
	}
	return fn.Name()
}

// nameOf is the func nameOf, which makes a name anew each time.
func (e *engine) nameOf(fn *ssa.Function) string {
	name, ok := e.names[fn]
	if !ok {
		name = nameOf(fn)
		e.names[fn] = name
	}
	return name
}

// fullName returns the full name of obj without type parameters.
func (e *engine) fullName(obj *types.Func) string {
	name, ok := e.names[obj]
	if !ok {
		name = stripTypeParams(obj.FullName())
		e.names[obj] = name
	}
	return name
}

// stripTypeParams drops "[...]" from a name.
func stripTypeParams(name string) string {
	for {
		i := strings.IndexByte(name, '[')
		if i < 0 {
			return name
		}
		depth, j := 0, i
		for ; j < len(name); j++ {
			switch name[j] {
			case '[':
				depth++
			case ']':
				depth--
			}
			if depth == 0 {
				break
			}
		}
		if j == len(name) {
			return name
		}
		name = name[:i] + name[j+1:]
	}
}

var (
	literalSuffix = lazy.Regexp(`(\$[0-9]+)+$`)
	majorVersion  = lazy.Regexp(`^v[0-9]+$`)
)

// ShortName returns full as a reader of package pkg would write it: without
// the path of the package, and without the package for pkg's own functions.
func ShortName(full, pkg string) string { return shortName(full, pkg) }

func shortName(full, pkg string) string {
	if lit := literalSuffix().FindString(full); lit != "" {
		return "func literal in " + shortName(strings.TrimSuffix(full, lit), pkg)
	}
	prefix, rest := "", full
	if strings.HasPrefix(rest, "(") {
		prefix, rest = "(", rest[1:]
	}
	if strings.HasPrefix(rest, "*") {
		prefix, rest = prefix+"*", rest[1:]
	}
	pkgPath, name := splitName(rest)
	if pkgPath == "" {
		return full
	}
	name = strings.ReplaceAll(name, "#", ".") // a slot
	if pkgPath == pkg {
		return prefix + name
	}
	base := path.Base(pkgPath)
	if majorVersion().MatchString(base) {
		base = path.Base(path.Dir(pkgPath))
	}
	base = strings.TrimSuffix(strings.TrimPrefix(base, "go-"), "-go")
	if i := strings.LastIndexByte(base, '.'); i > 0 { // nats.go, yaml.v3
		base = base[:i]
	}
	return prefix + base + "." + name
}

// splitName splits a full name, without the brackets and stars before it,
// after the path of its package.
func splitName(full string) (pkgPath, name string) {
	named, method := full, ""
	if i := strings.IndexByte(full, ')'); i >= 0 {
		named, method = full[:i], full[i:]
	}
	dot := strings.LastIndexByte(named, '.')
	if dot < 0 {
		return "", full
	}
	return named[:dot], named[dot+1:] + method
}

// packageOf returns the path of the package of a full name.
func packageOf(full string) string {
	pkgPath, _ := splitName(strings.TrimPrefix(strings.TrimPrefix(full, "("), "*"))
	return pkgPath
}

// placeOf returns the file and line of pos for a fact: the file is the path of
// the package and a base name, so that facts do not depend on the machine.
func placeOf(fset *token.FileSet, pkgPath string, pos token.Pos) (file string, line int) {
	p := fset.Position(pos)
	return pkgPath + "/" + filepath.Base(p.Filename), p.Line
}
