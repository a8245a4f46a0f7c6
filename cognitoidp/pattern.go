package cognitoidp

import (
	"regexp"
	"regexp/syntax"
	"sync"
	"unicode/utf8"
)

// matcher tests a text against a pattern of the model, whole. Most patterns are one repeated
// character class; those are tested rune by rune, without the regular expression engine.
type matcher struct {
	expression string // in Go's syntax, anchored

	once  sync.Once
	class []rune // pairs of bounds, if the pattern is one repeated class
	empty bool   // whether the class pattern matches ""
	ascii [utf8.RuneSelf]bool
	re    *regexp.Regexp
}

func (m *matcher) matches(text string) bool {
	m.once.Do(m.compile)
	if m.class == nil {
		return m.re.MatchString(text)
	}
	if text == "" {
		return m.empty
	}
	for _, r := range text {
		if r < utf8.RuneSelf {
			if !m.ascii[r] {
				return false
			}
		} else if !inClass(m.class, r) {
			return false
		}
	}
	return true
}

func (m *matcher) compile() {
	m.re = regexp.MustCompile(m.expression)
	tree, err := syntax.Parse(m.expression, syntax.Perl)
	if err != nil {
		return
	}
	// \A(class)+\z parses to a concatenation of three.
	if tree.Op != syntax.OpConcat || len(tree.Sub) != 3 ||
		tree.Sub[0].Op != syntax.OpBeginText || tree.Sub[2].Op != syntax.OpEndText {
		return
	}
	repeat := tree.Sub[1]
	if repeat.Op != syntax.OpPlus && repeat.Op != syntax.OpStar || repeat.Sub[0].Op != syntax.OpCharClass {
		return
	}
	m.class, m.empty = repeat.Sub[0].Rune, repeat.Op == syntax.OpStar
	for r := range rune(utf8.RuneSelf) {
		m.ascii[r] = inClass(m.class, r)
	}
}

// inClass searches the sorted pairs of bounds.
func inClass(class []rune, r rune) bool {
	lo, hi := 0, len(class)/2
	for lo < hi {
		mid := (lo + hi) / 2
		switch {
		case r < class[2*mid]:
			hi = mid
		case r > class[2*mid+1]:
			lo = mid + 1
		default:
			return true
		}
	}
	return false
}
