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
	a, err := srp.ParseA(t.answers["SRP_A"])
	if err != nil {
		return awserr.InvalidSRPA()
	}
	p := s.passwordOf(t)
	exchange, err := srp.NewExchange(s.Rand, a, p.Verifier)
	if err != nil {
		return fmt.Errorf("begin the SRP exchange: %w", err)
	}
	block, err := s.newSecretBlock()
	if err != nil {
		return err
	}
	t.session = block
	t.attempt.SRP = exchange.Marshal()
	t.params["SALT"] = srp.Hex(p.Salt)
	t.params["SRP_B"] = exchange.HexB()
	t.params["SECRET_BLOCK"] = block
	t.params["USERNAME"] = t.user.Username
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkSRP tests PASSWORD_CLAIM_SIGNATURE, the proof that the client knows the password.
func (s *Service) checkSRP(_ context.Context, t *turn) error {
	at, canonical, err := srp.ParseTimestamp(t.answers["TIMESTAMP"])
	if err != nil {
		return awserr.InvalidTimestamp()
	}
	if age := s.Now().Sub(at); age > timestampTolerance || age < -timestampTolerance {
		return awserr.IncorrectUsernameOrPassword()
	}
	exchange, err := srp.UnmarshalExchange(t.previous.SRP)
	if err != nil {
		return fmt.Errorf("read the SRP exchange: %w", err)
	}
	block, err := base64.StdEncoding.DecodeString(t.answers["PASSWORD_CLAIM_SECRET_BLOCK"])
	if err != nil {
		return wrong(awserr.IncorrectUsernameOrPassword())
	}
	signature, err := base64.StdEncoding.DecodeString(t.answers["PASSWORD_CLAIM_SIGNATURE"])
	if err != nil {
		signature = nil // proved wrong below, at the cost of a right one
	}
	claim := srp.Claim{
		Prefix:      t.pool.Suffix(),
		ID:          t.user.Username,
		SecretBlock: block,
		Timestamp:   t.answers["TIMESTAMP"],
	}
	proved := exchange.Proves(s.passwordOf(t).Verifier, claim, signature)
	if !proved || !canonical || t.user.Password == nil || t.attempt.Simulated {
		return wrong(awserr.IncorrectUsernameOrPassword())
	}
	return s.passwordProved(t)
}

// newSecretBlock draws a SECRET_BLOCK: standard Base64, as the clients decode it to sign it.
func (s *Service) newSecretBlock() (string, error) {
	raw := append([]byte{0x02, 0x05, 0x78}, make([]byte, 61)...) // begins AgV4, as the service's
	if _, err := io.ReadFull(s.Rand, raw[3:]); err != nil {
		return "", fmt.Errorf("draw a secret block: %w", err)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
