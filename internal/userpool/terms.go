package userpool

import (
	"net/url"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// Terms are the links, by language, to one kind of document that the sign-up page of an app client asks
// users to agree to (CreateTerms). A client has each kind once.
type Terms struct {
	ID          string // UUID
	PoolID      string
	ClientID    string
	Name        string // terms-of-use or privacy-policy
	Source      cognitoidp.TermsSourceType
	Enforcement cognitoidp.TermsEnforcementType
	Links       map[string]string // cognito:default, cognito:spanish, … → URL
	Created     time.Time
	Modified    time.Time
}

// defaultLanguage is the link for languages that have none of their own.
const defaultLanguage = "cognito:default"

// NewTerms is the document that CreateTerms asks for.
func NewTerms(id string, now time.Time, in *cognitoidp.CreateTermsRequest) (*Terms, error) {
	t := &Terms{
		ID: id, PoolID: in.UserPoolId, ClientID: in.ClientId, Name: in.TermsName, Source: in.TermsSource,
		Enforcement: in.Enforcement, Links: in.Links, Created: now, Modified: now,
	}
	return t, t.check()
}

// Update does what UpdateTerms asks for: what is left out keeps its value.
func (t *Terms) Update(now time.Time, in *cognitoidp.UpdateTermsRequest) error {
	t.Name = orElse(in.TermsName, t.Name)
	t.Source = orKept(in.TermsSource, t.Source)
	t.Enforcement = orKept(in.Enforcement, t.Enforcement)
	if in.Links != nil {
		t.Links = in.Links
	}
	t.Modified = now
	return t.check()
}

func (t *Terms) check() error {
	if t.Links[defaultLanguage] == "" {
		return awserr.NoDefaultTerms()
	}
	for _, link := range t.Links {
		// They become links of a page, so that a scheme such as javascript: would run there.
		u, err := url.Parse(link)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return awserr.InvalidTermsLink()
		}
	}
	return nil
}
