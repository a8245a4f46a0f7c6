package signin

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"ostiary/internal/awserr"
	"ostiary/internal/srp"
)

// timestampTolerance is how far a client's clock may be from ours. The service's own window is not
// published; five minutes is that of its request signatures.
const timestampTolerance = 5 * time.Minute

// sendSRP answers SRP_A with the server's half of the exchange. SECRET_BLOCK is the session of this
// step: the client returns it unchanged and signs it.
func (s *Service) sendSRP(_ context.Context, t *turn, _ facts) error {
	p := s.passwordOf(t)
	if err := s.beginExchange(t, p.Salt, p.Verifier); err != nil {
		return err
	}
	t.params["USERNAME"] = t.user.Username
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkSRP tests PASSWORD_CLAIM_SIGNATURE, the proof that the client knows the password.
func (s *Service) checkSRP(_ context.Context, t *turn) error {
	block, err := base64.StdEncoding.DecodeString(t.answered)
	if err != nil {
		return wrong(awserr.IncorrectUsernameOrPassword())
	}
	proved, err := s.endExchange(t, s.passwordOf(t).Verifier, srp.Claim{
		Prefix:      t.pool.Suffix(),
		ID:          t.user.Username,
		SecretBlock: block,
		Timestamp:   t.answers["TIMESTAMP"],
	})
	if err != nil {
		return err
	}
	if !proved || t.user.Password == nil || t.attempt.Simulated {
		return wrong(awserr.IncorrectUsernameOrPassword())
	}
	if err := t.checkDeviceKnown(); err != nil {
		return err
	}
	return s.passwordProved(t)
}

// beginExchange answers SRP_A for the secret, a password's or a device's, that a verifier is of.
func (s *Service) beginExchange(t *turn, salt, verifier []byte) error {
	a, err := srp.ParseA(t.answers["SRP_A"])
	if err != nil {
		return awserr.InvalidSRPA()
	}
	exchange, err := srp.NewExchange(s.Rand, a, verifier)
	if err != nil {
		return fmt.Errorf("begin the SRP exchange: %w", err)
	}
	block, err := s.newSecretBlock()
	if err != nil {
		return err
	}
	t.session = block
	t.attempt.SRP = exchange.Marshal()
	t.params["SALT"] = srp.Hex(salt)
	t.params["SRP_B"] = exchange.HexB()
	t.params["SECRET_BLOCK"] = block
	return nil
}

// endExchange tells whether the answer proves the secret. A clock that is off is refused, a timestamp in
// another form than the clients' proves nothing.
func (s *Service) endExchange(t *turn, verifier []byte, claim srp.Claim) (proved bool, err error) {
	at, canonical, err := srp.ParseTimestamp(claim.Timestamp)
	if err != nil {
		return false, awserr.InvalidTimestamp()
	}
	if age := s.Now().Sub(at); age > timestampTolerance || age < -timestampTolerance {
		return false, awserr.IncorrectUsernameOrPassword()
	}
	exchange, err := srp.UnmarshalExchange(t.previous.SRP)
	if err != nil {
		return false, fmt.Errorf("read the SRP exchange: %w", err)
	}
	signature, err := base64.StdEncoding.DecodeString(t.answers["PASSWORD_CLAIM_SIGNATURE"])
	if err != nil {
		signature = nil // proved wrong below, at the cost of a right one
	}
	return exchange.Proves(verifier, claim, signature) && canonical, nil
}

// newSecretBlock draws a SECRET_BLOCK: standard Base64, as the clients decode it to sign it.
func (s *Service) newSecretBlock() (string, error) {
	raw := append([]byte{0x02, 0x05, 0x78}, make([]byte, 61)...) // begins AgV4, as the service's
	if _, err := io.ReadFull(s.Rand, raw[3:]); err != nil {
		return "", fmt.Errorf("draw a secret block: %w", err)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
