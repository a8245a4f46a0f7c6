package userpool

import (
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"
)

// TokenSession is one sign-in that yielded tokens: the family that shares an origin_jti.
type TokenSession struct {
	PoolID    string
	OriginJTI string // UUID
	ClientID  string
	Username  string
	EventID   string
	DeviceKey string
	Scopes    []string
	AuthTime  time.Time
	// Methods are the ways in which the user proved themselves; ACR names the level that the client
	// asked for and the user reached, "" where it asked for none.
	Methods []Method
	ACR     string
	Created time.Time
	// Expires is when no token of it can be in force any more; the row can go then.
	Expires time.Time
	Revoked bool

	// Where and when it was used last: by the sign-in, a refresh or a rotation. Kept while the pool
	// tracks sessions, otherwise as it was; "" where it is not known.
	LastActive time.Time // zero where an older version of the server wrote it
	DeviceType string    // operating system and browser or app, as people read it
	LastIP     string
	// OriginSessionID is the SSO session that the sign-in came through; "" for sign-ins of the API.
	OriginSessionID string
}

// What a SessionId begins with, before 25 characters of a-z and 0-9.
const (
	tokenSessionPrefix = "tkn"
	ssoSessionPrefix   = "sso"
	sessionIDDigits    = 25
)

// ID is the SessionId by which the API calls a session: its origin_jti in base 36, of which 25 digits
// hold any UUID. So a session is found by it without an index of its own, and those have one that
// began when nobody asked.
func (s *TokenSession) ID() string {
	id, err := uuid.Parse(s.OriginJTI)
	if err != nil {
		return ""
	}
	digits := new(big.Int).SetBytes(id[:]).Text(36)
	return tokenSessionPrefix + strings.Repeat("0", sessionIDDigits-len(digits)) + digits
}

// OriginJTIOf is the origin_jti of the session that sessionID calls; "" if it calls no token session.
func OriginJTIOf(sessionID string) string {
	digits, ok := strings.CutPrefix(sessionID, tokenSessionPrefix)
	n, isNumber := new(big.Int).SetString(digits, 36)
	if !ok || !isNumber || len(digits) != sessionIDDigits || n.Sign() < 0 || n.BitLen() > 128 {
		return ""
	}
	s := TokenSession{OriginJTI: uuid.UUID(n.FillBytes(make([]byte, 16))).String()}
	if s.ID() != sessionID { // another spelling of the same number
		return ""
	}
	return s.OriginJTI
}

// IsSSOSessionID tells whether sessionID calls an SSO session.
func IsSSOSessionID(sessionID string) bool { return strings.HasPrefix(sessionID, ssoSessionPrefix) }

// InForce tells whether tokens of s, a session of u, may be in force at now: it was neither revoked
// nor signed out, and has not expired.
func (s *TokenSession) InForce(u *User, now time.Time) bool {
	return !s.Revoked && s.Username == u.Username && !u.SignedOutSince(s.Created) &&
		(s.Expires.IsZero() || now.Before(s.Expires))
}
