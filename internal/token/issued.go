package token

// What tokens are issued for.
const (
	GrantSignIn            = "sign_in"
	GrantRefreshToken      = "refresh_token"
	GrantClientCredentials = "client_credentials"
)

// NoteIssued tells whoever counts that tokens were issued. Whoever saves a Grant calls it, once that is
// committed.
func (s *Service) NoteIssued(grant string) {
	if s.Issued != nil {
		s.Issued(grant)
	}
}
