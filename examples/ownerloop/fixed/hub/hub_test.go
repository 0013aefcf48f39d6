package hub

import (
	"net"
	"testing"
	"time"

	"github.com/yieldlint/yieldlint/examples/ownerloop/netlog"
)

// The hub answers although the collector reads nothing.
func TestNoStall(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	log := netlog.NewAsync(netlog.New(ours), 1)
	h := New(log, time.Minute)
	defer h.Stop()
	for range 5 {
		h.Join("ann")
		h.Leave("ann")
	}
	h.Join("bob")
	if h.Present("ann") || !h.Present("bob") {
		t.Error("want ann absent and bob present")
	}
	if log.Dropped() == 0 {
		t.Error("want lines dropped")
	}
}
