package risk_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"ostiary/internal/risk"
	"ostiary/internal/userpool"
)

// A made-up world in which users have habits and attackers have methods. Everything in it comes from one
// seed. The shares below are guesses at what pools look like, not measurements; docs/risk.md says so.

type town struct {
	name, country string
	lat, lon      float64
}

var towns = []town{
	{"Zürich", "CH", 47.4, 8.5}, {"Bern", "CH", 46.9, 7.4}, {"Genève", "CH", 46.2, 6.1}, {"Lugano", "CH", 46.0, 8.9},
	{"Milano", "IT", 45.5, 9.2}, {"Roma", "IT", 41.9, 12.5}, {"Napoli", "IT", 40.9, 14.3},
	{"Paris", "FR", 48.9, 2.4}, {"Lyon", "FR", 45.8, 4.8}, {"Brest", "FR", 48.4, -4.5},
	{"Boston", "US", 42.4, -71.1}, {"Denver", "US", 39.7, -105.0}, {"Seattle", "US", 47.6, -122.3}, {"Miami", "US", 25.8, -80.2},
	{"São Paulo", "BR", -23.6, -46.6}, {"Recife", "BR", -8.1, -34.9},
	{"Lagos", "NG", 6.5, 3.4}, {"Mumbai", "IN", 19.1, 72.9}, {"Delhi", "IN", 28.6, 77.2}, {"Hanoi", "VN", 21.0, 105.8},
	{"Osaka", "JP", 34.7, 135.5}, {"Warszawa", "PL", 52.2, 21.0},
}

var agents = []string{
	"Chrome on Windows", "Chrome on Windows", "Chrome on Windows", "Chrome on Windows", "Edge on Windows", "Firefox on Windows",
	"Chrome on macOS", "Safari on macOS", "Firefox on Linux",
}

var phones = []string{"Safari on iOS", "Safari on iOS", "Chrome on Android", "Chrome on Android", "Samsung Internet on Android"}

// machine is what a client says of itself.
type machine struct {
	agent, fingerprint string
}

// access is a network at a place.
type access struct {
	at      town
	network string
	block   string // the first three numbers of its addresses
	host    int    // 0 for another one each time
	lists   risk.Lists
}

// signIn is one that has the right password.
type signIn struct {
	user     int
	at       time.Time
	kind     string // habit or method
	attack   bool
	origin   userpool.Origin
	lists    risk.Lists
	bursts   risk.Bursts
	failures int // wrong passwords right before, from the same origin
}

type world struct {
	*rand.Rand
	serial int
}

func (w *world) chance(p float64) bool { return w.Float64() < p }

func pick[T any](w *world, from []T) T { return from[w.IntN(len(from))] }

func (w *world) newMachine(agents []string, script bool) machine {
	m := machine{agent: pick(w, agents)}
	if script {
		w.serial++
		m.fingerprint = fmt.Sprintf("machine %d", w.serial)
	}
	return m
}

func (w *world) townIn(country string) town {
	for {
		if t := pick(w, towns); t.country == country {
			return t
		}
	}
}

func (w *world) townOutside(country string) town {
	for {
		if t := pick(w, towns); t.country != country {
			return t
		}
	}
}

// line is one of three providers of fixed lines of a country, or with first 4 of two of mobiles.
func (w *world) line(t town, first, of int) access {
	provider := first + w.IntN(of)
	country := slices.IndexFunc(towns, func(o town) bool { return o.country == t.country })
	return access{
		at: t, network: fmt.Sprintf("AS%d", 64500+10*country+provider),
		block: fmt.Sprintf("10.%d.%d", 10*country+provider, w.IntN(250)), host: 1 + w.IntN(250),
	}
}

// relay is an exit of a commercial VPN, or of Tor.
func (w *world) relay() access {
	n := w.IntN(8)
	return access{
		at: towns[(n*5)%len(towns)], network: fmt.Sprintf("AS%d", 65000+n), block: fmt.Sprintf("172.16.%d", n),
		lists: risk.Lists{Anonymizer: w.chance(0.75), BadRepute: w.chance(0.1)},
	}
}

// rented is a machine at a hoster.
func (w *world) rented() access {
	n := w.IntN(6)
	return access{
		at: towns[(n*7+10)%len(towns)], network: fmt.Sprintf("AS%d", 65100+n), block: fmt.Sprintf("172.20.%d", n),
		lists: risk.Lists{BadRepute: w.chance(0.3)},
	}
}

func (w *world) origin(m machine, a access) userpool.Origin {
	host := a.host
	if host == 0 {
		host = 1 + w.IntN(250)
	}
	o := userpool.Origin{Agent: m.agent, Fingerprint: m.fingerprint}
	place(&o, fmt.Sprintf("%s.%d", a.block, host), a.network, a.at.name, a.at.country, a.at.lat, a.at.lon)
	o.HasPlace = true
	return o
}

// person is a user with habits.
type person struct {
	habit          string
	home, office   access
	laptop, phone  machine
	script         bool
	trip           int // sign-ins left abroad
	abroad         access
	exits, mobiles []access
}

var habits = []string{
	"commuter", "traveller", "family", "mobile roamer", "VPN user", "no script", "new phones", "app only",
}

func (w *world) person(n int, family *access) *person {
	p := &person{habit: habits[n%len(habits)]}
	at := towns[n%len(towns)]
	p.script = p.habit != "no script" && p.habit != "app only"
	p.home, p.office = w.line(at, 0, 3), w.line(at, 0, 3)
	p.laptop, p.phone = w.newMachine(agents, p.script), w.newMachine(phones, p.script)
	switch p.habit {
	case "family": // three behind one line
		if n/len(habits)%3 == 0 {
			*family = p.home
		}
		p.home = *family
	case "VPN user":
		for range 5 {
			exit := w.relay()
			exit.lists.BadRepute = false
			p.exits = append(p.exits, exit)
		}
	case "app only":
		p.phone.agent = "Shop on " + pick(w, []string{"iOS", "Android"})
		p.laptop = p.phone
	}
	for range 4 { // a carrier's gateways, wherever in the country
		p.mobiles = append(p.mobiles, w.line(w.townIn(at.country), 4, 2))
	}
	for i := range p.mobiles {
		p.mobiles[i].host = 0
	}
	return p
}

// next is where a person signs in from next.
func (p *person) next(w *world) (machine, access) {
	const onTheMove = 0.25 // of what is not at the office
	m, a := p.laptop, p.home
	switch {
	case w.chance(0.25):
		a = p.office
	case w.chance(onTheMove):
		m, a = p.phone, pick(w, p.mobiles)
	}
	switch p.habit {
	case "traveller":
		if p.trip == 0 && w.chance(0.06) {
			p.trip, p.abroad = 3+w.IntN(4), w.line(w.townOutside(p.home.at.country), 0, 3)
		}
		if p.trip > 0 {
			p.trip--
			a = p.abroad
			if w.chance(0.3) {
				m = p.phone
			}
		}
	case "family":
		a = p.home
		if w.chance(0.1) {
			m = machine{agent: "Safari on iPadOS", fingerprint: fmt.Sprintf("tablet of %s.%d", p.home.block, p.home.host)}
		}
	case "mobile roamer":
		m, a = p.phone, pick(w, p.mobiles)
		if w.chance(0.2) {
			a = p.home
		}
	case "VPN user":
		if w.chance(0.6) {
			a = pick(w, p.exits)
		}
	case "no script":
		if w.chance(0.02) {
			p.laptop = w.newMachine(agents, false)
		}
	case "new phones":
		if w.chance(0.03) {
			p.phone = w.newMachine(phones, true)
		}
		if w.chance(0.5) {
			m = p.phone
		}
	}
	if w.chance(0.03) { // a café, a friend's
		a = w.line(w.townIn(p.home.at.country), 0, 3)
	}
	return m, a
}

// methods are how attackers come by another's account, with the right password in the end.
var methods = []struct {
	name string
	how  func(w *world, p *person, s *signIn)
}{
	{"stuffing by anonymizer", func(w *world, p *person, s *signIn) {
		a := w.relay()
		s.origin, s.lists = w.origin(w.newMachine(agents, p.script && w.chance(0.5)), a), a.lists
		s.bursts = risk.Bursts{Address: w.IntN(20), AddressUsers: w.IntN(7), Pool: w.IntN(400)}
	}},
	{"spraying", func(w *world, p *person, s *signIn) {
		a := w.rented()
		s.origin, s.lists = w.origin(machine{agent: pick(w, []string{"python-requests", "Chrome on Windows"})}, a), a.lists
		names := 8 + w.IntN(200)
		s.bursts = risk.Bursts{User: w.IntN(2), Address: names + w.IntN(50), AddressUsers: names, Pool: names + w.IntN(300)}
	}},
	{"guessing", func(w *world, p *person, s *signIn) {
		a := w.line(pick(w, towns), 0, 3)
		s.origin, s.failures = w.origin(w.newMachine(agents, false), a), 6+w.IntN(20)
		s.bursts = risk.Bursts{Address: s.failures, AddressUsers: 1}
	}},
	{"phished, from abroad", func(w *world, p *person, s *signIn) {
		s.origin = w.origin(w.newMachine(agents, p.script && w.chance(0.7)), w.line(w.townOutside(p.home.at.country), 0, 3))
	}},
	{"phished, browser copied", func(w *world, p *person, s *signIn) { // by a proxy in the victim's country
		s.origin = w.origin(machine{agent: p.laptop.agent}, w.line(w.townIn(p.home.at.country), 0, 3))
	}},
	{"acquaintance in the same town", func(w *world, p *person, s *signIn) {
		s.origin = w.origin(w.newMachine(agents, p.script && w.chance(0.8)), w.line(p.home.at, 0, 3))
	}},
	{"stolen laptop", func(w *world, p *person, s *signIn) {
		s.origin = w.origin(p.laptop, w.line(w.townIn(p.home.at.country), 0, 3))
	}},
}

// signInsOf makes a world and all that goes on in it, in order.
func signInsOf(seed uint64, people, each, attacks int) []signIn {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 0))}
	start := now.AddDate(0, -6, 0)
	var (
		all    []signIn
		family access
		known  []*person
	)
	for n := range people {
		p := w.person(n, &family)
		known = append(known, p)
		at := start.Add(time.Duration(w.IntN(24*30)) * time.Hour)
		usual := 7 + w.IntN(12)
		for range each {
			at = at.Add(time.Duration(12+w.IntN(48)) * time.Hour).Truncate(day).Add(time.Duration(usual*60+w.IntN(240)) * time.Minute)
			m, a := p.next(w)
			s := signIn{user: n, at: at, kind: p.habit, origin: w.origin(m, a), lists: a.lists}
			if w.chance(0.08) {
				s.failures = 1 + w.IntN(3)
			}
			s.bursts = risk.Bursts{Address: w.IntN(3), AddressUsers: w.IntN(2), Pool: w.IntN(60), PoolSuccess: 500 + w.IntN(500)}
			all = append(all, s)
		}
	}
	for range attacks {
		n := w.IntN(people)
		method := pick(w, methods)
		s := signIn{
			user: n, kind: method.name, attack: true,
			at: start.AddDate(0, 1, 0).Add(time.Duration(w.IntN(24*60*120)) * time.Minute),
		}
		method.how(w, known[n], &s)
		s.bursts.PoolSuccess = 500 + w.IntN(500)
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b signIn) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.user, b.user)) })
	return all
}
