// Package mid is all that package app imports for some of its calls: what it
// says of lib must be self-contained.
package mid

import (
	"io"

	"effects/lib"
)

func ChainBad() { lib.CallBad() } // want ChainBad:`^blocks\(sleep: time\.Sleep via lib\.CallBad → lib\.DirectBad\)$`

func ChainOK() { lib.CallOK() }

func Pass(f func()) { lib.Twice(f) } // want Pass:`^calls\(param0\.\(\)\)$`

func Write(w io.Writer) { lib.WriteTo(w) } // want Write:`^calls\(param0\.Write\(\)\)$`

func Submit(f func()) { lib.Run(f) } // want Submit:`^runs\(param0\)$`

func DoerBad() lib.Doer { return lib.NewDoerBad() } // want DoerBad:`^returns0\(lib\.sleeper\{Do: blocks\(sleep: time\.Sleep\)\}\)$`

func DoerOK() lib.Doer { return lib.NewDoerOK() } // want DoerOK:`^returns0\(lib\.noop\{\}\)$`

func ClosureBad() func() { return lib.Closure(lib.DirectBad) } // want ClosureBad:`^returns0\(func blocks\(sleep: time\.Sleep via lib\.DirectBad\)\)$`

func ClosureOK() func() { return lib.Closure(lib.CallOK) } // want ClosureOK:`^returns0\(func pure\)$`

// Server nests what lib makes.
type Server struct{ h *lib.Holder }

func NewServerBad() *Server { return &Server{lib.NewHolderBad()} } // want NewServerBad:`^returns0\(\*mid\.Server{h: \*lib\.Holder{D: lib\.sleeper{Do: blocks\(sleep: time\.Sleep\)}}}\)$`

func NewServerOK() *Server { return &Server{lib.NewHolderOK()} } // want NewServerOK:`^returns0\(\*mid\.Server{h: \*lib\.Holder{D: lib\.noop{}}}\)$`

func (s *Server) Serve() { s.h.Go() } // want Serve:`^calls\(param0\.h\.D\.Do\(\)\)$`
