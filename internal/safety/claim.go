package safety

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/yieldlint/yieldlint/internal/lazy"
)

// A Claim is a sentence of a comment that says whether goroutines may share a value.
type Claim struct {
	Pos  token.Pos // of the comment's line
	Text string    // the phrase
	Safe bool
}

const maxSentence = 600 // bytes; what is longer is a table or a list

var (
	safePhrase = lazy.Regexp(`(?i)\b(?:` +
		`safe for (?:the )?(?:concurrent|simultaneous|parallel|multi-?threaded)(?: (?:use|usage|access|calls?|reads? and writes?|operations?))?(?: (?:by|from|in|across) (?:multiple|several|many|different) (?:goroutines|threads|callers))?` +
		`|safe for use (?:by|from|in|across) (?:multiple|several|many|concurrent|different) (?:goroutines|threads|callers)` +
		`|safe to (?:be )?(?:use|used|call|called|access|accessed|share|shared) (?:concurrently|simultaneously|(?:by|from|in|across|between|among) (?:multiple|several|many|concurrent|different) (?:goroutines|threads|callers))` +
		`|(?:may|can) be (?:safely )?(?:used|called|accessed|shared|invoked) (?:safely )?(?:concurrently|simultaneously|(?:by|from|in|across|between|among) (?:multiple|several|many|different) (?:goroutines|threads))` +
		`|(?:goroutine|thread|concurren(?:t|cy))[- ]?safe` +
		`)\b`)
	// denied stands before the phrase, limited anywhere in the sentence.
	denied  = lazy.Regexp(`(?i)\b(?:not|isn't|aren't|never|neither|nor|cannot|un|non)\b[^,;]*$|\b(?:not|isn't|aren't) (?:be |itself )?$|\bnon-?$`)
	limited = lazy.Regexp(`(?i)\b(?:unless|if|as long as|provided|except|only|when|while|once|after|until|must|should|needs? to|has to|have to|required|requires|assumed?|assumes|expects?|implementations?|whether|could|would|want|underlying|but|however|instead|wrap|by default)\b`)
	// about is how a sentence starts that is about the type, without its name.
	about = lazy.Regexp(`(?i)^(?:it|they|this|these|all|its|the|a|an|methods?|every|both|instances?|values?|safe|thread[- ]?safe|goroutine[- ]?safe|concurren\w+[- ]?safe)\b`)
	// whole is how the comment of a package speaks of all of it.
	whole = lazy.Regexp(`(?i)\b(?:all|every) (?:\w+ ){0,3}(?:types?|methods|structures|functions)\b`)
)

// ClaimOf returns what the comment of the type called name says, nil if it
// says nothing or hedges it. Doubt is against it.
func ClaimOf(doc *ast.CommentGroup, name string) *Claim {
	return claimIn(doc, func(s string) bool { return names(s, name) || about().MatchString(s) })
}

// PackageClaim returns what the comment of a package says of the type called
// name, nil if it says nothing of it by name, nor of all types.
func PackageClaim(doc *ast.CommentGroup, name string) *Claim {
	return claimIn(doc, func(s string) bool { return names(s, name) || whole().MatchString(s) })
}

// TypeClaim returns what the comment of the type called name says, else what
// the first of the package's comments does that says anything of it.
func TypeClaim(doc *ast.CommentGroup, pkgDocs []*ast.CommentGroup, name string) *Claim {
	claim := ClaimOf(doc, name)
	for i := 0; claim == nil && i < len(pkgDocs); i++ {
		claim = PackageClaim(pkgDocs[i], name)
	}
	return claim
}

// DocOf returns the comment of a type: gofmt writes that of a lone one before the keyword.
func DocOf(gen *ast.GenDecl, spec *ast.TypeSpec) *ast.CommentGroup {
	if spec.Doc == nil && len(gen.Specs) == 1 {
		return gen.Doc
	}
	return spec.Doc
}

// PackageDocs returns the comments of the package, in the order of file names.
func PackageDocs(pass *analysis.Pass) []*ast.CommentGroup {
	files := slices.Clone(pass.Files)
	slices.SortFunc(files, func(a, b *ast.File) int {
		return cmp.Compare(pass.Fset.Position(a.FileStart).Filename, pass.Fset.Position(b.FileStart).Filename)
	})
	var out []*ast.CommentGroup
	for _, f := range files {
		if f.Doc != nil {
			out = append(out, f.Doc)
		}
	}
	return out
}

// names reports whether a sentence has the name as its subject: near its start.
func names(sentence, name string) bool {
	words := strings.Fields(sentence)
	for i, w := range words {
		if i >= 4 {
			break
		}
		w = strings.Trim(w, "*[](),.:;'\"`")
		if w == name || w == name+"s" || w == name+"'s" || strings.HasSuffix(w, "."+name) {
			return true
		}
	}
	return false
}

func claimIn(doc *ast.CommentGroup, isAbout func(string) bool) *Claim {
	if doc == nil {
		return nil
	}
	for sentence := range sentences(doc.Text()) {
		if len(sentence) > maxSentence {
			continue
		}
		at := safePhrase().FindStringIndex(sentence)
		if at == nil || !isAbout(sentence) {
			continue
		}
		phrase, before := sentence[at[0]:at[1]], sentence[:at[0]]
		if denied().MatchString(before) {
			return &Claim{lineOf(doc, phrase), "not " + phrase, false}
		}
		if limited().MatchString(sentence) {
			continue
		}
		return &Claim{lineOf(doc, phrase), phrase, true}
	}
	return nil
}

// sentences yields the sentences of a text, each with single spaces.
func sentences(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for par := range strings.SplitSeq(text, "\n\n") {
			words := strings.Fields(par)
			start := 0
			for i, w := range words {
				if i+1 == len(words) || strings.ContainsAny(w[len(w)-1:], ".!?:;") && !strings.HasSuffix(w, "e.g.") && !strings.HasSuffix(w, "i.e.") {
					if !yield(strings.Join(words[start:i+1], " ")) {
						return
					}
					start = i + 1
				}
			}
		}
	}
}

// lineOf returns the position of the line of doc on which a phrase starts.
func lineOf(doc *ast.CommentGroup, phrase string) token.Pos {
	words := strings.Fields(phrase)
	for n := len(words); n > 0; n-- {
		head := strings.Join(words[:n], " ")
		for _, c := range doc.List {
			offset := 0
			for line := range strings.Lines(c.Text) {
				if strings.Contains(strings.Join(strings.Fields(line), " "), head) {
					return c.Slash + token.Pos(offset)
				}
				offset += len(line)
			}
		}
	}
	return doc.Pos()
}
