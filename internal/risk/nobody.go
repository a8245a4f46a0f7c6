package risk

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"ostiary/internal/userpool"
)

// nobodies is in how many places of a pool what is written of nobody goes.
const nobodies = 4096

// placeOf is the name under which what is known of a subject is kept: a user's username, or for nobody a place. No
// username has a space. Which names share a place cannot be computed, and few do: else whoever writes to one
// without end, by other names, would see who has to wait for it.
func (s *Service) placeOf(poolID string, of Subject) string {
	if !of.Nobody {
		return of.User.Username
	}
	hash := s.Secrets.Hash("place of nobody", []byte(poolID), []byte(of.User.Username))
	return fmt.Sprintf("nobody %03x", binary.BigEndian.Uint16(hash)%nobodies)
}

// markOf is what the ids of nobody's events begin with in a place. What was typed is not kept.
func (s *Service) markOf(poolID string, u *userpool.User) string {
	return fmt.Sprintf("%x ", s.Secrets.Hash("mark of nobody", []byte(poolID), []byte(u.Username))[:8])
}

// ofNobody is what a place has of one name: what failed and what was asked for makes the sign-ins of users riskier,
// and would tell who exists if it did so of theirs alone.
func (s *Service) ofNobody(place *userpool.AuthHistory, u *userpool.User) []*userpool.AuthEvent {
	mark := s.markOf(place.PoolID, u)
	var own []*userpool.AuthEvent
	for _, e := range place.Events {
		if strings.HasPrefix(e.ID, mark) {
			own = append(own, e)
		}
	}
	return own
}

// longestPeriod is for how long nobody's events are written over each other. A place is forgotten with the last of
// its periods, as users' events are, so that one lasts for half of what users' do at most.
const longestPeriod = 30 * 24 * time.Hour

// periodOf is the time that stands for the period in which created is.
func (s *Service) periodOf(created time.Time) time.Time {
	if s.Retention > 0 {
		return created.Truncate(min(longestPeriod, max(s.Retention/2, time.Minute)))
	}
	return created.Truncate(longestPeriod)
}
