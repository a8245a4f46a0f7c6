package cognitoidp_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"pgregory.net/rapid"

	"ostiary/cognitoidp"
)

// draw makes a random value of a shape's Go type. Half of the optional members are absent. With valid,
// every constraint of the model holds.
func draw(t *rapid.T, s *cognitoidp.Shape, valid bool) any {
	v := s.New()
	fill(t, s, reflect.ValueOf(v).Elem(), valid)
	return v
}

func fill(t *rapid.T, s *cognitoidp.Shape, v reflect.Value, valid bool) {
	switch s.Kind {
	case cognitoidp.KindStructure:
		for _, m := range s.Members {
			f := v.FieldByName(strings.ToUpper(m.Name[:1]) + m.Name[1:])
			if !m.Required && rapid.Bool().Draw(t, "absent") {
				continue
			}
			if f.Kind() == reflect.Pointer {
				f.Set(reflect.New(f.Type().Elem()))
				f = f.Elem()
			}
			fill(t, m.Shape, f, valid)
		}
	case cognitoidp.KindList:
		n := size(t, s)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, s.Element, v.Index(i), valid)
		}
	case cognitoidp.KindMap:
		v.Set(reflect.MakeMap(v.Type()))
		for n := size(t, s); v.Len() < n; {
			element := reflect.New(v.Type().Elem()).Elem()
			fill(t, s.Element, element, valid)
			v.SetMapIndex(reflect.ValueOf(textOf(t, s.Key, valid)), element)
		}
	case cognitoidp.KindString:
		v.SetString(textOf(t, s, valid))
	case cognitoidp.KindInteger, cognitoidp.KindLong:
		low, high := int64(-1<<31), int64(1<<31-1)
		if s.Min != nil {
			low = *s.Min
		}
		if s.Max != nil {
			high = *s.Max
		}
		v.SetInt(rapid.Int64Range(low, high).Draw(t, s.Name))
	case cognitoidp.KindBoolean:
		v.SetBool(rapid.Bool().Draw(t, s.Name))
	case cognitoidp.KindTimestamp:
		ms := rapid.Int64Range(-62135596800000, 253402300799000).Draw(t, s.Name)
		v.Set(reflect.ValueOf(time.UnixMilli(ms).UTC()))
	case cognitoidp.KindBlob:
		v.SetBytes(rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, s.Name))
	case cognitoidp.KindDocument:
		text, err := json.Marshal(rapid.MapOf(rapid.StringMatching(`[a-z]{1,5}`), rapid.Int()).Draw(t, s.Name))
		if err != nil {
			t.Fatal(err)
		}
		v.SetBytes(text)
	}
}

func size(t *rapid.T, s *cognitoidp.Shape) int {
	low, high := 0, 3
	if s.Min != nil {
		low = int(*s.Min)
	}
	if s.Max != nil {
		high = min(high, int(*s.Max))
	}
	return rapid.IntRange(low, max(low, high)).Draw(t, s.Name)
}

// textOf makes a text for a string shape: of its enum, of its pattern, or anything XML can carry.
func textOf(t *rapid.T, s *cognitoidp.Shape, valid bool) string {
	if len(s.Enum) > 0 {
		return rapid.SampledFrom(s.Enum).Draw(t, s.Name)
	}
	if !valid {
		return rapid.StringOfN(rapid.Rune(), 1, 30, -1).Filter(printable).Draw(t, s.Name)
	}
	low, high := 1, 60
	if s.Min != nil {
		low = int(*s.Min)
	}
	if s.Max != nil {
		high = min(high, int(*s.Max))
	}
	if s.Pattern == "" {
		return rapid.StringOfN(rapid.RuneFrom([]rune("aZ9é -")), low, max(low, high), -1).Draw(t, s.Name)
	}
	if sample := samples[s.Pattern]; sample != "" {
		return rapid.StringMatching(sample).Draw(t, s.Name)
	}
	// Patterns of one repeated class: any mix of characters that all of them have.
	return rapid.StringMatching(fmt.Sprintf(`[0-9]{%d,%d}`, low, max(low, high))).Draw(t, s.Name)
}

func printable(s string) bool { return !unprintable.MatchString(s) }

var unprintable = regexp.MustCompile("[\x00-\x08\x0b-\x1f\ufffd-\uffff]")

// samples generate texts for the patterns that digits alone do not match.
var samples = map[string]string{
	`(tkn|sso)[a-z0-9]{25}`: `(tkn|sso)[a-z0-9]{25}`,
	`.*\{####\}.*`:          `[a-z ]{1,5}\{####\}[a-z ]{1,5}`,
	`Level[1-4]`:            `Level[1-4]`,
	`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`:                                `[a-z ]{1,5}\{####\}[a-z ]{1,5}`,
	`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`: `[a-z ]{1,5}\{##[a-z ]{1,5}##\}`,
	`[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+`:                                             `[a-z]{1,9}@[a-z]{1,9}`,
	`[\w-]+_[0-9a-f-]+`:                              `[a-z]{2}-[a-z]{4}-1_[0-9a-f-]{5,20}`,
	`[\w-]+_[0-9a-zA-Z]+`:                            `[a-z]{2}-[a-z]{4}-1_[0-9a-zA-Z]{9}`,
	`[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+`: `[A-Za-z]{3,20}`,
	`^(terms-of-use|privacy-policy)$`:                `(terms-of-use|privacy-policy)`,
	`^[0-9A-Za-z\.\-_]*(?<!\.)$`:                     `[0-9A-Za-z.]{1,9}[a-z]`,
	`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`:                                                            `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
	`^cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil|chinese-(simplified|traditional))$`: `cognito:(default|dutch|english|french|spanish)`,
	`(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?`:                                                `arn:aws:[a-z]{3}:us-east-1:[0-9]{12}:[a-z]{3,9}`,
	`arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`:                                                   `arn:aws:[a-z]{3}:us-east-1:[0-9]{12}:[a-z]{3,9}`,
	`arn:[\w+=/,.@-]+:[\w+=/,.@-]+:::[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`:                                                                        `arn:aws:s3:::[a-z]{3,9}`,
	`import-[0-9a-zA-Z-]+`: `import-[0-9a-zA-Z]{10}`,
}
