package userpool

import "testing"

// TestCountryName: a country is called what people call it, as the service does; what is no code of one stays.
func TestCountryName(t *testing.T) {
	for code, want := range map[string]string{"US": "United States", "CO": "Colombia", "DE": "Germany", "XK": "Kosovo", "ZZ": "ZZ", "": ""} {
		if got := (&Origin{Country: code}).CountryName(); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
	names := map[string]string{}
	for code, name := range countries {
		if len(code) != 2 || names[name] != "" {
			t.Errorf("%s and %s are %q", code, names[name], name)
		}
		names[name] = code
	}
}
