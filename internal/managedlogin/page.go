package managedlogin

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
)

//go:embed page.css
var style string

// notice is a page that tells one thing.
type notice struct {
	status int
	// Role is how assistive technology takes the text: status, or alert for what went wrong.
	Role  string
	Title string
	Text  string
	// Detail is said by somebody else, such as a function of the pool.
	Detail string
	Style  template.CSS
}

// noticePage needs nothing but itself: no script, no image, nothing from elsewhere. Of its style, which is
// ours, browsers know the hash.
var noticePage = template.Must(template.New("notice").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
<style>{{.Style}}</style>
</head>
<body>
<main class="{{.Role}}">
<div role="{{.Role}}">
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
{{- with .Detail}}
<p>{{.}}</p>
{{- end}}
</div>
</main>
</body>
</html>
`))

// write answers a request with a page that nothing keeps, frames or learns the address of: it has a code.
func (n notice) write(w http.ResponseWriter, req *http.Request) {
	n.Style = template.CSS(style) //nolint:gosec // a file of ours
	var page bytes.Buffer
	if err := noticePage.Execute(&page, n); err != nil {
		panic("managedlogin: " + err.Error()) // only for a template that does not fit its value
	}
	hash := sha256.Sum256([]byte(style))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(page.Len()))
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(n.status)
	if req.Method != http.MethodHead {
		_, _ = w.Write(page.Bytes()) // whoever has hung up needs no answer
	}
}
