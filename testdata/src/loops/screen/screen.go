// Package screen is a stub of a framework with a poll call.
package screen

type Event any

type Screen interface{ PollEvent() Event }
