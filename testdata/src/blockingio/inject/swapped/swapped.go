// Package swapped is package quiet with another logger.
package swapped

import (
	"blockingio/inject/declog"
	"blockingio/inject/loop"
	"blockingio/inject/netlog"
)

func Run() error {
	remote, err := netlog.Dial("logs:514")
	if err != nil {
		return err
	}
	log := declog.WithPrefix("app: ", remote)
	loop.New(log).OnEvent("start") // want `declog\.prefixed is injected here as logger\.Logger: its Printf, which \(\*loop\.Loop\)\.OnEvent calls on the event loop, blocks on the network: \(net\.Conn\)\.Write, 3 calls down`
	return nil
}
