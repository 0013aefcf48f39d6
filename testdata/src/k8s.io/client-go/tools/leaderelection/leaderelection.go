// Package leaderelection is a stub for tests: types and signatures only.
package leaderelection

import "context"

type LeaderCallbacks struct {
	OnStartedLeading func(context.Context)
	OnStoppedLeading func()
	OnNewLeader      func(string)
}

type LeaderElectionConfig struct{ Callbacks LeaderCallbacks }

func RunOrDie(context.Context, LeaderElectionConfig) {}
