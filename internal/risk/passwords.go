package risk

import (
	"log/slog"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/breach"
	"ostiary/internal/userpool"
)

// Passwords are those that others have had in their hands: the most common ones, and the filter of the operator's
// file, if there is one. The file is read again when it changes.
type Passwords struct{ filter *file[breach.Filter] }

// NewPasswords reads the filter at path, "" for none.
func NewPasswords(path string, log *slog.Logger) *Passwords {
	p := &Passwords{}
	if path != "" {
		p.filter = &file[breach.Filter]{path: path, read: breach.Open, log: log}
		p.Refresh()
	}
	return p
}

// Refresh reads a filter that has changed.
func (p *Passwords) Refresh() {
	if p.filter != nil {
		p.filter.refresh()
	}
}

// Known tells whether a password is among them.
func (p *Passwords) Known(password string) bool {
	if p.filter == nil {
		return (*breach.Filter)(nil).Known(password)
	}
	return p.filter.get().Known(password)
}

// Compromised looks a password up that is used or set by a client, if threat protection says so: known is nil
// where it was not looked up; block tells that it must not be used. A nil client is none of the pool's.
func (s *Service) Compromised(
	p *userpool.Pool, client *userpool.Client, event cognitoidp.EventFilterType, password string,
) (known *bool, block bool) {
	if s == nil || s.Passwords == nil || p.ThreatProtection() == cognitoidp.AdvancedSecurityModeTypeOff {
		return nil, false
	}
	action := userpool.RiskConfigurationOf(p, client).CompromisedAction(event)
	if action == "" {
		return nil, false
	}
	is := s.Passwords.Known(password)
	return &is, is && action == cognitoidp.CompromisedCredentialsEventActionTypeBlock &&
		p.ThreatProtection() == cognitoidp.AdvancedSecurityModeTypeEnforced
}

// RefuseKnown refuses a new password that is known, where it must not be used.
func (s *Service) RefuseKnown(p *userpool.Pool, client *userpool.Client, event cognitoidp.EventFilterType, password string) error {
	if _, block := s.Compromised(p, client, event, password); block {
		return awserr.PasswordCompromised()
	}
	return nil
}
