// Package impl implements what api demands, well and badly.
package impl

import (
	"net"
	"os"
	"time"
)

type Slow struct{}

func (Slow) Encode(v string) string { os.ReadFile(v); return v }
func (Slow) Close() error           { return nil }
func (Slow) Changed(v string)       { time.Sleep(time.Second) }
func (Slow) Gone(v string)          {}
func (Slow) Fire(v string)          { net.Dial("tcp", v) }
func (Slow) Draw()                  { net.Dial("tcp", "") }

type Fast struct{}

func (Fast) Encode(v string) string { return v }
func (Fast) Close() error           { os.Remove("x"); return nil }
func (Fast) Changed(v string)       {}
func (Fast) Gone(v string)          { go os.Remove(v) }
func (Fast) Fire(v string)          {}
func (Fast) Draw()                  {}

func Slowly(v string) bool { time.Sleep(time.Second); return true }
func Badly(v string) bool  { _, err := os.ReadFile(v); return err == nil }
