package sqlstore

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"
)

// keyMax is how many bytes of a value a key keeps. The longest key of several columns must fit an
// index entry: 2.7 kB in PostgreSQL, 1 kB in some engines that speak its protocol.
const keyMax = 256

// longestKey is the length of a key made of a value that was cut.
const longestKey = keyMax + 2*sha256.Size

// key is the form in which a name or value is searched: valid UTF-8 without NUL, which PostgreSQL
// refuses, and bounded. Different values have different keys; keys sort as their values do by byte,
// up to keyMax bytes.
func key(value string) string {
	k := keyText(value)
	if len(k) <= keyMax {
		return k
	}
	sum := sha256.Sum256([]byte(k))
	return cut(k, keyMax) + hex.EncodeToString(sum[:])
}

// keyText writes NUL as 01 01 and 01 as 01 02, which keeps order and prefixes.
func keyText(value string) string {
	value = strings.ToValidUTF8(value, "\uFFFD")
	if strings.IndexByte(value, 0) < 0 && strings.IndexByte(value, 1) < 0 {
		return value
	}
	return escapeNUL.Replace(value)
}

var escapeNUL = strings.NewReplacer("\x00", "\x01\x01", "\x01", "\x01\x02")

// cut shortens k to at most n bytes, between two characters.
func cut(k string, n int) string {
	if len(k) <= n {
		return k
	}
	for !utf8.RuneStart(k[n]) {
		n--
	}
	return k[:n]
}

// keyRange is the first and last key of values that start with prefix. If exact is false, some keys
// between them belong to other values: the prefix is longer than what a key keeps.
func keyRange(prefix string) (first, last string, exact bool) {
	k := keyText(prefix)
	first = cut(k, keyMax-utf8.UTFMax)
	return first, first + highest, first == k
}

// highest follows every rest of a key.
var highest = strings.Repeat("\U0010FFFF", (longestKey+utf8.UTFMax-1)/utf8.UTFMax)

// after is a text behind key k and before any greater key: a key never ends in 01 alone.
func after(k string) string { return k + "\x01" }

// micros is a time as a column or record keeps it; zero stays zero.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant is the time kept as n.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
