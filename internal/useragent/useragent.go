// Package useragent reads the User-Agent header (RFC 9110, section 10.1.5) as far as it helps people to
// recognize their devices. Clients write that header as they please, so it proves nothing.
package useragent

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
	maxAppWords  = 4
	maxAppDigits = 4 // in a row
)

// Agent is what a User-Agent header tells; "" is what it does not. Versions are major ones, such as "131".
type Agent struct {
	App, AppVersion       string
	System, SystemVersion string
}

// Parse reads a User-Agent header. It never fails: what it cannot make out is left empty.
func Parse(userAgent string) Agent {
	userAgent = strings.ToValidUTF8(userAgent[:min(len(userAgent), maxUserAgent)], "")
	a := Agent{System: systemOf(userAgent)}
	a.App, a.AppVersion = appOf(userAgent)
	a.SystemVersion = systemVersion(userAgent)
	return a
}

// Family is the agent without versions, which change by themselves: "Firefox on Windows". Whatever of
// the two is not known is left out; "" if neither is.
func (a Agent) Family() string {
	if a.System != "" && a.App != "" {
		return a.App + " on " + a.System
	}
	return a.App + a.System
}

// Name is the agent with its versions, as people read it: "Firefox 131, Windows 10".
func (a Agent) Name() string {
	app, system := a.App, a.System
	if app != "" && a.AppVersion != "" {
		app += " " + a.AppVersion
	}
	if system != "" && a.SystemVersion != "" {
		system += " " + a.SystemVersion
	}
	if app != "" && system != "" {
		return app + ", " + system
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

// versions are the words that the version of a system follows.
var versions = []string{"Windows NT ", "Android ", "iPhone OS ", "CPU OS ", "Mac OS X ", "iOS ", "macOS "}

func systemVersion(userAgent string) string {
	for _, before := range versions {
		if _, after, found := strings.Cut(userAgent, before); found {
			return major(after)
		}
	}
	return ""
}

// major is the digits that a version begins with, if there are few enough to be a version.
func major(version string) string {
	const most = 4
	end := strings.IndexFunc(version, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(version)
	}
	if end > most {
		return ""
	}
	return version[:end]
}

// product is a product token of the header.
type product struct{ name, version string }

// appOf is the browser, or else the app, which names itself by the first product.
func appOf(userAgent string) (name, version string) {
	products, comments := productsOf(userAgent)
	for _, b := range browsers {
		for _, p := range products {
			if p.name != b.product {
				continue
			}
			if p.name == "Safari" { // whose own number is that of its engine
				return b.name, versionOf(products, "Version")
			}
			return b.name, major(p.version)
		}
	}
	for _, before := range []string{"Trident/", "MSIE "} {
		if strings.Contains(comments, before) {
			return "Internet Explorer", ""
		}
	}
	if len(products) == 0 {
		return "", ""
	}
	switch products[0].name {
	case "Mozilla", "AppleWebKit", "Dalvik", "CFNetwork": // what nearly all say, and what apps run on
		return "", ""
	}
	return appName(products[0].name), major(products[0].version)
}

func versionOf(products []product, name string) string {
	for _, p := range products {
		if p.name == name {
			return major(p.version)
		}
	}
	return ""
}

// productsOf are the products, and all comments between them.
func productsOf(userAgent string) (products []product, comments string) {
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
	for field := range strings.FieldsSeq(outside.String()) {
		name, version, _ := strings.Cut(field, "/")
		products = append(products, product{name, version})
	}
	return products, inside.String()
}

// appName is the name of an app, which Apple's libraries write as in a URL; "" if it does not look like
// a name. People read it in e-mails to users of whom somebody knows no more than the name: it has no sentence, nor
// anything that a mail program makes a link of, such as the name of a host or a phone number.
func appName(product string) string {
	name, err := url.PathUnescape(product)
	if err != nil || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxAppName {
		return ""
	}
	letters, digits := false, 0
	plain := []rune(name)
	for i, r := range plain {
		if i > 0 && plain[i-1] == '.' {
			plain[i-1] = ' '
		}
		switch {
		case unicode.IsLetter(r):
			letters, digits = true, 0
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune(" ._-+", r):
			return ""
		}
		if digits > maxAppDigits {
			return ""
		}
	}
	words := strings.Fields(string(plain))
	if !letters || len(words) > maxAppWords {
		return ""
	}
	return strings.Join(words, " ")
}
