// Package app imports mid only: chains through lib come from the facts of mid.
package app

import (
	"bytes"

	"effects/mid"
)

func ChainBad() { mid.ChainBad() } // want ChainBad:`^blocks\(sleep: time\.Sleep via mid\.ChainBad → lib\.CallBad → lib\.DirectBad\)$`

func ChainOK() { mid.ChainOK() }

func PassBad() { mid.Pass(mid.ChainBad) } // want PassBad:`^blocks\(sleep: time\.Sleep via mid\.Pass → lib\.Twice → lib\.Relay → mid\.ChainBad → lib\.CallBad → lib\.DirectBad\)$`

func PassOK() { mid.Pass(mid.ChainOK) }

func WriteOK() {
	var buf bytes.Buffer
	mid.Write(&buf)
}

func SubmitOK() { mid.Submit(mid.ChainBad) }

func DoerBad() { mid.DoerBad().Do() } // want DoerBad:`^blocks\(sleep: time\.Sleep via \(lib\.sleeper\)\.Do\)$`

func DoerOK() { mid.DoerOK().Do() }

func ClosureBad() { mid.ClosureBad()() } // want ClosureBad:`^blocks\(sleep: time\.Sleep via func literal in lib\.Closure → lib\.DirectBad\)$`

func ClosureOK() { mid.ClosureOK()() }

func ServerBad() { mid.NewServerBad().Serve() } // want ServerBad:`^blocks\(sleep: time\.Sleep via \(\*mid\.Server\)\.Serve → \(\*lib\.Holder\)\.Go → \(lib\.sleeper\)\.Do\)$`

func ServerOK() { mid.NewServerOK().Serve() }
