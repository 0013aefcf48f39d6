// Package quiet wires the loop to a logger that does not block.
package quiet

import (
	"blockingio/inject/declog"
	"blockingio/inject/loop"
	"blockingio/inject/stdlog"
)

func Run() {
	log := declog.WithPrefix("app: ", stdlog.Logger{})
	loop.New(log).OnEvent("start")
}
