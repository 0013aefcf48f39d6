// Package resolver is a stub for tests: types and signatures only.
package resolver

type (
	Address           struct{ Addr string }
	State             struct{ Addresses []Address }
	Target            struct{}
	BuildOptions      struct{}
	ResolveNowOptions struct{}
)

func (Target) Endpoint() string { return "" }

type ClientConn interface {
	UpdateState(State) error
	ReportError(error)
}

type Builder interface {
	Build(Target, ClientConn, BuildOptions) (Resolver, error)
	Scheme() string
}

type Resolver interface {
	ResolveNow(ResolveNowOptions)
	Close()
}

type AuthorityOverrider interface {
	OverrideAuthority(Target) string
}

func Register(Builder) {}
