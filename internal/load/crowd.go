package load

import (
	"fmt"
	"io"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/password"
	"ostiary/internal/userpool"
)

// Crowd is a pool of made-up users. Each follows from its number, from 0, so that nobody has to keep a
// list of them.
type Crowd struct {
	PoolID   string `json:"poolId"`
	ClientID string `json:"clientId"`
	Users    int    `json:"users"`
	Password string `json:"password"` // of those who can sign in
}

// mostAble is how many users can sign in, at most: each needs a verifier of their own.
const mostAble = 256

// Able is how many users can sign in.
func (c *Crowd) Able() int { return min(c.Users, mostAble) }

// AbleUser is the number of the nth user who can sign in; they are spread over the pool.
func (c *Crowd) AbleUser(n int) int { return n % c.Able() * (c.Users / c.Able()) }

func (c *Crowd) able(i int) bool {
	stride := c.Users / c.Able()
	return i%stride == 0 && i/stride < c.Able()
}

// Username is the name of a user.
func Username(i int) string { return fmt.Sprintf("user-%08d", i) }

// Email is the verified address of a user.
func Email(i int) string { return Username(i) + "@example.com" }

// PhoneNumber is the verified number of a user.
func PhoneNumber(i int) string { return fmt.Sprintf("+1555%08d", i) }

// PreferredUsername is another name of a user.
func PreferredUsername(i int) string { return fmt.Sprintf("nick-%08d", i) }

// Sub is the sub of a user. In its order users are in another one than by name.
func Sub(i int) string {
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(i)*2654435761, i)
}

// GivenName is shared by a hundredth of all users.
func GivenName(i int) string { return fmt.Sprintf("Given%02d", i%100) }

// FamilyName is shared by a hundredth of all users, others than the given name.
func FamilyName(i int) string { return fmt.Sprintf("Family%02d", i/100%100) }

// Name is a user's own, and begins with the given name.
func Name(i int) string { return fmt.Sprintf("%s %s %d", GivenName(i), FamilyName(i), i) }

// user makes a user with every attribute that can be searched. One in a hundred is disabled and
// another has to change the password, but not those who can sign in.
func (c *Crowd) user(random io.Reader, p *userpool.Pool, i int, now time.Time, anybody *userpool.Password) (*userpool.User, error) {
	u := &userpool.User{
		PoolID: p.ID, Username: Username(i), Sub: Sub(i),
		Status: cognitoidp.UserStatusTypeConfirmed, Enabled: true, Created: now, Modified: now,
		Attributes: map[string]string{
			userpool.AttrEmail: Email(i), userpool.AttrEmailVerified: "true",
			userpool.AttrPhoneNumber: PhoneNumber(i), userpool.AttrPhoneNumberVerified: "true",
			userpool.AttrPreferredUsername: PreferredUsername(i),
			"name":                         Name(i),
			"given_name":                   GivenName(i), "family_name": FamilyName(i),
		},
		Password: anybody,
	}
	p.Index(u)
	switch {
	case c.able(i):
		own, err := password.New(random, p, u.Username, c.Password, now)
		if err != nil {
			return nil, fmt.Errorf("make a password: %w", err)
		}
		u.Password = own
	case i%100 == 1:
		u.Enabled = false
	case i%100 == 3:
		u.Status = cognitoidp.UserStatusTypeForceChangePassword
	}
	return u, nil
}
