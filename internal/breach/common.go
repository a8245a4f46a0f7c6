package breach

import (
	_ "embed"
	"strings"
	"sync"
)

// words are the most common passwords and the stems of others, in lower case.
//
//go:embed common.txt
var words string

var stems = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
})

// substitutes are the letters that people write as something else.
var substitutes = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// common tells whether a password is one of the most common, however it is capitalised, or one of them with
// what people add because a policy asks for it: digits and signs at the end, a letter written as a digit. What
// is added may not be more than six characters.
func common(password string) bool {
	const mostAdded = 6
	lower := strings.ToLower(password)
	if stems()[lower] {
		return true
	}
	stem := strings.TrimRight(lower, "0123456789!@#$%&*?._-+= ")
	if len(lower)-len(stem) > mostAdded {
		return false
	}
	return stem != "" && (stems()[stem] || stems()[substitutes.Replace(stem)])
}
