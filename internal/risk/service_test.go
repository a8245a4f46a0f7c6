package risk

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

var noon = time.Date(2030, 3, 4, 12, 0, 0, 0, time.UTC)

func newService(t *testing.T) *Service {
	t.Helper()
	master, err := secret.NewMasterKey(zeroes{})
	if err != nil {
		t.Fatal(err)
	}
	_, keyring, err := secret.NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	return &Service{Secrets: keyring, Exceptions: NewExceptions(), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }}
}

type zeroes struct{}

func (zeroes) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestDecoys: nobody's history is always the same for a name and differs from name to name; a stranger is at risk
// by most of them, as by real ones.
func TestDecoys(t *testing.T) {
	s := newService(t)
	p := &userpool.Pool{ID: "us-east-1_aaaaaaaaa"}
	bare, risky := 0, 0
	stranger := OriginOf(netip.MustParseAddr("203.0.113.9"), "curl/8.5.0", "", "", "", nil)
	for i := range 200 {
		u := &userpool.User{Username: fmt.Sprint("name", i)}
		events, created := s.decoys(p, u, &stranger, noon)
		again, _ := s.decoys(p, u, &stranger, noon.Add(time.Hour))
		if len(events) != len(again) {
			t.Fatalf("%s: %d events, then %d", u.Username, len(events), len(again))
		}
		if len(events) == 0 {
			bare++
		}
		for j, e := range events {
			if e.Origin != again[j].Origin || !e.Proves() || !e.Created.Before(noon) || e.Created.Before(created) {
				t.Errorf("%s: event %d %+v", u.Username, j, e)
			}
		}
		v := Assess(Input{
			Type: cognitoidp.EventTypeSignIn, Now: noon, History: events, UserCreated: created, Address: netip.MustParseAddr("203.0.113.9"),
			Origin: stranger,
		})
		if v.Level != "" {
			risky++
		}
	}
	if bare < 30 || bare > 70 || risky < 100 || risky == 200 {
		t.Errorf("of 200 names %d have no history, %d are at risk", bare, risky)
	}
}

// TestDecoysAreAtHome: nobody is at home somewhere, as users are: a name that is at risk in some networks and not in
// others need not be a user's.
func TestDecoysAreAtHome(t *testing.T) {
	s := newService(t)
	p := &userpool.Pool{ID: "us-east-1_aaaaaaaaa"}
	settled := 0
	for i := range 200 {
		u := &userpool.User{Username: fmt.Sprint("name", i)}
		levels := map[bool]int{}
		for n := range 8 {
			for _, agent := range decoyAgents {
				from := userpool.Origin{IP: fmt.Sprintf("203.0.%d.9", n), Network: fmt.Sprintf("203.0.%d.0/24", n), Agent: agent}
				events, created := s.decoys(p, u, &from, noon)
				levels[Assess(Input{Type: cognitoidp.EventTypeSignIn, Now: noon, History: events, UserCreated: created, Origin: from}).Level != ""]++
			}
		}
		if levels[true] > 0 && levels[false] > 0 && levels[false] < levels[true] {
			settled++
		}
	}
	if settled < 50 {
		t.Errorf("of 200 names %d are at home in some places and not in most", settled)
	}
}

// TestPlacesOfNobody: names that anybody can compute to be alike do not meet in one place.
func TestPlacesOfNobody(t *testing.T) {
	s := newService(t)
	places := map[string]bool{}
	n := 0
	nobody := func(name string) Subject { return Subject{User: &userpool.User{Username: name}, Nobody: true} }
	for i := 0; n < 50; i++ {
		if name := fmt.Sprint("name", i); userpool.BurstShard(name) == "a" {
			places[s.placeOf("us-east-1_aaaaaaaaa", nobody(name))] = true
			n++
		}
	}
	if len(places) < 45 {
		t.Errorf("50 names in %d places", len(places))
	}
	first := s.placeOf("a", nobody("ana"))
	if again := s.placeOf("a", nobody("ana")); again != first {
		t.Errorf("a name has the places %s and %s", first, again)
	}
}

// TestNilService: without the service nothing is watched.
func TestNilService(t *testing.T) {
	var s *Service
	g, err := s.Admit(t.Context(), Act{Pool: &userpool.Pool{}})
	if g != nil || err != nil {
		t.Errorf("%v, %v", g, err)
	}
	e, err := g.Assess(t.Context(), Subject{})
	if e != nil || err != nil {
		t.Errorf("%v, %v", e, err)
	}
	g.Notify(t.Context(), Subject{}, nil, "")
	if err := g.Succeeded(t.Context(), nil, "", noon); err != nil {
		t.Error(err)
	}
	if err := s.Failed(t.Context(), nil, &userpool.Pool{}, "", token.Caller{}, noon); err != nil {
		t.Error(err)
	}
}

// counted is a reader that knows how often it was asked for the counts of a pool.
type counted struct {
	store.Reader
	asked int
}

func (c *counted) Bursts(_ context.Context, poolID string, kind userpool.BurstKind) ([]*userpool.Burst, error) {
	c.asked++
	b := &userpool.Burst{PoolID: poolID, Kind: kind}
	b.Add(noon, "")
	return []*userpool.Burst{b, b}, nil
}

// TestPoolCounts: counts of a pool are read again after seconds, and of each pool.
func TestPoolCounts(t *testing.T) {
	r, c := &counted{}, poolCounts{}
	for i, step := range []struct {
		pool string
		at   time.Duration
		want int
	}{
		{"a", 0, 2}, {"a", 9 * time.Second, 2}, {"b", 9 * time.Second, 4}, {"a", 10 * time.Second, 6}, {"a", 5 * time.Second, 8},
	} {
		failures, successes, err := c.of(t.Context(), r, step.pool, noon.Add(step.at))
		if err != nil || failures != 2 || successes != 2 || r.asked != step.want {
			t.Errorf("step %d: %d and %d, asked %d times, %v", i, failures, successes, r.asked, err)
		}
	}
}

// TestPeriods: what is known of nobody is not forgotten before half the time that it is known of users, and is not kept
// for longer.
func TestPeriods(t *testing.T) {
	s := newService(t)
	for _, retention := range []time.Duration{0, time.Second, 30 * time.Minute, 24 * time.Hour, 90 * 24 * time.Hour, 730 * 24 * time.Hour} {
		s.Retention = retention
		periods := map[time.Time]bool{}
		for i := range 1000 {
			at := noon.Add(time.Duration(i) * retention / 1000)
			period := s.periodOf(at)
			if period.After(at) || retention >= 2*time.Minute && at.Sub(period) > retention/2 || at.Sub(period) > longestPeriod {
				t.Fatalf("kept for %s: %s is in the period %s", retention, at, period)
			}
			periods[period] = true
		}
		if len(periods) > 30 {
			t.Errorf("kept for %s: %d periods", retention, len(periods))
		}
	}
}
