package pooldomain

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// domains is a store with nothing else in it.
type domains struct {
	store.Store
	store.Reader
	list  []*userpool.Domain
	reads int
	fault error
}

func (d *domains) View(_ context.Context, fn func(store.Reader) error) error {
	d.reads++
	if d.fault != nil {
		return d.fault
	}
	return fn(d)
}

func (d *domains) Domain(_ context.Context, name string) (*userpool.Domain, error) {
	for _, domain := range d.list {
		if domain.Name == name {
			return domain, nil
		}
	}
	return nil, store.ErrNotFound
}

func (d *domains) DomainsOf(_ context.Context, poolID string) (of []*userpool.Domain, err error) {
	for _, domain := range d.list {
		if domain.PoolID == poolID {
			of = append(of, domain)
		}
	}
	return of, nil
}

func some() *domains {
	custom := &cognitoidp.CustomDomainConfigType{}
	return &domains{list: []*userpool.Domain{
		{Name: "login.shop.example", PoolID: "both", Custom: custom},
		{Name: "shop", PoolID: "both"},
		{Name: "blog", PoolID: "prefix"},
		{Name: "own.auth.example.com", PoolID: "custom", Custom: custom},
		{Name: "auth.example.com", PoolID: "thief", Custom: custom},
	}}
}

func TestResolve(t *testing.T) {
	r, err := New(Options{Store: some(), BaseURL: "https://Auth.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"login.shop.example": "both", "LOGIN.Shop.Example:443": "both", "login.shop.example.": "both",
		"shop.auth.example.com": "both", "blog.AUTH.example.com:8443": "prefix", "own.auth.example.com": "custom",
		"shop": "", "shop.example.com": "", "x.shop.auth.example.com": "", ".auth.example.com": "", "": "", ":": "",
		"auth.example.com": "", "10.0.0.1": "", "[::1]:443": "", "::1": "", "other.example": "",
	} {
		d, err := r.Resolve(t.Context(), host)
		switch {
		case want == "":
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%q: %+v, %v", host, d, err)
			}
		case err != nil || d.PoolID != want:
			t.Errorf("%q: %+v, %v; want %s", host, d, err, want)
		}
	}
}

func TestBase(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		want    map[string]string
	}{
		{"production", Options{BaseURL: "https://auth.example.com"}, map[string]string{
			"both": "https://login.shop.example", "prefix": "https://blog.auth.example.com", "none": ""}},
		{"another suffix and a port", Options{BaseURL: "https://auth.example.com:8443", Suffix: "Pages.example"}, map[string]string{
			"both": "https://login.shop.example:8443", "prefix": "https://blog.pages.example:8443"}},
		{"an address", Options{BaseURL: "http://10.0.0.1:4500"}, map[string]string{"both": "http://login.shop.example:4500", "prefix": ""}},
		{"development", Options{BaseURL: "http://localhost:4500", Development: true}, map[string]string{
			"both": "http://localhost:4500/both", "prefix": "http://localhost:4500/prefix", "none": ""}},
		{"development by address", Options{BaseURL: "http://127.0.0.1:4500", Development: true}, map[string]string{"prefix": "http://127.0.0.1:4500/prefix"}},
		{"development with names", Options{BaseURL: "http://localhost:4500", Development: true, Suffix: "localhost"}, map[string]string{
			"prefix": "http://blog.localhost:4500"}},
	} {
		test.options.Store = some()
		r, err := New(test.options)
		if err != nil {
			t.Fatal(err)
		}
		for pool, want := range test.want {
			if got, err := r.Base(t.Context(), &userpool.Pool{ID: pool}); got != want || err != nil {
				t.Errorf("%s, %s: %q, %v; want %q", test.name, pool, got, err, want)
			}
		}
	}
}

// TestRoute: requests know their pool, and those of the API cost nothing.
func TestRoute(t *testing.T) {
	for _, development := range []bool{false, true} {
		d := some()
		r, err := New(Options{Store: d, BaseURL: "https://auth.example.com", Development: development})
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) { _, _ = w.Write([]byte(r.Of(req))) })
		mux.HandleFunc("/{poolId}/page", func(w http.ResponseWriter, req *http.Request) { _, _ = w.Write([]byte(r.Of(req))) })
		handler := r.Route(mux)
		ask := func(method, url string) string {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, url, nil))
			return w.Body.String()
		}
		byPath := ""
		if development {
			byPath = "prefix"
		}
		for url, want := range map[string]string{
			"https://blog.auth.example.com/page": "prefix", "https://nobody.auth.example.com/page": "",
			"https://auth.example.com/prefix/page": byPath, "https://shop.auth.example.com/prefix/page": "both",
		} {
			if got := ask(http.MethodGet, url); got != want {
				t.Errorf("%s: %q, want %q", url, got, want)
			}
		}
		d.reads = 0
		ask(http.MethodPost, "https://blog.auth.example.com/")
		ask(http.MethodGet, "https://blog.auth.example.com/_ostiary/health/live")
		ask(http.MethodGet, "https://auth.example.com/page")
		if d.reads != 0 {
			t.Errorf("%d reads", d.reads)
		}
	}
}
