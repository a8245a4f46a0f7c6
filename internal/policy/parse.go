package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Parse reads a policy document from JSON.
func Parse(document []byte) (*Policy, error) {
	d := json.NewDecoder(bytes.NewReader(document))
	v, err := decode(d, 0)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("policy: more follows the document")
	}
	return FromValue(v)
}

// decode reads one value. Unlike encoding/json it refuses a name given twice, of which only the
// last would count, without a word about the other.
func decode(d *json.Decoder, depth int) (any, error) {
	const maxDepth = 8 // a policy needs four
	if depth > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := map[string]any{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			key, isText := name.(string)
			if !isText {
				return nil, fmt.Errorf("a name is %v", name)
			}
			if _, twice := object[key]; twice {
				return nil, fmt.Errorf("%q is given twice", key)
			}
			if object[key], err = decode(d, depth+1); err != nil {
				return nil, err
			}
		}
		_, err := d.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decode(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

// FromValue reads a policy document from what a JSON or YAML decoder makes of one: maps by
// string, lists and strings. YAML takes a Version without quotes for a date, which is accepted.
func FromValue(v any) (*Policy, error) {
	document, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("policy: the document has to be an object")
	}
	p := new(Policy)
	if err := p.read(document); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return p, nil
}

func (p *Policy) read(document map[string]any) error {
	if err := known(document, "Version", "Id", "Statement"); err != nil {
		return err
	}
	if err := checkVersion(document); err != nil {
		return err
	}
	if _, err := optionalString(document, "Id"); err != nil {
		return err
	}
	list, ok := document["Statement"].([]any)
	if single, isObject := document["Statement"].(map[string]any); isObject {
		list, ok = []any{single}, true
	}
	if !ok || len(list) == 0 {
		return errors.New("Statement has to be an object or a list of objects")
	}
	sids := map[string]bool{}
	for i, v := range list {
		object, ok := v.(map[string]any)
		if !ok {
			return fmt.Errorf("statement %d has to be an object", i+1)
		}
		st, err := readStatement(object)
		if err != nil {
			return fmt.Errorf("statement %d: %w", i+1, err)
		}
		p.statements = append(p.statements, st)

		sid, err := optionalString(object, "Sid")
		switch {
		case err != nil:
			return fmt.Errorf("statement %d: %w", i+1, err)
		case sid != "" && sids[sid]:
			return fmt.Errorf("statement %d: the Sid %q is given twice", i+1, sid)
		}
		sids[sid] = true
	}
	return nil
}

func checkVersion(document map[string]any) error {
	version, given := document["Version"]
	if date, ok := version.(time.Time); ok {
		version = date.Format(time.DateOnly)
	}
	if given && version != "2012-10-17" && version != "2008-10-17" {
		return fmt.Errorf("Version has to be 2012-10-17, not %v", version)
	}
	return nil
}

func readStatement(object map[string]any) (st statement, err error) {
	err = known(object, "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource")
	if err != nil {
		return st, err
	}
	switch object["Effect"] {
	case "Allow":
	case "Deny":
		st.deny = true
	default:
		return st, errors.New(`Effect has to be "Allow" or "Deny"`)
	}
	if st.actions, err = readPatterns(object, "Action", checkAction); err != nil {
		return st, err
	}
	for i, action := range st.actions.any {
		st.actions.any[i] = strings.ToLower(action)
	}
	st.resources, err = readPatterns(object, "Resource", checkResource)
	return st, err
}

// known refuses an object with other names than these. Names are compared exactly: IAM is less
// strict, and a policy that means to deny should not depend on how much less.
func known(object map[string]any, names ...string) error {
	for _, name := range sortedKeys(object) {
		switch {
		case slices.Contains(names, name):
		case name == "Condition":
			return errors.New("Condition is not supported: without it the statement would mean something else")
		case name == "Principal" || name == "NotPrincipal":
			return fmt.Errorf("%s has no place here: an identity-based policy applies to the key it belongs to", name)
		default:
			return fmt.Errorf("unknown element %q", name)
		}
	}
	return nil
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func optionalString(object map[string]any, name string) (string, error) {
	v, given := object[name]
	s, ok := v.(string)
	if given && !ok {
		return "", fmt.Errorf("%s has to be a string", name)
	}
	return s, nil
}

// readPatterns takes the element name or its opposite, Not…, of which a statement has one.
func readPatterns(object map[string]any, name string, check func(string) error) (patterns, error) {
	v, given := object[name]
	opposite, not := object["Not"+name]
	if given == not {
		return patterns{}, fmt.Errorf("one of %s and Not%s is needed, and only one", name, name)
	}
	if not {
		v, name = opposite, "Not"+name
	}
	list, ok := v.([]any)
	if s, isString := v.(string); isString {
		list, ok = []any{s}, true
	}
	if !ok || len(list) == 0 {
		return patterns{}, fmt.Errorf("%s has to be a string or a list of strings", name)
	}
	p := patterns{not: not}
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			return patterns{}, fmt.Errorf("%s has to be a string or a list of strings", name)
		}
		if err := check(s); err != nil {
			return patterns{}, fmt.Errorf("%s %q: %w", name, s, err)
		}
		p.any = append(p.any, s)
	}
	return p, nil
}

// checkAction wants "*" or a service and a name, such as cognito-idp:Admin*.
func checkAction(s string) error {
	vendor, name, _ := strings.Cut(s, ":")
	if s != "*" && (vendor == "" || name == "" || strings.ContainsAny(vendor, "*?") || strings.Contains(name, ":")) {
		return errors.New(`has to be "*" or look like cognito-idp:AdminGetUser`)
	}
	return checkCharacters(s)
}

// checkResource wants "*" or an ARN, whose parts may be wildcards.
func checkResource(s string) error {
	if s != "*" && (!strings.HasPrefix(s, "arn:") || len(s) == len("arn:")) {
		return errors.New(`has to be "*" or an ARN`)
	}
	if strings.Contains(s, "${") {
		return errors.New("policy variables are not supported")
	}
	return checkCharacters(s)
}

func checkCharacters(s string) error {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("holds a character that no action or ARN has")
	}
	return nil
}
