package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/policy"
)

const (
	someTerms = "5a0d1c2e-3f4b-4c5d-8e6f-708192a3b4c5" // nobody's
	noTerms   = "ResourceNotFound: Terms not found."
	noDefault = "InvalidParameter: Links must have a URL for cognito:default."
	badLink   = "InvalidParameter: Each of Links must be a URL that begins with https:// or http://."
)

// termsWorld is a pool with two app clients; it answers their ids.
func termsWorld(t *testing.T) (s *Service, pool, web, app string) {
	t.Helper()
	s = poolService(t)
	s.Now = func() time.Time { return time.UnixMilli(1726784814598) }
	pool = *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	client := func() string {
		return *createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: pool, ClientName: "c"}).ClientId
	}
	return s, pool, client(), client()
}

func createTerms(t *testing.T, s *Service, pool, client, name string) (id string) {
	t.Helper()
	out, err := s.CreateTerms(t.Context(), &cognitoidp.CreateTermsRequest{
		UserPoolId: pool, ClientId: client, TermsName: name, TermsSource: "LINK", Enforcement: "NONE",
		Links: map[string]string{"cognito:default": "https://example.com/" + name},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Terms.TermsId
}

// TestTermsWire: what the operations answer, byte for byte.
func TestTermsWire(t *testing.T) {
	s, pool, web, _ := termsWorld(t)
	created := call(t, s, "CreateTerms", `{"UserPoolId":"`+pool+`","ClientId":"`+web+`","TermsName":"terms-of-use","TermsSource":"LINK","Enforcement":"NONE",`+
		`"Links":{"cognito:default":"https://example.com/terms?a=b","cognito:spanish":"http://example.com/es"}}`)
	var answer struct{ Terms struct{ TermsId string } }
	if err := json.Unmarshal([]byte(created), &answer); err != nil {
		t.Fatal(err)
	}
	id := answer.Terms.TermsId
	fill := strings.NewReplacer("POOL", pool, "WEB", web, "ID", id).Replace
	for _, step := range []struct{ operation, body, want string }{
		{"DescribeTerms", `{"UserPoolId":"POOL","TermsId":"ID"}`, created},
		{"DescribeTermsByClient", `{"UserPoolId":"POOL","ClientId":"WEB","TermsName":"terms-of-use"}`, created},
		{"ListTerms", `{"UserPoolId":"POOL"}`,
			`{"Terms":[{"TermsId":"ID","TermsName":"terms-of-use","Enforcement":"NONE","CreationDate":1726784814.598,"LastModifiedDate":1726784814.598}]}`},
		{"UpdateTerms", `{"UserPoolId":"POOL","TermsId":"ID","TermsName":"privacy-policy","Links":{"cognito:default":"https://example.com/privacy"}}`,
			`{"Terms":{"TermsId":"ID","UserPoolId":"POOL","ClientId":"WEB","TermsName":"privacy-policy","TermsSource":"LINK","Enforcement":"NONE",` +
				`"Links":{"cognito:default":"https://example.com/privacy"},"CreationDate":1726784814.598,"LastModifiedDate":1726784820}}`},
		{"UpdateTerms", `{"UserPoolId":"POOL","TermsId":"ID","TermsSource":"LINK","Enforcement":"NONE"}`,
			`{"Terms":{"TermsId":"ID","UserPoolId":"POOL","ClientId":"WEB","TermsName":"privacy-policy","TermsSource":"LINK","Enforcement":"NONE",` +
				`"Links":{"cognito:default":"https://example.com/privacy"},"CreationDate":1726784814.598,"LastModifiedDate":1726784820}}`},
		{"DeleteTerms", `{"UserPoolId":"POOL","TermsId":"ID"}`, ``},
		{"ListTerms", `{"UserPoolId":"POOL"}`, `{"Terms":[]}`},
	} {
		if step.operation == "UpdateTerms" {
			s.Now = func() time.Time { return time.UnixMilli(1726784820000) }
		}
		if diff := cmp.Diff(fill(step.want), call(t, s, step.operation, fill(step.body))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.operation, diff)
		}
	}
	want := fill(`{"Terms":{"TermsId":"ID","UserPoolId":"POOL","ClientId":"WEB","TermsName":"terms-of-use","TermsSource":"LINK","Enforcement":"NONE",` +
		`"Links":{"cognito:default":"https://example.com/terms?a=b","cognito:spanish":"http://example.com/es"},"CreationDate":1726784814.598,"LastModifiedDate":1726784814.598}}`)
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("CreateTerms (-want +got):\n%s", diff)
	}
}

func TestTermsRefusals(t *testing.T) {
	s, pool, web, app := termsWorld(t)
	elsewhere := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	use, privacy := createTerms(t, s, pool, web, "terms-of-use"), createTerms(t, s, pool, web, "privacy-policy")
	createTerms(t, s, pool, app, "terms-of-use") // the same name at another client
	fill := strings.NewReplacer("POOL", pool, "ELSEWHERE", elsewhere, "GONE", unknownPoolID, "WEB", web, "USE", use, "PRIVACY", privacy, "SOME", someTerms).Replace
	const (
		fixed = `"TermsSource":"LINK","Enforcement":"NONE"`
		links = `,"Links":{"cognito:default":"https://example.com"}`
		taken = "TermsExists: Terms with the name already exist for the app client."
	)
	create := `{"UserPoolId":"POOL","ClientId":"WEB","TermsName":"terms-of-use",` + fixed
	for _, c := range []struct{ operation, body, want string }{
		{"CreateTerms", create + links + `}`, taken},
		{"CreateTerms", create + `}`, noDefault},
		{"CreateTerms", create + `,"Links":{"cognito:french":"https://example.com"}}`, noDefault},
		{"CreateTerms", create + `,"Links":{"cognito:default":"javascript:alert(1)"}}`, badLink},
		{"CreateTerms", create + `,"Links":{"cognito:default":"https://example.com","cognito:dutch":"/nl"}}`, badLink},
		{"CreateTerms", create + `,"Links":{"cognito:default":"https://%zz"}}`, badLink},
		{"CreateTerms", strings.Replace(create, "POOL", "GONE", 1) + links + `}`, poolGone},
		{"CreateTerms", strings.Replace(create, "POOL", "ELSEWHERE", 1) + links + `}`, "ResourceNotFound: User pool client WEB does not exist."},
		{"DescribeTerms", `{"UserPoolId":"GONE","TermsId":"USE"}`, poolGone},
		{"DescribeTerms", `{"UserPoolId":"ELSEWHERE","TermsId":"USE"}`, noTerms},
		{"DescribeTerms", `{"UserPoolId":"POOL","TermsId":"SOME"}`, noTerms},
		{"DescribeTermsByClient", `{"UserPoolId":"GONE","ClientId":"WEB","TermsName":"terms-of-use"}`, poolGone},
		{"DescribeTermsByClient", `{"UserPoolId":"POOL","ClientId":"nobody","TermsName":"terms-of-use"}`, "ResourceNotFound: User pool client nobody does not exist."},
		{"UpdateTerms", `{"UserPoolId":"GONE","TermsId":"USE"}`, poolGone},
		{"UpdateTerms", `{"UserPoolId":"POOL","TermsId":"SOME"}`, noTerms},
		{"UpdateTerms", `{"UserPoolId":"POOL","TermsId":"USE","TermsName":"privacy-policy"}`, taken},
		{"UpdateTerms", `{"UserPoolId":"POOL","TermsId":"USE","Links":{"cognito:italian":"https://example.com"}}`, noDefault},
		{"DeleteTerms", `{"UserPoolId":"GONE","TermsId":"USE"}`, poolGone},
		{"DeleteTerms", `{"UserPoolId":"ELSEWHERE","TermsId":"USE"}`, noTerms},
		{"ListTerms", `{"UserPoolId":"GONE"}`, poolGone},
		{"ListTerms", `{"UserPoolId":"POOL","NextToken":"made-up"}`, badToken},
	} {
		_, err := cognitoidp.Invoke(t.Context(), s, c.operation, []byte(fill(c.body)))
		if err == nil {
			t.Errorf("%s %s was done", c.operation, c.body)
		}
		want(t, err, fill(c.want))
	}
	call(t, s, "DeleteTerms", fill(`{"UserPoolId":"POOL","TermsId":"PRIVACY"}`))
	_, err := s.DescribeTermsByClient(t.Context(), &cognitoidp.DescribeTermsByClientRequest{UserPoolId: pool, ClientId: web, TermsName: "privacy-policy"})
	want(t, err, noTerms)
	call(t, s, "UpdateTerms", fill(`{"UserPoolId":"POOL","TermsId":"USE","TermsName":"privacy-policy"}`)) // free again
}

func TestListTermsInPages(t *testing.T) {
	s, pool, web, app := termsWorld(t)
	wanted := map[string]bool{}
	for _, client := range []string{web, app} {
		for _, name := range []string{"terms-of-use", "privacy-policy"} {
			wanted[createTerms(t, s, pool, client, name)] = true
		}
	}
	in := &cognitoidp.ListTermsRequest{UserPoolId: pool, MaxResults: new(int32(3))}
	pages := 0
	for ; pages == 0 || in.NextToken != nil; pages++ {
		out, err := s.ListTerms(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, terms := range out.Terms {
			if !wanted[terms.TermsId] {
				t.Errorf("%s twice, or nobody's", terms.TermsId)
			}
			delete(wanted, terms.TermsId)
		}
		in.NextToken = out.NextToken
	}
	if len(wanted) > 0 || pages != 2 {
		t.Errorf("%d pages, without %v", pages, wanted)
	}
}

// TestDeniedByAnother: who may not call DescribeTerms may not call DescribeTermsByClient.
func TestDeniedByAnother(t *testing.T) {
	for document, allowed := range map[string]bool{
		`{"Effect":"Allow","Action":"cognito-idp:DescribeTermsByClient","Resource":"*"}`:                                         true,
		`[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"cognito-idp:DescribeTerms","Resource":"*"}]`: false,
		`[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"cognito-idp:ListTerms","Resource":"*"}]`:     true,
		`{"Effect":"Allow","Action":"cognito-idp:DescribeTerms","Resource":"*"}`:                                                 false,
	} {
		p, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":` + document + `}`))
		if err != nil {
			t.Fatal(err)
		}
		key := &AccessKey{Principal: "arn:aws:iam::000000000000:user/ana", Policies: policy.Set{p}}
		if err := key.authorize("DescribeTermsByClient", "*"); (err == nil) != allowed {
			t.Errorf("%s: %v", document, err)
		}
	}
}
