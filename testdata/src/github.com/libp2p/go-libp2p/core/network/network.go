// Package network is a stub for tests: types and signatures only.
package network

import (
	"context"
	"io"

	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

type (
	Direction     int
	Connectedness int
)

type ConnMultiaddrs interface {
	LocalMultiaddr() ma.Multiaddr
	RemoteMultiaddr() ma.Multiaddr
}

type Stream interface {
	io.Reader
	io.Writer
	io.Closer
	Reset() error
	Conn() Conn
}

type Conn interface {
	io.Closer
	ConnMultiaddrs
	RemotePeer() peer.ID
	NewStream(context.Context) (Stream, error)
}

type Notifiee interface {
	Listen(Network, ma.Multiaddr)
	ListenClose(Network, ma.Multiaddr)
	Connected(Network, Conn)
	Disconnected(Network, Conn)
}

type NotifyBundle struct {
	ListenF       func(Network, ma.Multiaddr)
	ListenCloseF  func(Network, ma.Multiaddr)
	ConnectedF    func(Network, Conn)
	DisconnectedF func(Network, Conn)
}

func (*NotifyBundle) Listen(Network, ma.Multiaddr)      {}
func (*NotifyBundle) ListenClose(Network, ma.Multiaddr) {}
func (*NotifyBundle) Connected(Network, Conn)           {}
func (*NotifyBundle) Disconnected(Network, Conn)        {}

type StreamHandler func(Stream)

type Dialer interface {
	DialPeer(context.Context, peer.ID) (Conn, error)
	Peers() []peer.ID
	Notify(Notifiee)
	StopNotify(Notifiee)
}

type Network interface {
	Dialer
	io.Closer
	SetStreamHandler(StreamHandler)
	NewStream(context.Context, peer.ID) (Stream, error)
}
