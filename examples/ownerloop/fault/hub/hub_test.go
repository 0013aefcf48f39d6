package hub

import (
	"bufio"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/yieldlint/yieldlint/examples/ownerloop/netlog"
)

// The hub answers only after the collector has read the line.
func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		h := New(netlog.New(ours), time.Minute)
		h.Join("ann")
		h.Join("bob")
		h.Leave("ann")

		answer := make(chan bool, 1)
		go func() { answer <- h.Present("bob") }()
		synctest.Wait()
		select {
		case <-answer:
			t.Error("the hub answered while the collector did not read")
		default:
		}

		if line, err := bufio.NewReader(theirs).ReadString('\n'); line != "ann left\n" {
			t.Errorf("collector got %q, %v", line, err)
		}
		if !<-answer {
			t.Error("bob is not present")
		}
		h.Stop()
	})
}
