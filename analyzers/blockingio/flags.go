package blockingio

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yieldlint/yieldlint/internal/models"
)

// A classSet is a flag: the classes that are reported.
type classSet struct{ set map[models.Class]bool }

// newClassSet returns the default: all classes but lock, which is held for
// nanoseconds far more often than not, and log, the standard logger to stderr.
func newClassSet() classSet {
	set := make(map[models.Class]bool)
	for _, c := range models.Classes {
		set[c] = c != models.Lock && c != models.Log
	}
	return classSet{set}
}

func (s *classSet) String() string {
	var names []string
	for _, c := range models.Classes {
		if s.set[c] {
			names = append(names, string(c))
		}
	}
	return strings.Join(names, ",")
}

func (s *classSet) Set(text string) error {
	next := newClassSet().set
	if !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "-") {
		clear(next)
	}
	for _, word := range strings.Split(text, ",") {
		on := !strings.HasPrefix(word, "-")
		c := models.Class(strings.TrimLeft(word, "+-"))
		if !slices.Contains(models.Classes, c) {
			return fmt.Errorf("unknown class %q (the classes are %v)", c, models.Classes)
		}
		next[c] = on
	}
	s.set = next
	return nil
}

// A kindSet is a flag: the kinds of loops that are checked.
type kindSet map[models.Kind]bool

var allKinds = []models.Kind{models.Loop, models.Replay, models.PerPeer, models.Reentry}

func (s *kindSet) String() string {
	var names []string
	for _, k := range allKinds {
		if (*s)[k] {
			names = append(names, string(k))
		}
	}
	return strings.Join(names, ",")
}

func (s *kindSet) Set(text string) error {
	next := make(kindSet)
	for _, word := range strings.Split(text, ",") {
		k := models.Kind(word)
		if !slices.Contains(allKinds, k) {
			return fmt.Errorf("unknown kind of loop %q (the kinds are %v)", word, allKinds)
		}
		next[k] = true
	}
	*s = next
	return nil
}
