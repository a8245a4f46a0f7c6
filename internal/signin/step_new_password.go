package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/password"
	"ostiary/internal/userpool"
)

// attributePrefix is how NEW_PASSWORD_REQUIRED names attributes, both ways.
const attributePrefix = "userAttributes."

// sendNewPassword asks for a new password in place of a temporary one, and for the required
// attributes that have no value yet.
func (s *Service) sendNewPassword(_ context.Context, t *turn, _ facts) error {
	missing := []string{}
	for _, name := range account.MissingRequired(t.pool, t.user) {
		missing = append(missing, attributePrefix+name)
	}
	required, err := json.Marshal(missing)
	if err != nil {
		return fmt.Errorf("list required attributes: %w", err)
	}
	present, err := json.Marshal(t.user.Attributes)
	if err != nil {
		return fmt.Errorf("list attributes: %w", err)
	}
	t.params["requiredAttributes"] = string(required)
	t.params["userAttributes"] = string(present)
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkNewPassword replaces the password, fills in the attributes and confirms the user. The session
// stays good after a refusal, so that the user can try another password.
func (s *Service) checkNewPassword(ctx context.Context, t *turn) error {
	plaintext := t.answers["NEW_PASSWORD"]
	if err := password.Check(t.pool.PasswordPolicy(), plaintext); err != nil {
		return err
	}
	if err := s.Risk.RefuseKnown(t.pool, t.client, cognitoidp.EventFilterTypePasswordChange, plaintext); err != nil {
		return err
	}
	if password.Reused(t.pool, t.user, plaintext) {
		return awserr.PasswordReused()
	}
	attributes, err := s.newAttributes(t)
	if err != nil {
		return err
	}
	set, err := password.New(s.Rand, t.pool, t.user.Username, plaintext, s.Now())
	if err != nil {
		return fmt.Errorf("make the verifier of a new password: %w", err)
	}
	t.attempt.PasswordSet = set.Set
	t.attempt.Proved.NewPassword = true
	return t.change(func(u *userpool.User) error {
		for name, value := range attributes {
			if u.Attributes[name] != "" { // set since, and perhaps verified
				return awserr.AttributeAlreadyProvided(name)
			}
			u.Attributes[name] = value
		}
		password.Replace(t.pool, u, set)
		u.Status = cognitoidp.UserStatusTypeConfirmed
		return nil
	})
}

// newAttributes reads the attributes that came with the answer: only such as have no value yet and
// the client may write, and all that are required.
func (s *Service) newAttributes(t *turn) (map[string]string, error) {
	given := map[string]string{}
	for key, value := range t.answers {
		name, ok := strings.CutPrefix(key, attributePrefix)
		if !ok {
			continue
		}
		if t.user.Attributes[name] != "" {
			return nil, awserr.AttributeAlreadyProvided(name)
		}
		given[name] = value
	}
	if err := account.CheckNewAttributes(t.pool, t.client, given); err != nil {
		return nil, err
	}
	for _, name := range account.MissingRequired(t.pool, t.user) {
		if given[name] == "" {
			return nil, awserr.RequiredAttributeMissing(name)
		}
	}
	return given, nil
}
