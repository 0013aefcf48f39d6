// Package directives has loop code that a comment marks.
package directives

import "time"

//yieldlint:eventloop
func funcBad() { time.Sleep(time.Second) } // want `^funcBad runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func unmarkedOK() { time.Sleep(time.Second) }

func literals() {
	//yieldlint:eventloop
	litBad := func() { time.Sleep(time.Second) } // want `^func literal in literals runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
	litOK := func() { time.Sleep(time.Second) }
	_, _ = litBad, litOK
}

type handler interface {
	//yieldlint:eventloop
	OnEvent()
	Close()
}

type handlerBad struct{}

func (handlerBad) OnEvent() { time.Sleep(time.Second) } // want `^\(handlerBad\)\.OnEvent runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
func (handlerBad) Close()   { time.Sleep(time.Second) }

type handlerOK struct{}

func (handlerOK) OnEvent() {}
func (handlerOK) Close()   { time.Sleep(time.Second) }

//yieldlint:eventloop
type callback func(int)

func convert() {
	_ = callback(callbackBad)
	_ = callback(callbackOK)
}

func callbackBad(int) { time.Sleep(time.Second) } // want `^callbackBad runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func callbackOK(int) {}

type options struct {
	//yieldlint:eventloop
	onData func()
	onDone func()
}

func fill() options { return options{onData: dataBad, onDone: doneOK} }

func dataBad() { time.Sleep(time.Second) } // want `^dataBad runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`

func doneOK() { time.Sleep(time.Second) }

//yieldlint:eventloop
func ignoredOK() {
	time.Sleep(time.Second) //yieldlint:ignore blockingio -- the device needs it
	//yieldlint:ignore blockingio/loop-blocks -- so does this one
	time.Sleep(time.Second)
}

//yieldlint:eventloop
func otherCategoryBad() {
	/* want `^ignore directive matches no finding of blockingio/self-wait \[blockingio/directive\]$` */ //yieldlint:ignore blockingio/self-wait -- not what is reported here
	time.Sleep(time.Second)                                                                             // want `^otherCategoryBad runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$`
}

//yieldlint:eventloop
func noReasonBad() {
	time.Sleep(time.Second) /* want `^noReasonBad runs on the event loop and sleeps: time\.Sleep \[blockingio/loop-blocks\]$` `^ignore directive has no reason: want //yieldlint:ignore rule\[/category\] -- reason \[blockingio/directive\]$` */ //yieldlint:ignore blockingio
}

// Several roots reach one operation: one finding.

//yieldlint:eventloop
func firstBad() { sharedSlow() }

//yieldlint:eventloop
func second() { sharedSlow() }

//yieldlint:eventloop
func third() { sharedSlow() }

func sharedSlow() { time.Sleep(time.Second) } // want `^firstBad runs on the event loop and sleeps: time\.Sleep, 2 calls down, and so do 2 other roots \[blockingio/loop-blocks\]$`
