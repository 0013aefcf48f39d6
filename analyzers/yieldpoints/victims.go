package yieldpoints

import (
	"go/token"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/ssa"

	"github.com/yieldlint/yieldlint/internal/accesses"
)

// victim returns a section of the same lock that others want at any time, and
// that does not wait itself: the one that is held up. A section that only
// touches what the operation works on is not: the lock is there for that.
func (l *locker) victim(h *hold, class string) *section {
	resources := l.resources(class)
	var best *section
	for _, s := range l.byClass[class] {
		if s.fn == h.fn || h.lock.Read && s.lock.Read || l.isSetup(s.fn) || l.isLifecycle(s.fn) || l.waits(s.fn, class) {
			continue
		}
		if touches(s, resources) || !l.isHot(s.fn) || len(s.vars) == 0 {
			continue
		}
		if best == nil || l.prefers(s, best) {
			best = s
		}
	}
	return best
}

func touches(s *section, vars map[types.Object]bool) bool {
	for v := range s.vars {
		if vars[v] {
			return true
		}
	}
	return false
}

// prefers reports whether s is a better example than t: of a function that
// cannot wait, of an exported one.
func (l *locker) prefers(s, t *section) bool {
	if a, b := canWait(s), canWait(t); a != b {
		return b
	}
	return l.isOpen(s.fn) && !l.isOpen(t.fn)
}

// waits reports whether a section of fn waits with a lock of the class.
func (l *locker) waits(fn *ssa.Function, class string) bool {
	for _, s := range l.byClass[class] {
		if s.fn != fn {
			continue
		}
		for _, w := range s.waits {
			if slow(w.Found) {
				return true
			}
		}
	}
	return false
}

// isHot reports whether fn may be called at any time: it is exported, or
// reached from what is, or from a goroutine.
func (l *locker) isHot(fn *ssa.Function) bool {
	c := l.crit.Contexts[accesses.Declared(fn)]
	if c == nil || c.Root {
		return true
	}
	for _, r := range c.Roots {
		if !l.isSetup(r) && !l.isLifecycle(r) {
			return true
		}
	}
	return c.Roots == nil
}

// isOpen reports whether others call fn: it is exported, or used as a value, a
// handler for example, or a goroutine starts in it.
func (l *locker) isOpen(fn *ssa.Function) bool {
	fn = accesses.Declared(fn)
	c := l.crit.Contexts[fn]
	return token.IsExported(fn.Name()) || c != nil && (c.Root || c.Go)
}

var lifecycle = regexp.MustCompile(`(?i)^(init|new|make|close|stop|shutdown|start|open|destroy|terminate|quit|exit|dispose|tear|clean|recover|setup|drain|kill|abort|finish|reset|cancel|drop|truncate|main|bootstrap|boot|configure|reconfigure|reload|restart)`)

// isLifecycle reports whether fn begins or ends the life of its object: then
// few others are there to wait.
func (l *locker) isLifecycle(fn *ssa.Function) bool {
	fn = accesses.Declared(fn)
	if lifecycle.MatchString(fn.Name()) {
		return true
	}
	c := l.crit.Contexts[fn]
	if c == nil || c.Root || len(c.Roots) == 0 {
		return false
	}
	for _, r := range c.Roots {
		if !lifecycle.MatchString(accesses.Declared(r).Name()) {
			return false
		}
	}
	return true
}

// observes matches the names of functions that report on something to
// whoever looks at it, and configures those of functions that are called to
// set something up: neither is held up in earnest.
var observes = regexp.MustCompile(`^(?i:stat|string$|info|len$|size$|count|dump|metric|describe|collect|report|debug|marshal)|Stats$|Info$|Metrics$`)

// canWait reports whether a section is one of such a function.
func canWait(s *section) bool {
	return observes.MatchString(s.fn.Name()) || configures.MatchString(s.fn.Name())
}

var configures = regexp.MustCompile(`^(?i:set|enable|disable|register|with|use|configure|add.*(handler|hook|listener|observer|callback))`)
