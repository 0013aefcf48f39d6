package accesses

import "testing"

// TestMayMeetLocked: the fast test says yes wherever the pattern matches.
func TestMayMeetLocked(t *testing.T) {
	for _, text := range []string{
		"Must hold x.", "must be called with mu.", "It should own the table.", "Needs to call with L", "needs to be held",
		"the callers hold it", "Mu must be held", "the lock is acquired", "mutex to be acquired", "with the s.mu held",
		"while holding it", "holds s.mu", "under the biglock", "under Mutex", "Not goroutine-safe.", "not thread safe",
		"not safe for concurrent use",
	} {
		if !lockedComment().MatchString(text) {
			t.Errorf("the pattern does not match %q", text)
		}
		if !mayMeetLocked(text) {
			t.Errorf("%q: false", text)
		}
	}
	if mayMeetLocked("Read returns the next byte. It must not be nil.") {
		t.Error("true for a text about nothing of the kind")
	}
}
