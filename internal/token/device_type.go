package token

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What is looked at of a User-Agent header, in bytes, and the most that an app may be called, in
// characters.
const (
	maxUserAgent = 1024
	maxAppName   = 64
)

// deviceType is what a User-Agent header (RFC 9110, section 10.1.5) tells of a device, as people read
// it: "Firefox on Windows". Whatever of the two is not known is left out; "" if neither is. Clients
// write that header as they please, so it helps the honest to recognize their devices and proves nothing.
func deviceType(userAgent string) string {
	userAgent = strings.ToValidUTF8(userAgent[:min(len(userAgent), maxUserAgent)], "")
	system, app := systemOf(userAgent), appOf(userAgent)
	if system != "" && app != "" {
		return app + " on " + system
	}
	return app + system
}

// systems are operating systems by the words that give them away. Of several the first counts: a phone
// also says what its system descends from.
var systems = []struct{ word, name string }{
	{"iphone", "iOS"}, {"ipod", "iOS"}, {"ipad", "iPadOS"}, {"ipados", "iPadOS"}, {"watchos", "watchOS"}, {"tvos", "tvOS"},
	{"ios", "iOS"}, {"android", "Android"}, {"windows", "Windows"}, {"win", "Windows"}, {"cros", "ChromeOS"},
	{"macintosh", "macOS"}, {"macos", "macOS"}, {"linux", "Linux"}, {"freebsd", "FreeBSD"},
	{"darwin", "Darwin"}, // an Apple system, and no more is said
}

func systemOf(userAgent string) string {
	words := map[string]bool{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(userAgent), func(r rune) bool { return !unicode.IsLetter(r) }) {
		words[word] = true
	}
	for _, s := range systems {
		if words[s.word] {
			return s.name
		}
	}
	return ""
}

// browsers are browsers by their product. Of several the first counts: most call themselves by the
// names of others too.
var browsers = []struct{ product, name string }{
	{"Edg", "Edge"}, {"EdgA", "Edge"}, {"EdgiOS", "Edge"}, {"Edge", "Edge"},
	{"OPR", "Opera"}, {"OPiOS", "Opera"}, {"OPT", "Opera"}, {"Opera", "Opera"},
	{"SamsungBrowser", "Samsung Internet"}, {"Vivaldi", "Vivaldi"}, {"YaBrowser", "Yandex Browser"},
	{"DuckDuckGo", "DuckDuckGo"}, {"Ddg", "DuckDuckGo"}, {"Electron", "Electron app"},
	{"FxiOS", "Firefox"}, {"Firefox", "Firefox"}, {"CriOS", "Chrome"}, {"GSA", "Google app"},
	{"HeadlessChrome", "Chrome"}, {"Chromium", "Chromium"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
}

// appOf is the browser, or else the app, which names itself by the first product.
func appOf(userAgent string) string {
	products, comments := productsOf(userAgent)
	for _, b := range browsers {
		for _, p := range products {
			if p == b.product {
				return b.name
			}
		}
	}
	if strings.Contains(comments, "Trident/") || strings.Contains(comments, "MSIE ") {
		return "Internet Explorer"
	}
	if len(products) == 0 {
		return ""
	}
	switch products[0] {
	case "Mozilla", "AppleWebKit", "Dalvik", "CFNetwork": // what nearly all say, and what apps run on
		return ""
	}
	return appName(products[0])
}

// productsOf are the names of the products, and all comments between them.
func productsOf(userAgent string) (names []string, comments string) {
	var outside, inside strings.Builder
	depth := 0
	for _, r := range userAgent {
		switch {
		case r == '(':
			depth++
			outside.WriteByte(' ')
		case r == ')' && depth > 0:
			depth--
		case depth > 0:
			inside.WriteRune(r)
		default:
			outside.WriteRune(r)
		}
	}
	for product := range strings.FieldsSeq(outside.String()) {
		name, _, _ := strings.Cut(product, "/")
		names = append(names, name)
	}
	return names, inside.String()
}

// appName is the name of an app, which Apple's libraries write as in a URL; "" if it does not look like
// a name.
func appName(product string) string {
	name, err := url.PathUnescape(product)
	if err != nil || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxAppName {
		return ""
	}
	letters := false
	for _, r := range name {
		switch {
		case unicode.IsLetter(r):
			letters = true
		case unicode.IsDigit(r), strings.ContainsRune(" ._-+", r):
		default:
			return ""
		}
	}
	if !letters {
		return ""
	}
	return strings.TrimSpace(name)
}
