package cognitoidp_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ostiary/cognitoidp"
)

// TestEveryShapeSurvives takes a random value of each shape through each codec and back.
func TestEveryShapeSurvives(t *testing.T) {
	for _, s := range cognitoidp.Shapes() {
		t.Run(s.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := draw(t, s, false)
				same := func(codec string, got any, err error) {
					t.Helper()
					if err != nil {
						t.Fatalf("%s: %v", codec, err)
					}
					if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
						t.Fatalf("%s (-want +got):\n%s", codec, diff)
					}
				}
				text := s.Encode(want)
				if !json.Valid(text) {
					t.Fatalf("not JSON: %s", text)
				}
				got := s.New()
				same("JSON", got, s.Decode(text, got))

				got = s.New()
				same("tree", got, s.FromTree(s.Tree(want), got))

				document := s.EncodeXML(want)
				if err := xml.Unmarshal(document, new(struct{})); err != nil {
					t.Fatalf("not XML: %v: %s", err, document)
				}
				got = s.New()
				same("XML", got, s.DecodeXML(document, got))

				got = s.New()
				same("text", got, s.Parse(asText(s, text), got))

				checkQuery(t, s, want)
			})
		})
	}
}

// plain makes a value comparable: its JSON, which orders and names everything.
func plain(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		panic(err)
	}
	return tree
}

// asText is how a value reads as text on its own: strings without quotes, the others as their JSON.
func asText(s *cognitoidp.Shape, encoded []byte) string {
	if s.Kind == cognitoidp.KindString || s.Kind == cognitoidp.KindBlob {
		var text string
		if err := json.Unmarshal(encoded, &text); err != nil {
			panic(err)
		}
		return text
	}
	return string(encoded)
}

// checkQuery counts the scalars of the tree among the query parameters.
func checkQuery(t *rapid.T, s *cognitoidp.Shape, v any) {
	values := s.EncodeQuery(v)
	parsed, err := url.ParseQuery(values.Encode())
	if err != nil || len(parsed) != len(values) {
		t.Fatalf("query does not survive: %v", err)
	}
	if got, want := len(values), countScalars(s, s.Tree(v)); got != want {
		t.Fatalf("%d parameters for %d scalars: %v", got, want, values)
	}
}

func countScalars(s *cognitoidp.Shape, tree any) int {
	n := 0
	switch s.Kind {
	case cognitoidp.KindStructure:
		for _, m := range s.Members {
			if value, ok := tree.(map[string]any)[m.Name]; ok {
				n += countScalars(m.Shape, value)
			}
		}
		return n
	case cognitoidp.KindList:
		if len(tree.([]any)) == 0 {
			return 1 // present and empty
		}
		for _, element := range tree.([]any) {
			n += countScalars(s.Element, element)
		}
		return n
	case cognitoidp.KindMap:
		if len(tree.(map[string]any)) == 0 {
			return 1
		}
		for _, value := range tree.(map[string]any) {
			n += 1 + countScalars(s.Element, value)
		}
		return n
	default:
		return 1
	}
}

// TestValidValuesPass: whatever keeps the constraints is accepted by the walk that checks them.
func TestValidValuesPass(t *testing.T) {
	for _, o := range cognitoidp.Operations {
		t.Run(o.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				if err := cognitoidp.Validate(draw(t, o.Input, true)); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// TestEveryErrorSurvives takes each error of each operation through JSON, its header and XML.
func TestEveryErrorSurvives(t *testing.T) {
	for _, o := range cognitoidp.Operations {
		for _, code := range o.Errors {
			want := &cognitoidp.Error{Code: code, Message: "A <sentence> & \"more\"."}
			if code == cognitoidp.InvalidParameterException {
				want.ReasonCode = "Reason"
			}
			for name, got := range map[string]error{
				"JSON":      o.ErrorFromJSON(nil, want.JSON()),
				"namespace": o.ErrorFromJSON(nil, bytes.Replace(want.JSON(), []byte(`:"`), []byte(`:"com.amazonaws.cognito#`), 1)),
				"XML":       o.ErrorFromXML(want.XML()),
			} {
				if diff := cmp.Diff(error(want), got); diff != "" {
					t.Errorf("%s %s %s (-want +got):\n%s", o.Name, code, name, diff)
				}
				if !errors.Is(got, code) {
					t.Errorf("%s %s %s: errors.Is does not find the code", o.Name, code, name)
				}
			}
			header := http.Header{}
			header.Set("x-amzn-ErrorType", string(code)+":http://internal.amazon.com/")
			if got := o.ErrorFromJSON(header, nil); !errors.Is(got, code) {
				t.Errorf("%s %s from the header: %v", o.Name, code, got)
			}
			if want := 400; !strings.HasPrefix(string(code), "Internal") && code.HTTPStatus() != want {
				t.Errorf("%s has status %d", code, code.HTTPStatus())
			}
		}
	}
}

func TestUndeclaredErrors(t *testing.T) {
	o, _ := cognitoidp.OperationByName("SetUserMFAPreference")
	message := "slow down"
	for name, c := range map[string]struct {
		got  error
		want *cognitoidp.UnmodeledError
	}{
		"of another operation": {
			o.ErrorFromJSON(nil, []byte(`{"__type":"GroupExistsException","Message":"slow down"}`)),
			&cognitoidp.UnmodeledError{Operation: o.Name, Code: "GroupExistsException", Message: &message},
		},
		"without a message": {
			o.ErrorFromJSON(nil, []byte(`{"__type":"ThrottlingException"}`)),
			&cognitoidp.UnmodeledError{Operation: o.Name, Code: "ThrottlingException"},
		},
		"no JSON at all": {
			o.ErrorFromJSON(nil, []byte(`<html>`)),
			&cognitoidp.UnmodeledError{Operation: o.Name},
		},
		"in XML": {
			o.ErrorFromXML([]byte(`<ErrorResponse><Error><Code>Throttling</Code><Message>slow down</Message></Error></ErrorResponse>`)),
			&cognitoidp.UnmodeledError{Operation: o.Name, Code: "Throttling", Message: &message},
		},
	} {
		if diff := cmp.Diff(error(c.want), c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestUnitValues: an empty answer is the unit value in every codec.
func TestUnitValues(t *testing.T) {
	o, _ := cognitoidp.OperationByName("SetUserMFAPreference")
	for name, read := range map[string]func() (any, error){
		"header and body": func() (any, error) { return o.DecodeResponse(200, nil, []byte("{}")) },
		"empty body":      func() (any, error) { return o.DecodeResponse(200, nil, nil) },
		"XML": func() (any, error) {
			v := o.Output.New()
			return v, o.Output.DecodeXML([]byte("<SetUserMFAPreferenceResponse/>"), v)
		},
		"tree": func() (any, error) { v := o.Output.New(); return v, o.Output.FromTree(map[string]any{}, v) },
		"text": func() (any, error) { v := o.Output.New(); return v, o.Output.Parse("{}", v) },
	} {
		got, err := read()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(&cognitoidp.SetUserMFAPreferenceResponse{}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := string(o.Output.Encode(&cognitoidp.SetUserMFAPreferenceResponse{})); got != "{}" {
		t.Errorf("encoded as %s", got)
	}
	if got := o.Output.EncodeQuery(&cognitoidp.SetUserMFAPreferenceResponse{}); len(got) != 0 {
		t.Errorf("query %v", got)
	}
	deletion, _ := cognitoidp.OperationByName("DeleteUser")
	got, err := deletion.DecodeResponse(200, nil, nil)
	if _, ok := got.(*cognitoidp.Unit); !ok || err != nil {
		t.Errorf("DeleteUser answers %T, %v", got, err)
	}
}

// TestGeneratedFilesAreCurrent: generating again from the model changes nothing.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	path := os.Getenv("OSTIARY_SERVICE_MODEL")
	if path == "" {
		path = filepath.Join("..", "..", "shared", "model", "cognito-idp-2016-04-18.json")
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip("the service model is not at hand; OSTIARY_SERVICE_MODEL names it")
	}
	folder := t.TempDir()
	if out, err := exec.Command("go", "run", "./internal/generate", path, folder).CombinedOutput(); err != nil {
		t.Fatalf("generate: %v\n%s", err, out)
	}
	fresh, err := filepath.Glob(filepath.Join(folder, "*_gen.go"))
	if err != nil || len(fresh) != 7 {
		t.Fatalf("generated %v, %v", fresh, err)
	}
	for _, file := range fresh {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Base(file))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s is not what the generator writes", filepath.Base(file))
		}
	}
}
