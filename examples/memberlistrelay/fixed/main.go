// Command fixed is a member of a gossip cluster that passes every message on
// to a collector. Lines on standard input go to all other members:
//
//	go run ./memberlistrelay/fixed -bind 127.0.0.1:7946
//	go run ./memberlistrelay/fixed -bind 127.0.0.1:7947 -join 127.0.0.1:7946
//
// When the collector stops reading, lines are dropped and counted; gossip is
// handled as before.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"io"
	"log"
	"net/netip"
	"os"
	"sync/atomic"

	"github.com/hashicorp/memberlist"

	"github.com/yieldlint/yieldlint/examples/internal/loopback"
	"github.com/yieldlint/yieldlint/examples/memberlistrelay/relay"
)

// A forwarder is the delegate of this member.
type forwarder struct {
	relay   *relay.Client
	queue   chan []byte
	dropped atomic.Int64
	failed  atomic.Int64
}

// NotifyMsg runs on the one goroutine that also handles the news of who is
// alive, suspect or dead.
func (f *forwarder) NotifyMsg(msg []byte) {
	// Right: the message is copied, since memberlist reuses msg, and handed
	// over without waiting. If the queue is full, the message is dropped.
	select {
	case f.queue <- bytes.Clone(msg):
	default:
		f.dropped.Add(1)
	}
}

// forward runs on a goroutine of its own, which may wait for the collector.
func (f *forwarder) forward() {
	for msg := range f.queue {
		if err := f.relay.Send(msg); err != nil {
			f.failed.Add(1)
		}
	}
}

func (f *forwarder) NodeMeta(limit int) []byte                  { return nil }
func (f *forwarder) GetBroadcasts(overhead, limit int) [][]byte { return nil }
func (f *forwarder) LocalState(join bool) []byte                { return nil }
func (f *forwarder) MergeRemoteState(buf []byte, join bool)     {}

func main() {
	bind := flag.String("bind", "127.0.0.1:7946", "address of this member")
	join := flag.String("join", "", "address of a member to join")
	collector := flag.String("collector", "", "address to send lines to; empty starts one that prints")
	flag.Parse()

	addr, err := netip.ParseAddrPort(*bind)
	if err != nil {
		log.Fatal(err)
	}
	if *collector == "" {
		if *collector, err = loopback.Sink(os.Stdout); err != nil {
			log.Fatal(err)
		}
	}
	client, err := relay.Dial(*collector)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	f := &forwarder{relay: client, queue: make(chan []byte, 1024)}
	go f.forward()
	cfg := memberlist.DefaultLocalConfig()
	cfg.Name = *bind
	cfg.BindAddr, cfg.BindPort = addr.Addr().String(), int(addr.Port())
	cfg.AdvertisePort = cfg.BindPort
	cfg.LogOutput = io.Discard
	cfg.Delegate = f
	list, err := memberlist.Create(cfg)
	if err != nil {
		log.Fatal(err)
	}
	defer list.Shutdown()
	if *join != "" {
		if _, err := list.Join([]string{*join}); err != nil {
			log.Fatal(err)
		}
	}

	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		for _, node := range list.Members() {
			if node.Name == cfg.Name {
				continue
			}
			if err := list.SendBestEffort(node, in.Bytes()); err != nil {
				log.Print(err)
			}
		}
	}
	log.Printf("%d lines dropped, %d could not be sent", f.dropped.Load(), f.failed.Load())
}
