package branding

import (
	"regexp"
	"strings"

	"ostiary/internal/awserr"
)

// cssClasses are the selectors of the classic hosted UI, without their common end.
const classEnd = "-customizable"

var cssClasses = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range []string{
		"background", "banner", "errorMessage", "idpButton", "idpDescription", "inputField", "label", "legalText",
		"logo", "passwordCheck-notValid", "passwordCheck-valid", "redirect", "socialButton", "submitButton", "textDescription",
	} {
		set["."+name+classEnd] = true
	}
	for _, selector := range []string{".idpButton" + classEnd + ":hover", ".inputField" + classEnd + ":focus", ".submitButton" + classEnd + ":hover"} {
		set[selector] = true
	}
	return set
}()

// CheckCSS refuses CSS of the classic hosted UI that is more than declarations for its classes.
func CheckCSS(css string) error {
	rest, ok := withoutComments(css)
	if !ok {
		return awserr.CSSUnreadable("a comment or a string has no end")
	}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		selectors, after, ok := strings.Cut(rest, "{")
		if strings.HasPrefix(rest, "@") {
			return awserr.CSSUnreadable("rules that begin with @ are not allowed")
		}
		if !ok {
			return awserr.CSSUnreadable("a selector has no declarations")
		}
		body, after, ok := strings.Cut(after, "}")
		if !ok {
			return awserr.CSSUnreadable("a block has no end")
		}
		for selector := range strings.SplitSeq(selectors, ",") {
			if selector = strings.Join(strings.Fields(selector), " "); !cssClasses[selector] {
				return awserr.CSSClass(selector)
			}
		}
		if err := checkDeclarations(body); err != nil {
			return err
		}
		rest = after
	}
	return nil
}

// withoutComments is the CSS without its comments, where a browser sees them: not within strings. A text in
// which a string or a comment does not end is refused.
func withoutComments(css string) (string, bool) {
	var out strings.Builder
	for {
		at := strings.IndexAny(css, `"'/`)
		if at < 0 {
			out.WriteString(css)
			return out.String(), true
		}
		out.WriteString(css[:at])
		css = css[at:]
		if css[0] != '/' {
			end := strings.IndexAny(css[1:], css[:1]+"\n\r\f\\")
			if end < 0 || css[1+end] != css[0] {
				return "", false
			}
			out.WriteString(css[:end+2])
			css = css[end+2:]
			continue
		}
		if !strings.HasPrefix(css, "/*") {
			out.WriteByte('/')
			css = css[1:]
			continue
		}
		_, after, found := strings.Cut(css[2:], "*/")
		if !found {
			return "", false
		}
		out.WriteByte(' ')
		css = after
	}
}

var cssProperty = regexp.MustCompile(`^-?[a-zA-Z][a-zA-Z-]*$`)

// checkDeclarations checks a block. Its values stand in a page's style sheet, which they must not leave,
// and load nothing.
func checkDeclarations(body string) error {
	for declaration := range strings.SplitSeq(body, ";") {
		if declaration = strings.TrimSpace(declaration); declaration == "" {
			continue
		}
		property, value, ok := strings.Cut(declaration, ":")
		if !ok || !cssProperty.MatchString(strings.TrimSpace(property)) || strings.TrimSpace(value) == "" {
			return awserr.CSSUnreadable("a declaration is not of the form property: value")
		}
		if strings.ContainsAny(value, "<{@") || !harmlessCSS(value) || cssURL.MatchString(value) {
			return awserr.CSSUnreadable("the value of " + strings.TrimSpace(property) + " is not allowed")
		}
	}
	return nil
}
