package branding

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// joinSettings is what was set with what is set now, where they differ the latter: objects member by
// member, lists as a whole. A setting that has a default must be of its kind; others have no effect
// and are kept.
func joinSettings(old, given cognitoidp.Document) (cognitoidp.Document, error) {
	var next map[string]any
	if !utf8.Valid(given) || decode(given, &next) != nil || next == nil {
		return nil, awserr.SettingsNoObject()
	}
	known, err := defaultSettings()
	if err != nil {
		return nil, fmt.Errorf("read the default settings: %w", err)
	}
	if err := checkSettings("Settings", known, next); err != nil {
		return nil, err
	}
	if len(old) == 0 {
		return given, nil
	}
	var tree map[string]any
	if err := decode(old, &tree); err != nil {
		return nil, fmt.Errorf("read the settings of a style: %w", err)
	}
	return encodeSettings(join(tree, next))
}

// mergeSettings are the default settings, with those of a style over them.
func mergeSettings(own cognitoidp.Document) (cognitoidp.Document, error) {
	tree, err := defaultSettings()
	if err != nil {
		return nil, fmt.Errorf("read the default settings: %w", err)
	}
	var over map[string]any
	if len(own) > 0 {
		if err := decode(own, &over); err != nil {
			return nil, fmt.Errorf("read the settings of a style: %w", err)
		}
	}
	return encodeSettings(join(tree, over))
}

func encodeSettings(tree map[string]any) (cognitoidp.Document, error) {
	text, err := json.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("write settings: %w", err)
	}
	return text, nil
}

// join changes under by what over has, and answers it.
func join(under, over map[string]any) map[string]any {
	for name, value := range over {
		below, isObject := under[name].(map[string]any)
		if members, ok := value.(map[string]any); ok && isObject {
			under[name] = join(below, members)
		} else {
			under[name] = value
		}
	}
	return under
}

// color is red, green, blue and opacity in hexadecimal.
var color = regexp.MustCompile(`^[0-9a-fA-F]{8}$`)

// checkSettings refuses settings of another kind than their defaults: pages will write them into CSS.
func checkSettings(where string, known, given map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		standard, ok := known[name]
		if !ok {
			continue
		}
		where, value := where+"."+name, given[name]
		var wanted string
		var fits bool
		switch standard := standard.(type) {
		case map[string]any:
			var members map[string]any
			if members, fits = value.(map[string]any); fits {
				if err := checkSettings(where, standard, members); err != nil {
					return err
				}
			}
			wanted = "an object"
		case []any:
			_, fits = value.([]any)
			wanted = "a list"
		case json.Number:
			_, fits = value.(json.Number)
			wanted = "a number"
		case bool:
			_, fits = value.(bool)
			wanted = "true or false"
		case string:
			var text string
			text, fits = value.(string)
			wanted = "text"
			if color.MatchString(standard) {
				fits = color.MatchString(text)
				wanted = "a color of 8 hexadecimal digits, such as 0972d3ff"
			}
		}
		if !fits {
			return awserr.SettingRefused(where, wanted)
		}
	}
	return nil
}
