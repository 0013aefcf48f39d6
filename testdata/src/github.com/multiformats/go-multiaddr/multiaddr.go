// Package multiaddr is a stub for tests: types and signatures only.
package multiaddr

type Multiaddr interface {
	String() string
}
