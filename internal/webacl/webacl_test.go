package webacl

import (
	"fmt"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func networks(t testing.TB, list ...string) (ps []netip.Prefix) {
	t.Helper()
	for _, s := range list {
		p, err := ParseNetwork(s)
		if err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	return ps
}

func TestAdmitNetworks(t *testing.T) {
	inside, office := []string{"10.0.0.0/8", "2001:db8::/32"}, []string{"10.1.0.0/16", "2001:db8:1::1"}
	tests := []struct {
		allow, deny []string
		addr        string
		want        bool
	}{
		{nil, nil, "192.0.2.1", true},
		{nil, nil, "", true},
		{inside, nil, "10.2.3.4", true},
		{inside, nil, "::ffff:10.2.3.4", true},
		{[]string{"::ffff:10.0.0.0/104"}, nil, "10.2.3.4", true},
		{[]string{"::ffff:10.0.0.1"}, nil, "10.0.0.1", true},
		{inside, nil, "192.0.2.1", false},
		{inside, nil, "2001:db8::5", true},
		{inside, nil, "2001:db8::5%eth0", true},
		{inside, nil, "", false},
		{inside, office, "10.1.2.3", false},
		{inside, office, "10.2.2.3", true},
		{inside, office, "2001:db8:1::1", false},
		{inside, office, "2001:db8:1::2", true},
		{nil, office, "192.0.2.1", true},
		{nil, office, "::ffff:10.1.2.3", false},
		{nil, []string{"fe80::/10"}, "fe80::1%eth0", false},
		{nil, office, "", false},
	}
	for _, tt := range tests {
		l := New(Rules{Allow: networks(t, tt.allow...), Deny: networks(t, tt.deny...)})
		var addr netip.Addr
		if tt.addr != "" {
			addr = netip.MustParseAddr(tt.addr)
		}
		if got := l.Admit(addr, start); got != tt.want {
			t.Errorf("allow %v deny %v: %q admitted: %v", tt.allow, tt.deny, tt.addr, got)
		}
	}
	if !(*List)(nil).Admit(netip.Addr{}, start) {
		t.Error("no list refused somebody")
	}
}

// Prefixes that did not come from ParseNetwork are put into their one form too.
func TestAdmitMappedPrefix(t *testing.T) {
	l := New(Rules{Deny: []netip.Prefix{netip.MustParsePrefix("::ffff:192.0.2.7/120")}})
	if l.Admit(netip.MustParseAddr("192.0.2.9"), start) {
		t.Error("denied network admitted")
	}
}

func TestAdmitRate(t *testing.T) {
	l := New(Rules{Rate: 2, Burst: 3})
	ana, ben := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	admitted := func(addr netip.Addr, at time.Time, tries int) (n int) {
		for range tries {
			if l.Admit(addr, at) {
				n++
			}
		}
		return n
	}
	if got := admitted(ana, start, 10); got != 3 {
		t.Errorf("%d at once, want the burst of 3", got)
	}
	if got := admitted(netip.MustParseAddr("::ffff:192.0.2.1"), start, 10); got != 0 {
		t.Errorf("%d more by writing the address differently", got)
	}
	if got := admitted(ben, start, 10); got != 3 {
		t.Errorf("%d for another client, want 3", got)
	}
	if got := admitted(ana, start.Add(time.Second), 10); got != 2 {
		t.Errorf("%d after a second, want 2", got)
	}
	if got := admitted(ana, start, 10); got != 0 {
		t.Errorf("%d when the clock goes back", got)
	}

	six := func(s string) int { return admitted(netip.MustParseAddr(s), start, 10) }
	if got := six("2001:db8:0:1::1") + six("2001:db8:0:1:ffff::2"); got != 3 {
		t.Errorf("%d for one /64, want 3", got)
	}
	if got := six("2001:db8:0:2::1"); got != 3 {
		t.Errorf("%d for the next /64, want 3", got)
	}
	if got := admitted(netip.Addr{}, start, 10); got != 3 {
		t.Errorf("%d for unknown clients, want 3", got)
	}
}

func TestRateDefaultsAndBounds(t *testing.T) {
	l := New(Rules{Rate: 0.5})
	addr := netip.MustParseAddr("192.0.2.1")
	if !l.Admit(addr, start) || l.Admit(addr, start.Add(time.Second)) || !l.Admit(addr, start.Add(2*time.Second)) {
		t.Error("half a request per second is one in two")
	}
	for i := range rememberedClients + 100 {
		l.Admit(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), start)
	}
	if got := l.clients.Len(); got != rememberedClients {
		t.Errorf("%d clients remembered", got)
	}
}

func TestAdmitConcurrently(t *testing.T) {
	l := New(Rules{Rate: 1, Burst: 50})
	var admitted sync.Map
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			if l.Admit(netip.MustParseAddr("192.0.2.1"), start) {
				admitted.Store(i, true)
			}
		})
	}
	wg.Wait()
	n := 0
	admitted.Range(func(any, any) bool { n++; return true })
	if n != 50 {
		t.Errorf("%d admitted, want 50", n)
	}
}

func TestClientAddress(t *testing.T) {
	const xff = "X-Forwarded-For"
	tests := []struct {
		peer   string
		header string
		sent   []string // values of the configured header
		want   string
	}{
		{"192.0.2.1:555", "", nil, "192.0.2.1"},
		{"[2001:db8::1]:555", "", nil, "2001:db8::1"},
		{"[fe80::1%eth0]:555", "", nil, "fe80::1"},
		{"[::ffff:192.0.2.1]:555", "", nil, "192.0.2.1"},
		{"@", "", nil, "invalid IP"},
		// A stranger's header is not looked at.
		{"192.0.2.1:555", "", []string{"203.0.113.9"}, "192.0.2.1"},
		{"@", "", []string{"203.0.113.9"}, "invalid IP"},
		// The proxies are 10.0.0.0/8 and fd00::/8.
		{"10.0.0.1:555", "", nil, "10.0.0.1"},
		{"[::ffff:10.0.0.1]:555", "", []string{"203.0.113.9"}, "203.0.113.9"},
		{"10.0.0.1:555", "", []string{"203.0.113.9"}, "203.0.113.9"},
		{"10.0.0.1:555", "", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		{"10.0.0.1:555", "", []string{"198.51.100.1, 203.0.113.9, 10.0.0.7"}, "203.0.113.9"},
		{"10.0.0.1:555", "", []string{"198.51.100.1", "203.0.113.9", "10.0.0.7,fd00::7"}, "203.0.113.9"},
		{"10.0.0.1:555", "", []string{"10.9.9.9, 203.0.113.9"}, "203.0.113.9"},
		{"10.0.0.1:555", "", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"10.0.0.1:555", "", []string{"garbage, 203.0.113.9"}, "203.0.113.9"},
		{"10.0.0.1:555", "", []string{"203.0.113.9, garbage"}, "invalid IP"},
		{"10.0.0.1:555", "", []string{"203.0.113.9,"}, "invalid IP"},
		{"10.0.0.1:555", "", []string{""}, "invalid IP"},
		{"10.0.0.1:555", "", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"10.0.0.1:555", "", []string{"[2001:db8::9]:4711"}, "2001:db8::9"},
		{"10.0.0.1:555", "", []string{"[2001:db8::9]"}, "2001:db8::9"},
		{"10.0.0.1:555", "", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"10.0.0.1:555", "x-real-ip", []string{"203.0.113.9"}, "203.0.113.9"},
		{"10.0.0.1:555", "X-Real-IP", []string{"10.0.0.9"}, "10.0.0.9"},
		{"10.0.0.1:555", "X-Real-IP", []string{"203.0.113.9", "203.0.113.8"}, "invalid IP"},
		{"10.0.0.1:555", "X-Real-IP", []string{"203.0.113.9, 203.0.113.8"}, "invalid IP"},
		{"10.0.0.1:555", "X-Real-IP", nil, "10.0.0.1"},
		{"192.0.2.1:555", "X-Real-IP", []string{"203.0.113.9"}, "192.0.2.1"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %s %q", tt.peer, tt.header, tt.sent), func(t *testing.T) {
			req := httptest.NewRequest("POST", "/", nil)
			req.RemoteAddr = tt.peer
			name := tt.header
			if name == "" {
				name = xff
			}
			for _, v := range tt.sent {
				req.Header.Add(name, v)
			}
			if tt.header == "X-Real-IP" {
				req.Header.Set(xff, "198.51.100.77") // not the configured one
			}
			p := NewProxies(networks(t, "10.0.0.0/8", "fd00::/8"), tt.header)
			if got := p.ClientAddress(req).String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	req := httptest.NewRequest("POST", "/", nil)
	req.RemoteAddr = "192.0.2.1:1"
	req.Header.Set(xff, "203.0.113.9")
	if got := (Proxies{}).ClientAddress(req).String(); got != "192.0.2.1" {
		t.Errorf("the zero Proxies trusted a header: %s", got)
	}
}

func TestParseNetwork(t *testing.T) {
	for s, want := range map[string]string{
		"10.0.0.0/8":          "10.0.0.0/8",
		"192.0.2.1":           "192.0.2.1/32",
		"2001:db8::1":         "2001:db8::1/128",
		"::ffff:10.0.0.0/104": "10.0.0.0/8",
		"fe80::1%eth0":        "fe80::1/128",
		"0.0.0.0/0":           "0.0.0.0/0",
	} {
		if p, err := ParseNetwork(s); err != nil || p.String() != want {
			t.Errorf("%s: %v, %v", s, p, err)
		}
	}
	for _, s := range []string{"", "example.com", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "1.2.3"} {
		if p, err := ParseNetwork(s); err == nil {
			t.Errorf("%q read as %s", s, p)
		}
	}
}
