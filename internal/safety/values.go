package safety

import (
	"fmt"
	"go/types"
)

// decideValue judges a type that is no struct.
func (j *judge) decideValue(t *typeOf) {
	for _, fn := range j.methodsOf(t) {
		if j.effects[fn][0] != writes1 {
			continue
		}
		t.level = NotSafe
		t.reason = &reason{fn.Pos(), fmt.Sprintf("%s writes the value without a lock", funcName(fn))}
		return
	}
	t.level = Immutable
	switch u := t.obj.Type().Underlying().(type) {
	case *types.Map:
		t.level, t.reason = NotSafe, &reason{t.obj.Pos(), "a map: everybody can write its entries"}
	case *types.Slice:
		t.level, t.reason = NotSafe, &reason{t.obj.Pos(), "a slice: everybody can write its elements"}
	case *types.Chan:
		t.level = Synchronised
	case *types.Signature:
		t.level, t.reason = Unknown, &reason{t.obj.Pos(), "a func: what it captures decides"}
	case *types.Pointer:
		if obj := namedOf(u.Elem()); obj != nil {
			t.level = j.levelOf(obj)
		}
		if t.level == NotSafe || t.level == Unknown {
			t.reason = &reason{t.obj.Pos(), "a pointer to " + typeName(u.Elem(), j.pass.Pkg)}
		}
	}
}
