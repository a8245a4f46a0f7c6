package branding

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xhtmlSpace = "http://www.w3.org/1999/xhtml"
)

// svgElements are the elements of SVG that draw. What links, embeds, scripts or animates links is missing.
var svgElements = func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(`svg g defs symbol use title desc metadata style switch view
		path rect circle ellipse line polyline polygon text tspan textPath image marker pattern clipPath mask
		linearGradient radialGradient stop solidColor
		filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
		feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur
		feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile
		feTurbulence`) {
		set[name] = true
	}
	return set
}()

// checkSVG refuses an SVG image that could do more than be drawn: run a script, or load something. Members
// of other vocabularies than SVG and XHTML, which drawing programs leave behind, do nothing.
func checkSVG(image []byte) error {
	d := xml.NewDecoder(bytes.NewReader(image))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("the encoding is not UTF-8") }
	depth, inStyle := 0, 0
	root := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("the SVG image is not well-formed: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			if depth == 1 {
				if root || token.Name.Local != "svg" {
					return errors.New("the SVG image has another root than svg")
				}
				root = true
			}
			if err := checkElement(token); err != nil {
				return err
			}
			if token.Name.Local == "style" {
				inStyle++
			}
		case xml.EndElement:
			depth--
			if token.Name.Local == "style" {
				inStyle--
			}
		case xml.CharData:
			if inStyle > 0 && !harmlessCSS(string(token)) {
				return errors.New("the SVG image has a style that loads something")
			}
		case xml.Directive:
			if strings.Contains(strings.ToUpper(string(token)), "ENTITY") {
				return errors.New("the SVG image declares entities")
			}
		case xml.ProcInst:
			if token.Target != "xml" {
				return fmt.Errorf("the SVG image has the processing instruction %s", token.Target)
			}
		}
	}
	if !root {
		return errors.New("the SVG image is empty")
	}
	return nil
}

func checkElement(e xml.StartElement) error {
	switch e.Name.Space {
	case svgSpace, "":
		if !svgElements[e.Name.Local] {
			return fmt.Errorf("the SVG image has the element %s", e.Name.Local)
		}
	case xhtmlSpace:
		return fmt.Errorf("the SVG image has the HTML element %s", e.Name.Local)
	}
	for _, a := range e.Attr {
		name := strings.ToLower(a.Name.Local)
		switch {
		case strings.HasPrefix(name, "on"):
			return fmt.Errorf("the SVG image has the attribute %s", a.Name.Local)
		case a.Name.Space == "xmlns" || name == "xmlns":
		case name == "href" || name == "src" || name == "base":
			if !harmlessLink(a.Value) {
				return fmt.Errorf("the SVG image has a link outside of itself")
			}
		case !harmlessCSS(a.Value):
			return fmt.Errorf("the SVG image has the attribute %s that loads something", a.Name.Local)
		}
	}
	return nil
}

var dataImage = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,[0-9A-Za-z+/=\s]*$`)

func harmlessLink(address string) bool {
	address = strings.TrimSpace(address)
	return address == "" || strings.HasPrefix(address, "#") || dataImage.MatchString(address)
}

// cssURL is the beginning of an address in CSS, with what follows the quotation mark.
var cssURL = regexp.MustCompile(`(?i)url\s*\(\s*["']?\s*([^"')]?)`)

// harmlessCSS tells whether CSS, or the value of an attribute, loads and runs nothing. Backslashes could
// spell what is looked for here in other ways.
func harmlessCSS(text string) bool {
	lower := strings.ToLower(text)
	for _, bad := range []string{`\`, "@import", "@charset", "javascript:", "vbscript:", "expression(", "-moz-binding", "behavior:"} {
		if strings.Contains(lower, bad) {
			return false
		}
	}
	for _, m := range cssURL.FindAllStringSubmatch(text, -1) {
		if m[1] != "#" {
			return false
		}
	}
	return true
}
