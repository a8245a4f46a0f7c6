package sqlstore

import (
	"encoding/json"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// userRecord is the JSON document of a user. Nil and empty maps and slices stay what they are:
// omitzero leaves out nil alone.
type userRecord struct {
	Username      string                    `json:"username"`
	Folded        string                    `json:"folded"`
	Sub           string                    `json:"sub"`
	Status        cognitoidp.UserStatusType `json:"status"`
	Enabled       bool                      `json:"enabled"`
	Attributes    map[string]string         `json:"attributes,omitzero"`
	Pending       map[string]string         `json:"pending,omitzero"`
	MFA           mfaRecord                 `json:"mfa,omitzero"`
	LegacySMSMFA  bool                      `json:"legacySmsMfa,omitzero"`
	TokensRevoked int64                     `json:"tokensRevoked,omitzero"`
	Created       int64                     `json:"created"`
	Modified      int64                     `json:"modified"`
	Aliases       []aliasRecord             `json:"aliases,omitzero"`
	Identities    []identityRecord          `json:"identities,omitzero"`
}

type mfaRecord struct {
	SMS      bool            `json:"sms,omitzero"`
	TOTP     bool            `json:"totp,omitzero"`
	Email    bool            `json:"email,omitzero"`
	WebAuthn bool            `json:"webAuthn,omitzero"`
	Prefer   userpool.Factor `json:"prefer,omitzero"`
}

type aliasRecord struct {
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
}

type identityRecord struct {
	Provider  string                              `json:"provider"`
	Type      cognitoidp.IdentityProviderTypeType `json:"type"`
	Attribute string                              `json:"attribute"`
	Value     string                              `json:"value"`
	Issuer    string                              `json:"issuer,omitzero"`
	Primary   bool                                `json:"primary,omitzero"`
	Created   int64                               `json:"created"`
}

type userSecrets struct {
	Password    *passwordRecord  `json:"password,omitzero"`
	History     []passwordRecord `json:"history,omitzero"`
	TOTP        *totpRecord      `json:"totp,omitzero"`
	PendingTOTP *totpRecord      `json:"pendingTotp,omitzero"`
}

func (s *userSecrets) none() bool {
	return s.Password == nil && s.History == nil && s.TOTP == nil && s.PendingTOTP == nil
}

type passwordRecord struct {
	Salt      []byte `json:"salt"`
	Verifier  []byte `json:"verifier"`
	Set       int64  `json:"set"`
	Temporary bool   `json:"temporary,omitzero"`
	Expires   int64  `json:"expires,omitzero"`
}

type totpRecord struct {
	Secret   []byte `json:"secret"`
	Name     string `json:"name,omitzero"`
	LastStep int64  `json:"lastStep,omitzero"`
}

// encodeUser is a user as its data and sealed columns.
func (s sealer) encodeUser(u *userpool.User) (data string, sealed []byte, err error) {
	r := userRecord{
		Username: u.Username, Folded: u.Names.Username, Sub: u.Sub, Status: u.Status, Enabled: u.Enabled,
		Attributes: u.Attributes, Pending: u.Pending,
		MFA: mfaRecord(u.MFA), LegacySMSMFA: u.LegacySMSMFA,
		TokensRevoked: micros(u.TokensRevoked), Created: micros(u.Created), Modified: micros(u.Modified),
		Aliases:    mapSlice(u.Names.Aliases, func(a userpool.Alias) aliasRecord { return aliasRecord(a) }),
		Identities: mapSlice(u.Identities, identityToRecord),
	}
	doc, err := json.Marshal(r)
	if err != nil {
		return "", nil, fmt.Errorf("sqlstore: encode user %s: %w", u.Sub, err)
	}
	secrets := userSecrets{
		History: mapSlice(u.PasswordHistory, passwordToRecord),
		TOTP:    totpToRecord(u.TOTP), PendingTOTP: totpToRecord(u.PendingTOTP),
	}
	if u.Password != nil {
		secrets.Password = new(passwordToRecord(*u.Password))
	}
	sealed, err = s.seal(secrets, secrets.none(), "user", u.PoolID, u.Sub, u.Username)
	if err != nil {
		return "", nil, fmt.Errorf("sqlstore: user %s: %w", u.Sub, err)
	}
	return string(doc), sealed, nil
}

func (s sealer) decodeUser(poolID string, data, sealed []byte) (*userpool.User, error) {
	var r userRecord
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("sqlstore: decode a user of pool %s: %w", poolID, err)
	}
	u := &userpool.User{
		PoolID: poolID, Username: r.Username, Sub: r.Sub, Status: r.Status, Enabled: r.Enabled,
		Attributes: r.Attributes, Pending: r.Pending,
		MFA: userpool.MFASettings(r.MFA), LegacySMSMFA: r.LegacySMSMFA,
		TokensRevoked: instant(r.TokensRevoked), Created: instant(r.Created), Modified: instant(r.Modified),
		Identities: mapSlice(r.Identities, identityFromRecord),
		Names: userpool.Names{
			Username: r.Folded,
			Aliases:  mapSlice(r.Aliases, func(a aliasRecord) userpool.Alias { return userpool.Alias(a) }),
		},
	}
	var secrets userSecrets
	if err := s.open(sealed, &secrets, "user", poolID, u.Sub, u.Username); err != nil {
		return nil, fmt.Errorf("sqlstore: user %s: %w", u.Sub, err)
	}
	if secrets.Password != nil {
		u.Password = new(passwordFromRecord(*secrets.Password))
	}
	u.PasswordHistory = mapSlice(secrets.History, passwordFromRecord)
	u.TOTP, u.PendingTOTP = totpFromRecord(secrets.TOTP), totpFromRecord(secrets.PendingTOTP)
	return u, nil
}

func passwordToRecord(p userpool.Password) passwordRecord {
	return passwordRecord{
		Salt: p.Salt, Verifier: p.Verifier, Set: micros(p.Set), Temporary: p.Temporary, Expires: micros(p.Expires),
	}
}

func passwordFromRecord(r passwordRecord) userpool.Password {
	return userpool.Password{
		Salt: r.Salt, Verifier: r.Verifier, Set: instant(r.Set), Temporary: r.Temporary, Expires: instant(r.Expires),
	}
}

func identityToRecord(id userpool.Identity) identityRecord {
	return identityRecord{
		Provider: id.Provider, Type: id.Type, Attribute: id.Attribute, Value: id.Value,
		Issuer: id.Issuer, Primary: id.Primary, Created: micros(id.Created),
	}
}

func identityFromRecord(r identityRecord) userpool.Identity {
	return userpool.Identity{
		Provider: r.Provider, Type: r.Type, Attribute: r.Attribute, Value: r.Value,
		Issuer: r.Issuer, Primary: r.Primary, Created: instant(r.Created),
	}
}

func totpToRecord(t *userpool.TOTP) *totpRecord {
	if t == nil {
		return nil
	}
	return new(totpRecord(*t))
}

func totpFromRecord(r *totpRecord) *userpool.TOTP {
	if r == nil {
		return nil
	}
	return new(userpool.TOTP(*r))
}

// mapSlice is f of each element; nil stays nil.
func mapSlice[A, B any](in []A, f func(A) B) []B {
	if in == nil {
		return nil
	}
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}
