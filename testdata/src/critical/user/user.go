// Package user uses the locks of another package.
package user

import "critical/lib"

type Owner struct{ box lib.Box }

func (o *Owner) Add() { o.box.Add() } // want Add:`takes param0.box.mu`

func (o *Owner) Two() { o.box.Two() } // want Two:`takes param0.box.rw for reading, takes param0.box.mu under param0.box.rw for reading`

func (o *Owner) Call(f func()) { o.box.Each(f) } // want Call:`takes param0.box.mu, calls param1 under param0.box.mu`
