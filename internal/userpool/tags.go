package userpool

import (
	"strings"
	"unicode"

	"ostiary/internal/awserr"
)

// MaxTags is how many tags a pool may have.
const MaxTags = 50

// CheckTags checks the tags that a pool is to have. Errors are those of TagResource.
func CheckTags(tags map[string]string) error {
	if len(tags) > MaxTags {
		return awserr.TooManyTags(MaxTags)
	}
	for key, value := range tags {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return awserr.ReservedTag(key)
		}
		if !isTagText(key) || !isTagText(value) {
			return awserr.InvalidTag(key)
		}
	}
	return nil
}

// isTagText tells whether s has only letters, digits, spaces and the signs that tags may have.
func isTagText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !strings.ContainsRune("_.:/=+-@", r)
	})
}
