package sqlstore

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	attemptByID   = `SELECT consumed, expires, data, sealed FROM attempts WHERE id = $1`
	attemptInsert = `INSERT INTO attempts (id, pool_id, username, client_id, consumed, expires, data, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	attemptUpdate = `UPDATE attempts
		SET pool_id = $2, username = $3, client_id = $4, consumed = $5, expires = $6, data = $7, sealed = $8
		WHERE id = $1 AND consumed = 0`
	attemptConsume = `UPDATE attempts SET consumed = 1 WHERE id = $1 AND consumed = 0`
)

type attemptRecord struct {
	PoolID         string                                    `json:"poolId"`
	ClientID       string                                    `json:"clientId"`
	Username       string                                    `json:"username"`
	Simulated      bool                                      `json:"simulated,omitzero"`
	Name           string                                    `json:"name,omitzero"`
	Flow           cognitoidp.AuthFlowType                   `json:"flow"`
	Challenge      cognitoidp.ChallengeNameType              `json:"challenge"`
	PasswordSet    int64                                     `json:"passwordSet,omitzero"`
	SignedOut      int64                                     `json:"signedOut,omitzero"`
	Risk           cognitoidp.AccountTakeoverEventActionType `json:"risk,omitzero"`
	RiskLevel      cognitoidp.RiskLevelType                  `json:"riskLevel,omitzero"`
	Machine        *machineRecord                            `json:"machine,omitzero"`
	Proved         proofsRecord                              `json:"proved,omitzero"`
	Methods        []userpool.Method                         `json:"methods,omitzero"`
	Earlier        []userpool.Method                         `json:"earlier,omitzero"`
	Credited       int64                                     `json:"credited,omitzero"`
	Level          int                                       `json:"level,omitzero"`
	FirstFactor    cognitoidp.ChallengeNameType              `json:"firstFactor,omitzero"`
	SecondFactor   userpool.Factor                           `json:"secondFactor,omitzero"`
	Rounds         []roundRecord                             `json:"rounds,omitzero"`
	CustomMetadata string                                    `json:"customMetadata,omitzero"`
	CodeHash       []byte                                    `json:"codeHash,omitzero"`
	CodeAttribute  string                                    `json:"codeAttribute,omitzero"`
	CodeValue      string                                    `json:"codeValue,omitzero"`
	DeviceKey      string                                    `json:"deviceKey,omitzero"`
	EventID        string                                    `json:"eventId"`
	Created        int64                                     `json:"created"`
}

type proofsRecord struct {
	FirstFactor  bool `json:"firstFactor,omitzero"`
	Password     bool `json:"password,omitzero"`
	NewPassword  bool `json:"newPassword,omitzero"`
	SecondFactor bool `json:"secondFactor,omitzero"`
	Device       bool `json:"device,omitzero"`
	EnrolledTOTP bool `json:"enrolledTotp,omitzero"`
}

type machineRecord struct {
	IP          string `json:"ip,omitzero"`
	Agent       string `json:"agent,omitzero"`
	Fingerprint string `json:"fingerprint"`
	Timezone    string `json:"timezone,omitzero"`
}

type roundRecord struct {
	Challenge string `json:"challenge"`
	Passed    bool   `json:"passed,omitzero"`
	Metadata  string `json:"metadata,omitzero"`
}

type attemptSecrets struct {
	SRP          []byte            `json:"srp,omitzero"`
	WebAuthn     []byte            `json:"webAuthn,omitzero"`
	PendingTOTP  []byte            `json:"pendingTotp,omitzero"`
	CustomAnswer map[string]string `json:"customAnswer,omitzero"`
}

func (s *attemptSecrets) none() bool {
	return s.SRP == nil && s.WebAuthn == nil && s.PendingTOTP == nil && s.CustomAnswer == nil
}

// Attempt implements store.AttemptReader.
func (r *reader) Attempt(ctx context.Context, id []byte) (*userpool.Attempt, error) {
	var a *userpool.Attempt
	err := r.c.rows(ctx, attemptByID, []any{id}, func(rows *sql.Rows) error {
		var consumed, expires int64
		var data, sealed sql.RawBytes
		if err := rows.Scan(&consumed, &expires, &data, &sealed); err != nil {
			return err
		}
		var rec attemptRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode attempt: %w", err)
		}
		var secrets attemptSecrets
		if err := r.db.seal.open(sealed, &secrets, "attempt", rec.PoolID, hex.EncodeToString(id)); err != nil {
			return fmt.Errorf("sqlstore: %w", err)
		}
		a = &userpool.Attempt{
			ID: append([]byte(nil), id...), PoolID: rec.PoolID, ClientID: rec.ClientID, Username: rec.Username,
			Simulated: rec.Simulated, Name: rec.Name, Flow: rec.Flow, Challenge: rec.Challenge, PasswordSet: instant(rec.PasswordSet), SignedOut: instant(rec.SignedOut),
			Risk: rec.Risk, RiskLevel: rec.RiskLevel, Machine: (*userpool.Machine)(rec.Machine), Proved: userpool.Proofs(rec.Proved), Methods: rec.Methods, Earlier: rec.Earlier, Credited: instant(rec.Credited), Level: rec.Level,
			FirstFactor: rec.FirstFactor, SecondFactor: rec.SecondFactor,
			Rounds:       convert(rec.Rounds, func(r roundRecord) userpool.Round { return userpool.Round(r) }),
			CustomAnswer: secrets.CustomAnswer, CustomMetadata: rec.CustomMetadata,
			SRP: secrets.SRP, WebAuthn: secrets.WebAuthn,
			CodeHash: rec.CodeHash, CodeAttribute: rec.CodeAttribute, CodeValue: rec.CodeValue,
			PendingTOTP: secrets.PendingTOTP,
			DeviceKey:   rec.DeviceKey, EventID: rec.EventID,
			Created: instant(rec.Created), Expires: instant(expires), Consumed: consumed != 0,
		}
		return nil
	})
	if err == nil && a == nil {
		return nil, store.ErrNotFound
	}
	return a, err
}

// CreateAttempt implements store.AttemptWriter.
func (t *tx) CreateAttempt(ctx context.Context, a *userpool.Attempt) error {
	args, err := t.attemptArgs(a)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, attemptInsert, args...))
}

// SaveAttempt implements store.AttemptWriter.
func (t *tx) SaveAttempt(ctx context.Context, a *userpool.Attempt) error {
	args, err := t.attemptArgs(a)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, attemptUpdate, args...))
}

func (t *tx) attemptArgs(a *userpool.Attempt) ([]any, error) {
	data, err := json.Marshal(attemptRecord{
		PoolID: a.PoolID, ClientID: a.ClientID, Username: a.Username, Simulated: a.Simulated, Name: a.Name,
		Flow: a.Flow, Challenge: a.Challenge, PasswordSet: micros(a.PasswordSet), SignedOut: micros(a.SignedOut),
		Risk: a.Risk, RiskLevel: a.RiskLevel, Machine: (*machineRecord)(a.Machine), Proved: proofsRecord(a.Proved), Methods: a.Methods, Earlier: a.Earlier, Credited: micros(a.Credited), Level: a.Level,
		FirstFactor: a.FirstFactor, SecondFactor: a.SecondFactor,
		Rounds: convert(a.Rounds, func(r userpool.Round) roundRecord { return roundRecord(r) }), CustomMetadata: a.CustomMetadata,
		CodeHash: a.CodeHash, CodeAttribute: a.CodeAttribute, CodeValue: a.CodeValue,
		DeviceKey: a.DeviceKey, EventID: a.EventID, Created: micros(a.Created),
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode attempt: %w", err)
	}
	secrets := attemptSecrets{SRP: a.SRP, WebAuthn: a.WebAuthn, PendingTOTP: a.PendingTOTP, CustomAnswer: a.CustomAnswer}
	sealed, err := t.db.seal.seal(secrets, secrets.none(), "attempt", a.PoolID, hex.EncodeToString(a.ID))
	if err != nil {
		return nil, fmt.Errorf("sqlstore: %w", err)
	}
	return []any{
		a.ID, key(a.PoolID), key(a.Username), key(a.ClientID), flag(a.Consumed), micros(a.Expires), string(data), sealed,
	}, nil
}

// ConsumeAttempt implements store.AttemptWriter.
func (t *tx) ConsumeAttempt(ctx context.Context, id []byte) (won bool, err error) {
	n, err := t.c.exec(ctx, attemptConsume, id)
	return n == 1, err
}

// flag is a bool as a column keeps it.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// convert turns a list into another, and no list into none.
func convert[F, T any](from []F, one func(F) T) []T {
	if from == nil {
		return nil
	}
	to := make([]T, len(from))
	for i, f := range from {
		to[i] = one(f)
	}
	return to
}
