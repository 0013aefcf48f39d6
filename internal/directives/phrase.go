package directives

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// What counts as an obligation was decided by reading comments on interface
// methods, func types and fields in public code:
//
//   - "must not block" and its like do, if nothing limits them: "for long",
//     "indefinitely", "on the lock", "unless …" mean that it may block.
//   - "does not block" and "is non-blocking" do not: of clients and servers
//     they are said in the sense of "returns before the reply is there", and
//     the implementations connect and write.
//   - "called on the event loop" does, "must be called on the event loop" does
//     not: it is a duty of callers, and said of what the loop offers them.
//   - The sentence must be about the thing. In the comment of a method that
//     registers a callback, it is the callback that must not block.
//
// So a phrase counts if a pattern matches and what stands before and after it
// in the sentence does not speak against it. Doubt is against it.

// maxSentence is the length in bytes of the longest sentence that is read. What
// is longer is a table, a list or generated.
const maxSentence = 2000

// A phrase is a match in a text.
type phrase struct {
	from, to int
	methods  []string // methods of the interface type that the sentence names
}

// A grammar is the patterns by which phrases are found and judged. All match
// text in lower case.
type grammar struct {
	mustNotBlock, onLoop []*regexp.Regexp

	whom, emphasis, goesOn, limits, elsewhere *regexp.Regexp // match what follows
	conditional, isGiven, denied, clauseEnd   *regexp.Regexp // match what comes before
	notAgain                                  *regexp.Regexp // matches the phrase
}

// theGrammar is compiled when the first comment needs it: most packages have
// none that does.
var theGrammar = sync.OnceValue(func() *grammar {
	return &grammar{
		// mustNotBlock are the ways to forbid blocking. All match in lower case.
		mustNotBlock: []*regexp.Regexp{
			regexp.MustCompile(`\b(?:must|should|shall|may) (?:also |always |therefore )?(?:not|never|not ever) block\b`),
			regexp.MustCompile(`\b(?:mustn't|shouldn't) (?:ever )?block\b`),
			regexp.MustCompile(`\b(?:must|should|shall) neither block\b`),
			regexp.MustCompile(`\b(?:must|should|shall) (?:not|never) (?:[\w/]+,? ){1,5}or block\b`),
			regexp.MustCompile(`\b(?:must|should|shall) (?:also |always )?(?:be|remain|stay) (?:[a-z-]+,? ){0,4}?non-?blocking\b`),
			regexp.MustCompile(`\b(?:must|should|shall) (?:be|return|complete|finish|respond|execute|run) (?:[a-z]+,? ){0,4}?(?:and|but) (?:not|never) block\b`),
			regexp.MustCompile(`\b(?:must|should|shall) (?:return|complete|finish|respond|execute|run) (?:[a-z]+ ){0,3}?without blocking\b`),
			regexp.MustCompile(`\b(?:must|should) (?:take care|be careful|make sure|aim) (?:to not|not to|never to) block\b`),
			regexp.MustCompile(`\bcare (?:must|should) be taken (?:that (?:this|the) (?:method|function|func|callback) does not|to not|not to) block\b`),
			regexp.MustCompile(`\b(?:must|should|shall|may) (?:not|never) (?:contain|perform|do|make|execute|include|use) (?:any )?blocking (?:operations?|calls?|i/o|io|work|code)\b`),
			regexp.MustCompile(`^(?:please |note: |warning: )?(?:do not|don't|never) block\b`),
		},
		// onLoop says that something runs on a loop.
		onLoop: []*regexp.Regexp{
			regexp.MustCompile(`\b(?:(?:is|are|gets|will be|will) )?(?:about to be )?(?:(?:always|only|synchronously|directly) )?` +
				`(?:called|invoked|executed|runs?) (?:(?:always|only|synchronously|directly) )?(?:on|from|in|by|within|inside) (?:[\w'-]+ ){0,3}?` +
				`(?:event[- ]?loop|(?:ui|gui|event)[- ](?:thread|goroutine)|main[- ]thread)\b`),
		},

		// whom may be blocked: the obligation is the same as without it.
		whom:     regexp.MustCompile(`^ (?:execution|callers?|(?:the |its |their |this )(?:[\w'/-]+ ){0,3}?(?:callers?|loop|poller|thread|goroutine|worker|path|event-loop|execution))\b`),
		emphasis: regexp.MustCompile(`^ (?:ever|at all|here|itself|internally|in (?:here|(?:this|the) (?:method|function|func|callback|handler|call))|under any circumstances?)\b`),
		// goesOn is what may follow without limiting the obligation.
		goesOn: regexp.MustCompile(`^(?:$|[.!;:)\]"]|,| (?:and|or|nor|as|since|because|so|otherwise|lest|like|such as|to avoid)\b| [(–—-])`),
		// limits is what makes it another obligation behind a comma or dash.
		limits: regexp.MustCompile(`^[,;:]? ?[(–—-]* ?(?:unless|except|if|when|while|whilst|until|for|indefinitely|at least|or at least|but)\b`),
		// elsewhere says that the loop is one place of several, or another one.
		elsewhere: regexp.MustCompile(`^,? (?:or|unless|if|only if|and from)\b`),

		conditional: regexp.MustCompile(`^(?:note that |however, )?(?:if|when|whenever|unless|while|until|where)\b`),
		isGiven:     regexp.MustCompile(`^(?:if|when) (?:it is |it's |this is )?(?:set|non-nil|not nil|given|provided|present|specified|configured|supplied)\b`),
		denied:      regexp.MustCompile(`\b(?:not|never|no|nor|cannot|neither|without|whether|worry|unless|if|wish|pretend)\b|n't\b`),
		clauseEnd:   regexp.MustCompile(`[,;:()–—]| (?:and|but|so|hence|thus|therefore|since|because|as) `),
		notAgain:    regexp.MustCompile(`\b(?:any|another|other|separate|different|own|outside|no)\b`),
	}
})

// findPhrases returns the phrases of a kind in a text on a topic.
func findPhrases(kind, text string, t topic) []phrase {
	var found []phrase
	from := 0
	for _, to := range sentenceEnds(text) {
		if to-from <= maxSentence {
			for _, f := range t.phrasesIn(kind, text[from:to]) {
				found = append(found, phrase{from + f.from, from + f.to, f.methods})
			}
		}
		from = to
	}
	return found
}

// phrasesIn returns the phrases of one sentence.
func (t topic) phrasesIn(kind, sentence string) []phrase {
	lower := asciiLower(sentence)
	var patterns []*regexp.Regexp
	switch {
	case kind == "nonblocking" && strings.Contains(lower, "block"):
		patterns = theGrammar().mustNotBlock
	case kind == "eventloop" && mentionsLoop(lower):
		patterns = theGrammar().onLoop
	}
	var found []phrase
	for _, p := range patterns {
		for _, m := range p.FindAllStringIndex(lower, -1) {
			if methods, ok := t.bears(kind, sentence, lower, m[0], m[1]); ok {
				found = append(found, phrase{m[0], m[1], methods})
			}
		}
	}
	return found
}

// mentionsLoop is a cheap test that most sentences fail.
func mentionsLoop(lower string) bool {
	return strings.Contains(lower, "loop") || strings.Contains(lower, "thread") || strings.Contains(lower, "goroutine")
}

// sentenceEnds returns where the sentences of a text end, white space
// behind them included.
func sentenceEnds(text string) []int {
	var ends []int
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\n':
			ends = append(ends, i+1)
		case '.', '!', '?':
			if i+1 < len(text) && text[i+1] == ' ' && !isAbbreviation(text[:i]) {
				ends = append(ends, i+2)
			}
		}
	}
	return append(ends, len(text))
}

func isAbbreviation(before string) bool {
	word := asciiLower(before[strings.LastIndexAny(before, " (\n")+1:])
	return slices.Contains([]string{"e.g", "i.e", "etc", "cf", "vs", "resp"}, word)
}

// asciiLower does not change offsets, as strings.ToLower may.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + ('a' - 'A')
		}
	}
	return string(b)
}

// bears reports whether a match in a sentence is an obligation on the topic,
// and which methods of an interface type the sentence names.
func (t topic) bears(kind, sentence, lower string, from, to int) (methods []string, ok bool) {
	g := theGrammar()
	before, after := lower[:from], strings.TrimRight(lower[to:], " \n")
	if kind == "nonblocking" {
		after = after[len(g.whom.FindString(after)):]
		after = after[len(g.emphasis.FindString(after)):]
		if !g.goesOn.MatchString(after) || g.limits.MatchString(after) || strings.HasSuffix(before, "may or ") {
			return nil, false
		}
	} else if g.elsewhere.MatchString(after) || g.notAgain.MatchString(lower[from:to]) || isDuty(before) {
		return nil, false
	}
	if g.conditional.MatchString(before) && !g.isGiven.MatchString(before) {
		return nil, false
	}
	if g.denied.MatchString(lastClause(before)) {
		return nil, false
	}
	return t.isSubject(sentence[:from])
}

// isDuty reports whether words before "called on" make it a duty or a
// possibility: "must be", "can", "to".
func isDuty(before string) bool {
	words := strings.Fields(before)
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1] {
	case "be", "to", "must", "should", "shall", "may", "might", "can", "could", "only", "been", "being", "if", "when":
		return true
	}
	return false
}

// lastClause returns what stands behind the last comma or conjunction.
func lastClause(before string) string {
	if all := theGrammar().clauseEnd.FindAllStringIndex(before, -1); len(all) > 0 {
		return before[all[len(all)-1][1]:]
	}
	return before
}

// isSubject reports whether the words before an obligation put it on the
// topic. Without a subject of its own ("…, and must not block"), the clause
// shares that of the sentence.
func (t topic) isSubject(before string) (methods []string, ok bool) {
	words := wordsOf(before)
	if t.isType {
		for _, w := range words {
			for _, obj := range t.objs {
				if obj != nil && w.text == obj.Name() {
					methods = append(methods, w.text)
				}
			}
		}
	}
	for len(words) > 0 && isAdverb(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return methods, !t.takesFuncs
	}
	last := words[len(words)-1]
	if !last.ends && !isConjunction(last.text) {
		return methods, t.isNamed(last) || t.isPronoun(last) && (!t.takesFuncs || t.names(words))
	}
	if t.mentionsOthers(words) {
		return nil, false
	}
	if t.takesFuncs {
		return methods, t.names(words)
	}
	return methods, t.names(words) || slices.ContainsFunc(words, t.isPronoun) || opens(words[0])
}

// A word of a sentence.
type word struct {
	text string // without punctuation
	ends bool   // a comma or the like follows
}

func wordsOf(s string) []word {
	var words []word
	for _, field := range strings.Fields(s) {
		text := strings.Trim(field, "\"'`*_()[]{}<>.,;:!–—-")
		text = strings.TrimSuffix(text, "'s")
		ends := strings.ContainsAny(field[len(field)-1:], ",;:)")
		switch {
		case text != "":
			words = append(words, word{text, ends})
		case len(words) > 0:
			words[len(words)-1].ends = true // a dash
		}
	}
	return words
}

func isAdverb(w word) bool {
	switch strings.ToLower(w.text) {
	case "also", "therefore", "thus", "hence", "consequently", "itself", "themselves", "always", "all", "both", "in", "turn":
		return !w.ends
	}
	return false
}

func isConjunction(text string) bool {
	switch strings.ToLower(text) {
	case "and", "or", "but", "so", "then", "nor":
		return true
	}
	return false
}

// names reports whether one of the words is the topic or what implements it.
func (t topic) names(words []word) bool { return slices.ContainsFunc(words, t.isNamed) }

// isNamed reports whether a word is a name of the topic, or what implements it.
func (t topic) isNamed(w word) bool {
	if name := w.text[strings.LastIndexByte(w.text, '.')+1:]; name == t.name || t.iface != "" && name == t.iface {
		return true
	}
	for _, obj := range t.objs {
		if t.isType && obj != nil && w.text == obj.Name() {
			return true
		}
	}
	lower := singular(w.text)
	switch lower {
	case "implementation", "implementer", "implementor", "callee", "method", "invocation":
		return true
	case "function", "func", "call":
		return !t.takesFuncs
	case "callback", "handler", "hook", "listener":
		if t.isFunc {
			return true
		}
	}
	return len(lower) > 2 && slices.Contains(t.ownWords(), lower)
}

// ownWords returns the nouns that the names of the topic end with.
func (t topic) ownWords() []string {
	var own []string
	for _, name := range []string{t.name, t.iface} {
		if words := camelWords(name); (t.isFunc || t.isType || name == t.iface) && name != "" {
			own = append(own, singular(words[len(words)-1]))
		}
	}
	return own
}

func singular(s string) string { return strings.TrimSuffix(strings.ToLower(s), "s") }

func (t topic) isPronoun(w word) bool {
	switch strings.ToLower(w.text) {
	case "it", "they", "this", "these", "either", "each":
		return true
	}
	return false
}

// mentionsOthers reports whether the words of a sentence on a method speak of
// somebody else's func.
func (t topic) mentionsOthers(words []word) bool {
	if t.isFunc {
		return false
	}
	return slices.ContainsFunc(words, func(w word) bool { return isCallback(singular(w.text)) && !t.isNamed(w) })
}

// isCallback reports whether a noun is one for what is given to a method to
// be called later.
func isCallback(noun string) bool {
	switch noun {
	case "callback", "cb", "handler", "hook", "listener", "closure", "fn", "func", "observer", "subscriber", "consumer":
		return true
	}
	return false
}

// opens reports whether a word opens a sentence without a subject, which is
// then the topic.
func opens(w word) bool {
	switch strings.ToLower(w.text) {
	case "called", "invoked", "executed", "run", "runs", "fires", "fired", "must", "should", "optional", "receives", "returns", "reports":
		return true
	}
	return false
}
