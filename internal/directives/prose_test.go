package directives

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// proseIn returns what is found in a comment on each kind of topic.
func proseIn(t *testing.T, format, comment string) []string {
	t.Helper()
	lines := "// " + strings.ReplaceAll(comment, "\n", "\n// ")
	set, _, _ := load(t, "a.go", "package a\n\n"+fmt.Sprintf(format, lines))
	var got []string
	for _, p := range set.Prose() {
		got = append(got, p.Kind+" "+p.Obj.Name())
	}
	return got
}

const (
	onMethod   = "type Sink interface {\n%s\nPut(x int)\nFlush()\n}\n"
	onRegister = "type Bus interface {\n%s\nSubscribe(name string, cb func())\n}\n"
	onListener = "type Listener interface {\nNotify(x int)\n}\ntype Bus interface {\n%s\nAddListener(l Listener)\n}\n"
	onFuncType = "%s\ntype EventHandler func(x int)\n"
	onField    = "type config struct {\n%s\nOnDrop func(n int)\n}\n"
	onType     = "%s\ntype Observer interface {\nOnOpen()\nOnData()\nClose()\n}\n"
)

// TestProse has the phrasings of public code, in other words.
func TestProse(t *testing.T) {
	for _, tt := range []struct {
		format, comment string
		want            []string
	}{
		// Obligations on a method.
		{onMethod, "Put must not block.", []string{"nonblocking Put"}},
		{onMethod, "Put must\nnot block", []string{"nonblocking Put"}},
		{onMethod, "It MUST NOT BLOCK!", []string{"nonblocking Put"}},
		{onMethod, "The method should never block, else the loop that fetches is paused.", []string{"nonblocking Put"}},
		{onMethod, "Put is called synchronously and should not block.", []string{"nonblocking Put"}},
		{onMethod, "Called for every record; must not block.", []string{"nonblocking Put"}},
		{onMethod, "Since each handshake calls it, it must be very fast and not block.", []string{"nonblocking Put"}},
		{onMethod, "Put has to find an item under a lock, so it must not block.", []string{"nonblocking Put"}},
		{onMethod, "Put is called under a lock, so must not block.", []string{"nonblocking Put"}},
		{onMethod, "Care should be taken that this method does not block, since the receive loop would wait.", []string{"nonblocking Put"}},
		{onMethod, "Put should aim to not block ever, since it would hold up drawing.", []string{"nonblocking Put"}},
		{onMethod, "Put must not contain any blocking operations like disk I/O.", []string{"nonblocking Put"}},
		{onMethod, "Implementations must not block the calling goroutine.", []string{"nonblocking Put"}},
		{onMethod, "Implementations must not block in this method.", []string{"nonblocking Put"}},
		{onMethod, "Implementations must be safe for concurrent use and should not block.", []string{"nonblocking Put"}},
		{onMethod, "Sinks must not retain x or block.", []string{"nonblocking Put"}},
		{onMethod, "Put shouldn't block: it is on the hot path.", []string{"nonblocking Put"}},
		{onMethod, "This call must return at once without blocking.", []string{"nonblocking Put"}},
		{onMethod, "Put takes x, e.g. an event. It must not block.", []string{"nonblocking Put"}},
		{onMethod, "Must be non-blocking.", []string{"nonblocking Put"}},
		{onMethod, "Do not block here.", []string{"nonblocking Put"}},
		{onMethod, "Put may not block.", []string{"nonblocking Put"}},

		// On a func type or field. "The callback" is the thing itself.
		{onFuncType, "The handler is invoked on the goroutine of acks, so it must not block or call Wait.", []string{"nonblocking EventHandler"}},
		{onFuncType, "The handler should not block execution.", []string{"nonblocking EventHandler"}},
		{onFuncType, "An implementation must be safe to call concurrently and must not block.", []string{"nonblocking EventHandler"}},
		{onField, "OnDrop, if set, is called for each entry that leaves, so it must not block.", []string{"nonblocking OnDrop"}},
		{onField, "If set, it is called with the lock held and must not block.", []string{"nonblocking OnDrop"}},
		{onField, "OnDrop is told of losses. Supplied function must not block.", []string{"nonblocking OnDrop"}},
		{onField, "It runs on the read goroutine, so handlers must not block.", []string{"nonblocking OnDrop"}},
		{onField, "This function MUST be fast and non-blocking.", []string{"nonblocking OnDrop"}},
		{onField, "OnDrop should return quickly without blocking.", []string{"nonblocking OnDrop"}},

		// On an interface type: the methods that are named, else those that are not its life cycle.
		{onType, "Implementations must not block: they are called on the path of orders.", []string{"nonblocking OnOpen", "nonblocking OnData"}},
		{onType, "Observer is told of changes.  It must not block.", []string{"nonblocking OnOpen", "nonblocking OnData"}},
		{onType, "OnOpen has a goroutine of its own. OnData runs on the read loop, in order, and must not block.", []string{"nonblocking OnData"}},
		{onType, "The OnOpen and Close methods must be non-blocking.", []string{"nonblocking OnOpen", "nonblocking Close"}},
		{onType, "Note that observers are called synchronously: observers must take care to not block or change x.", []string{"nonblocking OnOpen", "nonblocking OnData"}},
		{onType, "Implementations are called from workers and must be concurrency-safe and non-blocking.", []string{"nonblocking OnOpen", "nonblocking OnData"}},
		{onType, "Both methods run on the event-loop goroutine of the Conn and must not block.", []string{"nonblocking OnOpen", "nonblocking OnData", "eventloop OnOpen", "eventloop OnData", "eventloop Close"}},

		// Limited: it may block.
		{onMethod, "Put must not block for long.", nil},
		{onMethod, "Put should not block indefinitely--an error comes after a while.", nil},
		{onMethod, "Put must not block the calling goroutine for more than a millisecond.", nil},
		{onMethod, "Put must not block, unless the queue is full.", nil},
		{onMethod, "Put must not block for long unless the queue is full.", nil},
		{onMethod, "Put must not block on the lock of the list.", nil},
		{onMethod, "Put must answer without blocking on Flush.", nil},
		{onMethod, "Put must not block if x is 0.", nil},
		{onMethod, "If the order of messages matters, Put must not block.", nil},
		{onMethod, "Put must not block (for long).", nil},
		{onMethod, "Put must not block users that are on the list.", nil},

		// Not an obligation.
		{onMethod, "Put may block.", nil},
		{onMethod, "Put may or may not block.", nil},
		{onMethod, "Put must block until x is stored.", nil},
		{onMethod, "Put does not block.", nil},
		{onMethod, "Put never blocks: it drops x.", nil},
		{onMethod, "Put is non-blocking and returns at once.", nil},
		{onMethod, "Put doesn't block and returns right away, after it has tried to connect.", nil},
		{onMethod, "Put sends without blocking.", nil},
		{onMethod, "Callers need not worry that it must not block.", nil},
		{onMethod, "This does not mean that it must not block.", nil},
		{onMethod, "Put does not say whether it must not block.", nil},
		{onMethod, "Put cannot block since the queue has room.", nil},
		{onMethod, "Put stores x in a non-blocking queue, of blocks that must not overlap.", nil},

		// About somebody else.
		{onMethod, "Callers must not block.", nil},
		{onMethod, "Put runs on the path of the reader, which must never block.", nil},
		{onRegister, "Subscribe registers a callback. The callback must not block.", nil},
		{onRegister, "cb is called for each event. It must not block.", nil},
		{onRegister, "cb is called synchronously and must not block.", nil},
		{onRegister, "The supplied function must not block.", nil},
		{onRegister, "The callback runs on the event loop.", nil},
		{onListener, "AddListener adds a listener. It must not block.", nil},
		{onListener, "The listener must not block.", nil},
		{onListener, "AddListener must not block.", []string{"nonblocking AddListener"}},
		{onRegister, "Subscribe must not block.", []string{"nonblocking Subscribe"}},
		{onRegister, "Subscribe is called with the lock held and must not block.", []string{"nonblocking Subscribe"}},

		// Missed today (FN): a subject that may as well be somebody else, a
		// limit that is none, a denial of something else.
		{onFuncType, "Users must not perform any blocking operations in this callback.", nil},
		{onField, "For tests; must not block.", nil},
		{onMethod, "Put must not block while the lock is held, and it always is.", nil},
		{onMethod, "Not calling it twice, Put must not block.", []string{"nonblocking Put"}},
		{onMethod, "Do nothing blocking here.", nil},

		// Life cycle.
		{"type Service interface {\n%s\nStart() error\n}\n", "Start must be non-blocking.", nil},
		{"type Task interface {\n%s\nRun()\n}\n", "Run must not block.", []string{"nonblocking Run"}},

		// On a loop.
		{onMethod, "Put is called from the event loop.", []string{"eventloop Put"}},
		{onMethod, "Called on the UI goroutine, from the dispatch of events.", []string{"eventloop Put"}},
		{onMethod, "Put is about to be executed by the event-loop.", []string{"eventloop Put"}},
		{onMethod, "It runs on the event loop goroutine, so a slow one delays the rest.", []string{"eventloop Put"}},
		{onMethod, "Put is always called on the main thread.", []string{"eventloop Put"}},
		{onFuncType, "Handlers are always called on the UI goroutine.", []string{"eventloop EventHandler"}},
		{onFuncType, "This callback will be executed in event-loop, thus it must not block.", []string{"nonblocking EventHandler", "eventloop EventHandler"}},
		{onField, "OnDrop is called on the UI thread when the selection changes.", []string{"eventloop OnDrop"}},
		{onField, "It runs on the app's event loop.", []string{"eventloop OnDrop"}},

		// Not on a loop, or a duty of callers.
		{onMethod, "Put must be called on the event loop.", nil},
		{onMethod, "Put must only be called from the event loop.", nil},
		{onMethod, "Put may be called on the UI thread.", nil},
		{onMethod, "Put is not called on the event loop.", nil},
		{onMethod, "Put must never be called from the event loop.", nil},
		{onMethod, "Put is called on the event loop or on any other goroutine.", nil},
		{onMethod, "Put is called from outside the event loop.", nil},
		{onMethod, "Put is used to run on the event loop what others have queued.", nil},
		{onMethod, "Put queues a func that runs on the event loop.", nil},
		{onMethod, "Put returns the event loop.", nil},
		{onMethod, "Put is called by the event of a loop.", nil},
	} {
		if got := proseIn(t, tt.format, tt.comment); !slices.Equal(got, tt.want) {
			t.Errorf("%q on %s: got %q, want %q", tt.comment, strings.Fields(tt.format)[1], got, tt.want)
		}
	}
}

// TestProsePos: the position is that of the line, the text is on one line.
func TestProsePos(t *testing.T) {
	set, fset, _ := load(t, "a.go", `package a

// A Sink is documented. It
// says nothing.
type Sink interface {
	// Put takes x.
	//
	// Steps:
	//   - one is long
	//   - it must
	//     not block
	//
	//yieldlint:nonblocking
	Put(x int)

	/* Get is called often.
	 * It should not block. */
	Get() int

	Flush() // must not block
}

type (
	// It must not block.
	first func()
	second func() // It must not block.
	third struct {
		f, g func() // They must not block.
		n    int    // It must not block.
	}
)
`)
	var got []string
	for _, p := range set.Prose() {
		got = append(got, fmt.Sprintf("%s %d %T %s", p.Obj.Name(), fset.Position(p.Pos).Line, p.Obj, p.Text))
	}
	want := []string{
		"Put 10 *types.Func must not block",
		"Get 17 *types.Func should not block",
		"Flush 20 *types.Func must not block",
		"first 24 *types.TypeName must not block",
		"second 26 *types.TypeName must not block",
		"f 28 *types.Var must not block",
		"g 28 *types.Var must not block",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !slices.IsSortedFunc(set.Prose(), func(a, b Prose) int { return int(a.Pos - b.Pos) }) {
		t.Error("not in the order of positions")
	}
}

func FuzzProse(f *testing.F) {
	f.Add("// Put must not block, unless e.g. x is 0.\n// It runs on the event loop.")
	f.Add("// Done is called on the UI thread and should\n// never block.")
	f.Add("/* - must be fast and non-blocking. */")
	f.Add("// \xff Must not block\r\n//")
	f.Fuzz(func(t *testing.T, text string) {
		p := proseOf(commentGroup(text))
		for _, topic := range []topic{{name: "Put", iface: "Sink"}, {name: "Handler", isFunc: true}, {name: "Bus", isType: true}, {name: "Add", takesFuncs: true}} {
			for _, kind := range []string{"nonblocking", "eventloop"} {
				for _, f := range findPhrases(kind, p.text, topic) {
					if f.from < 0 || f.to <= f.from || f.to > len(p.text) || !p.pos(f.from).IsValid() {
						t.Fatalf("%s of %q: phrase %+v in %q", kind, text, f, p.text)
					}
				}
			}
		}
	})
}

// commentGroup makes a comment of each line.
func commentGroup(text string) *ast.CommentGroup {
	var group ast.CommentGroup
	pos := token.Pos(1)
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "/*") || len(line) < len("/**/") {
			line = "//" + line
		}
		group.List = append(group.List, &ast.Comment{Slash: pos, Text: line})
		pos += token.Pos(len(line))
	}
	return &group
}
