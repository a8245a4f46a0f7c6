package branding

import (
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	head := `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">`
	for _, image := range []string{
		svg,
		`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">` + svg,
		`<svg viewBox="0 0 1 1"><path d="M0 0h1v1z" fill="url(#g)" style="fill:url('#g');stroke:red"/></svg>`,
		head + `<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs><use xlink:href="#a"/><use href=" #a"/><image href="data:image/png;base64,iVBO Rw0="/></svg>`,
		head + `<style>.a{fill:#fff} @media (max-width:1px){.a{fill:url(#b)}}</style><text>javascript: is a word</text></svg>`,
		`<svg xmlns="http://www.w3.org/2000/svg" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"><sodipodi:namedview pagecolor="#fff"/><metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata></svg>`,
	} {
		if err := checkSVG([]byte(image)); err != nil {
			t.Errorf("%s: %v", image, err)
		}
	}
	for image, want := range map[string]string{
		"":                                       "the SVG image is empty",
		"no XML":                                 "the SVG image is empty",
		"<svg>":                                  "the SVG image is not well-formed",
		"<html/>":                                "the SVG image has another root than svg",
		svg + svg:                                "the SVG image has another root than svg",
		head + `<script>alert(1)</script></svg>`: "the SVG image has the element script",
		head + `<g><foreignObject/></g></svg>`:   "the SVG image has the element foreignObject",
		head + `<a href="#x"/></svg>`:            "the SVG image has the element a",
		head + `<animate attributeName="href" values="javascript:alert(1)"/></svg>`: "the SVG image has the element animate",
		head + `<h:script xmlns:h="http://www.w3.org/1999/xhtml"/></svg>`:           "the SVG image has the HTML element script",
		`<svg onload="alert(1)"/>`:                                                     "the SVG image has the attribute onload",
		`<svg ONLOAD="alert(1)"/>`:                                                     "the SVG image has the attribute ONLOAD",
		head + `<use xlink:href="https://evil.example/x.svg#a"/></svg>`:                "the SVG image has a link outside of itself",
		head + `<image href="data:image/svg+xml;base64,AAAA"/></svg>`:                  "the SVG image has a link outside of itself",
		head + `<image href="javascript:alert(1)"/></svg>`:                             "the SVG image has a link outside of itself",
		`<svg xml:base="https://evil.example/"/>`:                                      "the SVG image has a link outside of itself",
		head + `<rect fill="url(https://evil.example/x)"/></svg>`:                      "the SVG image has the attribute fill that loads something",
		head + `<rect style="fill:URL( 'https://evil.example')"/></svg>`:               "the SVG image has the attribute style that loads something",
		head + `<rect style="fill:\75rl(https://evil.example)"/></svg>`:                "the SVG image has the attribute style that loads something",
		head + `<style>@import "https://evil.example"</style></svg>`:                   "the SVG image has a style that loads something",
		head + `<style><![CDATA[.a{background:url("//evil.example")}]]></style></svg>`: "the SVG image has a style that loads something",
		`<!DOCTYPE svg [<!ENTITY x "<script/>">]>` + svg:                               "the SVG image declares entities",
		`<?xml-stylesheet href="https://evil.example/x.css"?>` + svg:                   "the SVG image has the processing instruction xml-stylesheet",
		`<?xml version="1.0" encoding="UTF-7"?>` + svg:                                 "the SVG image is not well-formed: xml: opening charset \"UTF-7\": the encoding is not UTF-8",
	} {
		if err := checkSVG([]byte(image)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", image, err, want)
		}
	}
}

func FuzzSVG(f *testing.F) {
	f.Add([]byte(svg))
	f.Add([]byte(`<svg><style>a{}</style><g xlink:href="#a" onload=""/></svg>`))
	f.Fuzz(func(t *testing.T, image []byte) {
		if checkSVG(image) == nil && strings.Contains(strings.ToLower(string(image)), "<script") && !strings.Contains(string(image), "<!") {
			t.Errorf("accepted %q", image)
		}
	})
}
