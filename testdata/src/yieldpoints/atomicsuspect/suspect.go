// Package atomicsuspect has steps that are assumed.
package atomicsuspect

import "net"

type store interface{ put(string) }

type memory struct{ rows map[string]bool }

func (m *memory) put(name string) { m.rows[name] = true }

type remote struct{ conn net.Conn }

func (r *remote) put(name string) { r.conn.Write([]byte(name)) }

type cache struct{ store store }

func newMemory() *cache              { return &cache{&memory{map[string]bool{}}} }
func newRemote(conn net.Conn) *cache { return &cache{&remote{conn}} }

// One of two stores suspends.
//
//yieldlint:atomic
func (c *cache) add(name string) {
	c.store.put(name) // want `\(\*cache\).add is marked atomic and suspends on the network: \(net.Conn\).Write, 2 calls down \[yieldpoints/atomic, suspect\]`
}

// Whether there is something to receive is not known.
//
//yieldlint:atomic
func receives(c chan int, done <-chan struct{}) int {
	select { // want `receives is marked atomic and waits for another goroutine.*suspect`
	case v := <-c:
		return v
	case <-done:
		return 0
	}
}
