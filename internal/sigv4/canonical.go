package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// canonicalRequest writes req in the one form that both sides sign.
func canonicalRequest(h *Header, req *http.Request, bodyHash string) (string, error) {
	query, err := canonicalQuery(req.URL.RawQuery)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(req.Method + "\n" + canonicalPath(req.URL) + "\n" + query + "\n")
	for _, name := range h.SignedHeaders {
		values := headerValues(req, name)
		if len(values) == 0 {
			return "", mismatch()
		}
		b.WriteString(name)
		for i, value := range values {
			b.WriteByte(":,"[min(i, 1)])
			b.WriteString(foldSpaces(value))
		}
		b.WriteByte('\n')
	}
	b.WriteString("\n" + strings.Join(h.SignedHeaders, ";") + "\n" + bodyHash)
	return b.String(), nil
}

// canonicalPath encodes the path as it was sent, so once more: every service but S3 does.
func canonicalPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		return "/"
	}
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = uriEncode(parts[i])
	}
	return strings.Join(parts, "/")
}

// canonicalQuery encodes names and values anew and sorts the pairs by what that gives. A query
// that cannot be read whole is refused: part of it would escape the signature.
func canonicalQuery(raw string) (string, error) {
	if raw == "" {
		return "", nil
	}
	query, err := url.ParseQuery(raw)
	if err != nil {
		return "", mismatch()
	}
	type pair struct{ name, value string }
	var pairs []pair
	for name, values := range query {
		for _, value := range values {
			pairs = append(pairs, pair{uriEncode(name), uriEncode(value)})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	encoded := make([]string, len(pairs))
	for i, p := range pairs {
		encoded[i] = p.name + "=" + p.value
	}
	return strings.Join(encoded, "&"), nil
}

// uriEncode leaves only the unreserved characters of RFC 3986, section 2.3, as they are.
func uriEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// headerValues gives a header's values by its lower-case name. net/http keeps Host and, for some
// requests, Content-Length outside the header.
func headerValues(req *http.Request, name string) []string {
	switch {
	case name == "host":
		return []string{req.Host}
	case name == "content-length" && len(req.Header.Values(name)) == 0 && req.ContentLength >= 0:
		return []string{strconv.FormatInt(req.ContentLength, 10)}
	}
	return req.Header.Values(name)
}

// foldSpaces trims a header value and makes each run of spaces one.
func foldSpaces(s string) string {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if s[i] != ' ' || s[i-1] != ' ' { // s[0] is no space
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
