package safety

// answer puts what is known of a type into its form for output.
func (j *judge) answer(t *typeOf) Type {
	a := Type{
		Name: j.pass.Pkg.Path() + "." + t.obj.Name(), Package: j.pass.Pkg.Path(), PkgName: j.pass.Pkg.Name(),
		Posn: j.posn(t.obj.Pos()), Level: t.level, Locks: t.locks, Depends: t.depends,
	}
	if t.reason != nil {
		a.Reason = &Note{j.posn(t.reason.pos), t.reason.text}
	}
	if !t.level.Safe() {
		a.Depends = nil
	}
	if t.claim != nil {
		a.Says = &Statement{j.posn(t.claim.Pos), t.claim.Text, t.claim.Safe}
	}
	for _, p := range t.parts {
		a.Fields = append(a.Fields, Field{
			Name: p.field.Name(), Level: p.level, Text: p.text, Accesses: p.count, Writes: p.written,
			Held: p.locked, Posn: j.posn(p.pos),
		})
	}
	return a
}
