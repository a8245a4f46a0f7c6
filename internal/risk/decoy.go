package risk

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// decoys are what nobody did before, where the client hides who exists: were nobody's sign-ins never at risk,
// those that are would tell who exists. Whoever tries a name is far from where its owner usually is, and so of
// made-up histories too. They are always the same for one name and day; every fourth name has none, as some
// users have. And as users are at home somewhere, nobody is in some of the networks from which they are tried, always
// the same ones: else a name that is at risk everywhere but in one place would be a user's.
func (s *Service) decoys(p *userpool.Pool, u *userpool.User, from *userpool.Origin, now time.Time) ([]*userpool.AuthEvent, time.Time) {
	seed := s.Secrets.Hash("made-up history", []byte(p.ID), []byte(u.Username))
	random := rand.New(rand.NewPCG(binary.BigEndian.Uint64(seed), binary.BigEndian.Uint64(seed[8:]))) //nolint:gosec // seeded by a keyed hash
	day := now.Truncate(24 * time.Hour)
	created := day.AddDate(0, 0, -90-random.IntN(900))
	if random.IntN(4) == 0 {
		return nil, created
	}
	home := decoyHomes[random.IntN(len(decoyHomes))]
	agent := decoyAgents[random.IntN(len(decoyAgents))]
	origin := userpool.Origin{
		IP: "192.0.2.1", Agent: agent, Country: home.country, Network: home.network, // RFC 5737: nobody's
		Latitude: home.latitude, Longitude: home.longitude, HasPlace: s.Places != nil,
	}
	if s.Places == nil {
		origin.Country = ""
	}
	if chance := s.Secrets.Hash("made-up home", []byte(p.ID), []byte(u.Username), []byte(from.Network)); from.Network != "" && binary.BigEndian.Uint16(chance)%decoyNetworks == 0 {
		origin.Network, origin.Country = from.Network, from.Country
		origin.Latitude, origin.Longitude, origin.HasPlace = from.Latitude, from.Longitude, from.HasPlace
	}
	var events []*userpool.AuthEvent
	at := day
	for range 1 + random.IntN(HistoryLength) {
		at = at.Add(-time.Duration(1+random.IntN(72)) * time.Hour)
		events = append(events, &userpool.AuthEvent{
			PoolID: p.ID, Username: u.Username, Type: cognitoidp.EventTypeSignIn, Created: at,
			Response: cognitoidp.EventResponseTypePass,
			Challenges: []cognitoidp.ChallengeResponseType{{
				ChallengeName: cognitoidp.ChallengeNamePassword, ChallengeResponse: cognitoidp.ChallengeResponseSuccess,
			}},
			Origin:  origin,
			Verdict: userpool.RiskVerdict{Decision: cognitoidp.RiskDecisionTypeNoRisk},
		})
	}
	return events, created
}

// decoyNetworks is in one of how many networks nobody is at home.
const decoyNetworks = 6

// decoyHomes are where made-up users live; the networks are reserved for documentation (RFC 5398).
var decoyHomes = []struct {
	country, network    string
	latitude, longitude float64
}{
	{"US", "AS64496", 40.7, -74.0},
	{"US", "AS64497", 34.1, -118.2},
	{"DE", "AS64498", 52.5, 13.4},
	{"GB", "AS64499", 51.5, -0.1},
	{"FR", "AS64500", 48.9, 2.4},
	{"IN", "AS64501", 19.1, 72.9},
	{"BR", "AS64502", -23.6, -46.6},
	{"JP", "AS64503", 35.7, 139.7},
}

var decoyAgents = []string{"Chrome on Windows", "Chrome on Android", "Safari on iOS", "Safari on macOS", "Edge on Windows", "Firefox on Linux"}
