package loops

import (
	"slices"
	"strings"
	"unicode"
)

// Names are tie-breakers only: no loop is found because of its name.

var stopWords = []string{
	"abort", "aborted", "cancel", "canceled", "cancelled", "close", "closed", "closing", "dead", "die", "done", "dying",
	"exit", "exited", "finished", "halt", "interrupt", "kill", "killed", "leave", "quit", "quitting", "shutdown", "sig", "signal", "signals",
	"sigs", "stop", "stopped", "stopping", "teardown", "term", "terminate", "tomb",
}

// poolWords name code whose purpose is to do one kind of (blocking) work.
var poolWords = []string{
	"uploader", "upload", "flusher", "flush", "fetcher", "fetch", "fetches", "syncer", "worker", "workers", "writer", "write",
	"reader", "read", "sender", "send", "pump", "download", "downloader", "exporter", "compactor", "collector", "copier", "job", "jobs",
}

var loopNames = []string{
	"eventloop", "mainloop", "runloop", "dispatch", "dispatcher", "dispatchloop", "processloop", "reactor", "actor", "loop",
}

// runNames are interface methods by which a received value is executed.
var runNames = []string{"Apply", "Call", "Do", "Exec", "Execute", "Fire", "Invoke", "Perform", "Run"}

// respondNames are methods of requests that wake the caller.
var respondNames = []string{"Reply", "Resolve", "Respond", "SetError", "SetResult", "reply", "respond"}

// ioNames are the methods by which a pump serves its connection.
var ioNames = []string{
	"Encode", "Flush", "Read", "ReadFrom", "ReadFull", "ReadMessage", "ReadMsg", "Send", "SendMsg", "Write", "WriteFrame", "WriteJSON", "WriteMessage",
	"WriteMsg", "WriteString", "WriteTo",
}

// connWords name types that stand for one peer or file.
var connWords = []string{"conn", "connection", "encoder", "file", "framer", "socket", "stream", "writer"}

// starterNames are functions that run their argument on a goroutine.
var starterNames = []string{"add", "async", "go", "launch", "run", "safe", "spawn", "start", "submit", "wrap"}

// queueWords name blocking queues, popNames the methods that wait for an element.
var (
	queueWords = []string{"buf", "buffer", "fifo", "inbox", "mailbox", "queue", "q"}
	popNames   = []string{"Dequeue", "Get", "Pop", "PopFront", "Shift", "Take", "dequeue", "get", "pop", "popFront", "take"}
)

// runnerNames are functions that exist to run until the end, once.
var runnerNames = []string{"run", "serve", "start", "loop", "listen", "main", "launch", "open", "spawn"}

// hasStopWord also reads stopch and quitchan.
func hasStopWord(name string) bool {
	return hasWord(name, stopWords) ||
		slices.ContainsFunc(splitWords(name), func(w string) bool {
			return slices.Contains(stopWords, strings.TrimSuffix(w, "ch")) || slices.Contains(stopWords, strings.TrimSuffix(w, "chan"))
		})
}

func hasWord(name string, words []string) bool {
	return slices.ContainsFunc(splitWords(name), func(w string) bool { return slices.Contains(words, w) })
}

// splitWords splits a mixedCaps or snake_case name into lower-case words.
func splitWords(name string) []string {
	var words []string
	start := 0
	runes := []rune(name)
	cut := func(i int) {
		if i > start {
			words = append(words, strings.ToLower(string(runes[start:i])))
		}
	}
	for i, r := range runes {
		switch {
		case r == '_':
			cut(i)
			start = i + 1
		case unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(runes[i-1]):
			cut(i)
			start = i
		}
	}
	cut(len(runes))
	return words
}

func isLoopName(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "_", ""))
	return slices.ContainsFunc(loopNames, func(n string) bool { return strings.HasSuffix(name, n) })
}

func isRunnerName(name string) bool { return hasWord(name, runnerNames) || isLoopName(name) }

// isTestPackage reports whether a package exists for tests or stands in for
// something else in them.
func isTestPackage(name string) bool {
	if name == "test" || name == "tests" || strings.HasPrefix(name, "mock") || strings.HasPrefix(name, "fake") {
		return true
	}
	for _, suffix := range []string{"_test", "testing", "testutil", "testutils", "testhelper", "testhelpers", "mock", "mocks"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}
