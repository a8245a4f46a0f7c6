package risk

import (
	"math"
	"net/netip"
	"strings"
	"time"

	"ostiary/internal/userpool"
	"ostiary/internal/webacl"
)

// compare finds what has not been seen of the user.
func (h *history) compare(in *Input, e *evidence) {
	o := &in.Origin
	e.add(newDevice, h.fingerprints.surprise(o.Fingerprint))
	e.add(newAgent, h.agents.surprise(agentOf(o)))
	e.add(newNetwork, h.networks.surprise(o.Network))
	e.add(newTimezone, h.newTimezone(o.Timezone))
	e.add(unusualTime, h.unusualTime(in.Now))

	border := 1.0
	if distance, ok := h.nearest(o); ok {
		border = max(leastBorder, min(1, distance/borderKM))
		e.add(farAway, steady(1, h.placed)*max(0, min(1, (distance-nearKM)/(farKM-nearKM))))
	}
	e.add(newCountry, h.countries.surprise(o.Country)*border)
}

// newTimezone takes offsets an hour apart for the same place, before and after a change of clocks.
func (h *history) newTimezone(offset string) float64 {
	minutes, ok := timezoneMinutes(offset)
	if !ok {
		return 0
	}
	near := 0.0
	for _, s := range h.timezones.seen {
		if m, ok := timezoneMinutes(s.value); ok && m-minutes <= 60 && minutes-m <= 60 {
			near += s.weight
		}
	}
	return h.timezones.steadiness() * fade(near)
}

// unusualTime looks at the hour of the day, by UTC: where the user is shows elsewhere.
func (h *history) unusualTime(now time.Time) float64 {
	if h.observed < usualHoursAt {
		return 0
	}
	near := 0.0
	for _, p := range h.trusted {
		apart := math.Abs(hourOf(now) - hourOf(p.Created))
		if min(apart, 24-apart) <= usualHours {
			near += p.weight
		}
	}
	return fade(near)
}

func hourOf(t time.Time) float64 {
	t = t.UTC()
	return float64(t.Hour()) + float64(t.Minute())/60
}

// nearest is the distance to the nearest place that the user was at, in kilometres.
func (h *history) nearest(o *userpool.Origin) (float64, bool) {
	if !placed(o) {
		return 0, false
	}
	nearest, ok := math.Inf(1), false
	for _, p := range h.trusted {
		if placed(&p.Origin) {
			nearest, ok = min(nearest, distance(o, &p.Origin)), true
		}
	}
	return nearest, ok
}

// travel finds journeys that nobody can have made since the user was last seen.
func (h *history) travel(in *Input, e *evidence) {
	o := &in.Origin
	if !placed(o) {
		return
	}
	for _, p := range h.trusted {
		hours := math.Abs(in.Now.Sub(p.Created).Hours()) // of another node the clock may be ahead
		if !placed(&p.Origin) || hours > travelHours || anonymizedAt(p) {
			continue
		}
		km := distance(o, &p.Origin)
		if km < travelLeastKM || km < hours*travelKMH {
			continue
		}
		strength := fade(h.networks.of(o.Network)) // the gateway of an employer may be anywhere
		if o.Country != "" && o.Country == p.Origin.Country {
			strength /= 2 // within a country, databases often tell where a provider is at home
		}
		e.add(impossibleTravel, strength)
	}
}

// anonymizedAt tells whether an event's place is that of an anonymizer.
func anonymizedAt(p past) bool {
	for _, reason := range p.Verdict.Reasons {
		if reason == weights[anonymizer].reason {
			return true
		}
	}
	return false
}

// placed tells whether it is known where on earth an origin is.
func placed(o *userpool.Origin) bool {
	return o.HasPlace && math.Abs(o.Latitude) <= 90 && math.Abs(o.Longitude) <= 180
}

// earthRadius is the mean one, in kilometres.
const earthRadius = 6371

// distance is along the great circle, in kilometres, by the haversine formula.
func distance(a, b *userpool.Origin) float64 {
	if a.Latitude == b.Latitude && a.Longitude == b.Longitude {
		return 0
	}
	const degree = math.Pi / 180
	dLat, dLon := (b.Latitude-a.Latitude)*degree, (b.Longitude-a.Longitude)*degree
	sinLat, sinLon := math.Sin(dLat/2), math.Sin(dLon/2)
	h := sinLat*sinLat + math.Cos(a.Latitude*degree)*math.Cos(b.Latitude*degree)*sinLon*sinLon
	return 2 * earthRadius * math.Asin(math.Sqrt(max(0, min(1, h))))
}

// The parts of an origin that make it the same as another.
const (
	sameOrigin  = 1.0 // the address (of IPv6 the /64), or the machine by its fingerprint or device key
	sameKind    = 0.7 // the network and the family of the user agent
	sameNetwork = 0.3
)

// likeness is how likely two origins are one, from 0 to 1. What is not known is not alike.
func likeness(a, b *userpool.Origin) float64 {
	same := func(x, y string) bool { return x != "" && x == y }
	switch {
	case same(a.IP, b.IP), same(a.Fingerprint, b.Fingerprint), same(a.DeviceKey, b.DeviceKey), sameSite(a.IP, b.IP):
		return sameOrigin
	case !same(a.Network, b.Network):
		return 0
	case same(a.Agent, b.Agent):
		return sameKind
	default:
		return sameNetwork
	}
}

// sameSite tells whether two addresses of IPv6 are of one /64: whoever has one of them has 2⁶⁴.
func sameSite(a, b string) bool {
	if !strings.Contains(a, ":") || !strings.Contains(b, ":") {
		return false
	}
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	return errX == nil && errY == nil && webacl.Site(x) == webacl.Site(y)
}

// failureDays is how long failures from an origin count against it.
const failureDays = 30

// failures finds what failed before, and what was reported.
func (h *history) failures(in *Input, e *evidence) {
	var last time.Time
	here, confirmed := 0.0, 0.0
	for _, p := range h.trusted {
		if p.Created.After(last) {
			last = p.Created
		}
		like := likeness(&in.Origin, &p.Origin)
		if like >= sameKind {
			here -= 2 * p.weight // nobody types well
		}
		if reportedTrue(p.AuthEvent) {
			confirmed += like
		}
	}
	run := 0.0
	for _, event := range h.reported {
		e.add(reported, likeness(&in.Origin, &event.Origin)/(1+confirmed))
	}
	for _, event := range h.failed {
		if event.Created.After(last) {
			run++
		}
		like := likeness(&in.Origin, &event.Origin)
		if like >= sameKind && in.Now.Sub(event.Created).Hours() <= 24*failureDays {
			here++
		}
	}
	for _, event := range h.asked {
		if event.Created.After(last) {
			run++
		}
	}
	e.add(failuresHere, failuresHereRamp.at(here))
	e.add(longRun, longRunRamp.at(run))
}

// familiarity is what speaks for an origin.
type familiarity struct {
	amount    float64 // in the unit of weights
	device    float64 // how certain it is that the user has used the device, from 0 to 1
	usual     float64 // how certain it is that this is not whoever else is after the account, from 0 to 1
	confirmed bool    // somebody has said that it is the user's
}

func (h *history) familiarity(in *Input) familiarity {
	o := &in.Origin
	agent, fingerprint := h.agents.familiar(o.Agent), h.fingerprints.familiar(o.Fingerprint)
	key, network := h.deviceKeys.familiar(o.DeviceKey), h.networks.familiar(o.Network)
	f := familiarity{
		amount: knownAgent*agent + knownFingerprint*fingerprint + knownDeviceKey*key +
			knownNetwork*network + knownCountry*h.countries.familiar(o.Country),
		// Without a fingerprint, the usual browser in the usual network is half of one.
		device: max(fingerprint, key, min(agent, network)/2),
		usual:  max(fingerprint, key, min(agent, network)),
	}
	for _, p := range h.trusted {
		if reportedTrue(p.AuthEvent) && likeness(o, &p.Origin) >= sameKind {
			f.confirmed = true
		}
	}
	if f.confirmed {
		f.amount += confirmedOrigin
	}
	return f
}
