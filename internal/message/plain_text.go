package message

import (
	"html"
	"strings"
)

// plainText is what an HTML body says, for readers who do not see HTML. It makes do with any text: what is
// no markup stays.
func plainText(body string) string {
	var p plain
	for len(body) > 0 {
		text, rest, found := strings.Cut(body, "<")
		p.write(text)
		if !found {
			break
		}
		body = p.tag(rest)
	}
	return strings.TrimSpace(p.out.String())
}

// plain collects text.
type plain struct {
	out   strings.Builder
	blank bool   // a blank waits to be written between words
	lines int    // line ends that wait to be written
	link  string // of the link that is open
	words int    // how much was written when it began
}

// write adds text; runs of white space are one blank.
func (p *plain) write(text string) {
	for i, word := range strings.FieldsFunc(html.UnescapeString(text), isBlank) {
		if i > 0 || text != "" && isBlank(rune(text[0])) {
			p.blank = true
		}
		p.word(word)
	}
	if text != "" && isBlank(rune(text[len(text)-1])) {
		p.blank = true
	}
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

func (p *plain) word(word string) {
	switch {
	case p.out.Len() == 0:
	case p.lines > 0:
		p.out.WriteString(strings.Repeat("\n", min(p.lines, 2)))
	case p.blank:
		p.out.WriteByte(' ')
	}
	p.lines, p.blank = 0, false
	p.out.WriteString(word)
}

// tag reads what follows a "<" and answers what follows the tag.
func (p *plain) tag(rest string) string {
	if strings.HasPrefix(rest, "!--") {
		_, after, _ := strings.Cut(rest, "-->")
		return after
	}
	end := tagEnd(rest)
	name, attributes, _ := strings.Cut(blanks.Replace(strings.TrimSuffix(rest[:max(end, 0)], "/")), " ")
	name = strings.ToLower(name)
	if end < 0 || !isTag(name) {
		p.write("&lt;")
		return rest
	}
	after := rest[end+1:]
	switch name {
	case "br":
		p.lines++
	case "div", "/div", "tr", "/tr", "/li":
		p.lines = max(p.lines, 1)
	case "li":
		p.lines = max(p.lines, 1)
		p.word("-")
		p.blank = true
	case "p", "/p", "h1", "h2", "h3", "/h1", "/h2", "/h3", "table", "/table", "ul", "/ul", "ol", "/ol":
		p.lines = 2
	case "td", "th":
		p.blank = true
	case "head", "style", "script", "title":
		closing := "</" + name
		if i := indexFold(after, closing); i >= 0 {
			_, after, _ = strings.Cut(after[i:], ">")
			return after
		}
		return ""
	case "a":
		p.link, p.words = attribute(attributes, "href"), p.out.Len()
	case "/a":
		if p.link != "" && strings.TrimSpace(p.out.String()[p.words:]) != p.link {
			p.blank = true
			p.word("(" + p.link + ")")
		}
		p.link = ""
	}
	return after
}

var blanks = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

// tagEnd is where the ">" of a tag is, outside of quotation marks; -1 if there is none.
func tagEnd(text string) int {
	var quote rune
	for i, r := range text {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '>':
			return i
		case r == '<':
			return -1
		}
	}
	return -1
}

func isTag(name string) bool {
	name = strings.TrimPrefix(name, "/")
	if name == "" {
		return false
	}
	first := name[0]
	return first >= 'a' && first <= 'z' || first == '!' || first == '?'
}

// attribute is the value of an attribute in a tag; "" if it is not there.
func attribute(attributes, name string) string {
	i := indexFold(attributes, name+"=")
	if i < 0 || i+len(name)+1 == len(attributes) {
		return ""
	}
	v := attributes[i+len(name)+1:]
	switch quote := v[:1]; quote {
	case `"`, "'":
		v, _, _ = strings.Cut(v[1:], quote)
	default:
		v, _, _ = strings.Cut(v, " ")
	}
	return html.UnescapeString(v)
}

// indexFold is where a text of ASCII stands in another, in capitals or not; -1 if it does not. To make the other
// lower case would move what is in it: some characters have fewer bytes then, and some more.
func indexFold(s, ascii string) int {
	for i := 0; i+len(ascii) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(ascii)], ascii) {
			return i
		}
	}
	return -1
}
