// Package mqtt is a stub for tests: types and signatures only.
package mqtt

import (
	"crypto/tls"
	"net"
	"net/url"
	"time"
)

type (
	MessageHandler                func(Client, Message)
	OnConnectHandler              func(Client)
	ConnectionLostHandler         func(Client, error)
	ConnectionNotification        interface{ Type() int }
	ConnectionNotificationHandler func(Client, ConnectionNotification)
	ReconnectHandler              func(Client, *ClientOptions)
	ConnectionAttemptHandler      func(*url.URL, *tls.Config) *tls.Config
	CredentialsProvider           func() (string, string)
	OpenConnectionFunc            func(*url.URL, ClientOptions) (net.Conn, error)
)

type Message interface {
	Topic() string
	Payload() []byte
	Ack()
}

type Token interface {
	Wait() bool
	WaitTimeout(time.Duration) bool
	Done() <-chan struct{}
	Error() error
}

func WaitTokenTimeout(Token, time.Duration) error { return nil }

type Client interface {
	IsConnected() bool
	Connect() Token
	Disconnect(uint)
	Publish(string, byte, bool, interface{}) Token
	Subscribe(string, byte, MessageHandler) Token
	SubscribeMultiple(map[string]byte, MessageHandler) Token
	Unsubscribe(...string) Token
	AddRoute(string, MessageHandler)
}

type ClientOptions struct {
	Order                 bool
	DefaultPublishHandler MessageHandler
	OnConnect             OnConnectHandler
	OnConnectionLost      ConnectionLostHandler
}

func NewClientOptions() *ClientOptions { return nil }

func (o *ClientOptions) AddBroker(string) *ClientOptions                               { return o }
func (o *ClientOptions) SetOrderMatters(bool) *ClientOptions                           { return o }
func (o *ClientOptions) SetDefaultPublishHandler(MessageHandler) *ClientOptions        { return o }
func (o *ClientOptions) SetOnConnectHandler(OnConnectHandler) *ClientOptions           { return o }
func (o *ClientOptions) SetConnectionLostHandler(ConnectionLostHandler) *ClientOptions { return o }
func (o *ClientOptions) SetReconnectingHandler(ReconnectHandler) *ClientOptions        { return o }

func NewClient(*ClientOptions) Client { return nil }
