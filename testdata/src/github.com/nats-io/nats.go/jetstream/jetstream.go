// Package jetstream is a stub for tests: types and signatures only.
package jetstream

type Msg interface {
	Data() []byte
	Subject() string
	Ack() error
}

type MessageHandler func(Msg)

type ConsumeContext interface {
	Stop()
}

type PullConsumeOpt interface{}

type Consumer interface {
	Consume(MessageHandler, ...PullConsumeOpt) (ConsumeContext, error)
}
