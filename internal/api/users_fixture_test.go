package api

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/message"
	"ostiary/internal/password"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

const goodPassword = "Passw0rd!"

// stage is a service with one pool, one app client, a clock and an inbox.
type stage struct {
	*Service
	t      *testing.T
	ctx    context.Context
	now    time.Time
	inbox  *message.Inbox
	poolID string
	client *userpool.Client
}

// newStage makes a stage from what its pool and client differ in from the defaults; both may be nil.
func newStage(t *testing.T, in *cognitoidp.CreateUserPoolRequest, change func(*userpool.Client)) *stage {
	t.Helper()
	t.Parallel()
	st := &stage{Service: poolService(t), t: t, ctx: t.Context(), now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return st.now }
	st.Service.Now = clock
	st.inbox = message.NewInbox(clock)
	st.Messages = st.inbox
	st.Tokens = &token.Service{
		Store: st.Store, Secrets: st.Secrets, Now: clock, Rand: st.Rand,
		Issuer: func(poolID string) string { return "http://localhost/" + poolID },
	}
	if in == nil {
		in = &cognitoidp.CreateUserPoolRequest{}
	}
	st.poolID = *barePool(t, st.Service, in).Id
	st.client = &userpool.Client{PoolID: st.poolID, ID: "client" + strings.ToLower(st.poolID[len(st.poolID)-9:])}
	if change != nil {
		change(st.client)
	}
	st.update(func(tx store.Tx) error { return tx.CreateClient(st.ctx, st.client) })
	return st
}

func (st *stage) update(fn func(store.Tx) error) {
	st.t.Helper()
	if err := st.Store.Update(st.ctx, fn); err != nil {
		st.t.Fatal(err)
	}
}

// change changes a stored user behind the service's back.
func (st *stage) change(username string, fn func(*userpool.User)) {
	st.t.Helper()
	st.update(func(tx store.Tx) error {
		p, u, err := poolAndUser(st.ctx, tx, st.poolID, username)
		if err != nil {
			return err
		}
		fn(u)
		p.Index(u)
		return tx.SaveUser(st.ctx, u)
	})
}

func (st *stage) user(username string) (*userpool.Pool, *userpool.User) {
	st.t.Helper()
	p, u, err := st.namedUser(st.ctx, st.poolID, username)
	if err != nil {
		st.t.Fatal(err)
	}
	return p, u
}

func (st *stage) status(username string) string {
	st.t.Helper()
	_, u := st.user(username)
	return string(u.Status)
}

func (st *stage) hasPassword(username, plaintext string) bool {
	st.t.Helper()
	p, u := st.user(username)
	return password.Matches(u.Password, p, u.Username, plaintext)
}

// code is the code of the last message.
func (st *stage) code() string {
	st.t.Helper()
	list := st.inbox.Messages()
	if len(list) == 0 {
		st.t.Fatal("no message")
	}
	return list[0].Code
}

// confirmed makes a confirmed user with goodPassword and the attributes, in pairs.
func (st *stage) confirmed(username string, pairs ...string) {
	st.t.Helper()
	_, err := st.AdminCreateUser(st.ctx, &cognitoidp.AdminCreateUserRequest{
		UserPoolId: st.poolID, Username: username, UserAttributes: attrs(pairs...),
		MessageAction: cognitoidp.MessageActionTypeSuppress,
	})
	if err == nil {
		_, err = st.AdminSetUserPassword(st.ctx, &cognitoidp.AdminSetUserPasswordRequest{
			UserPoolId: st.poolID, Username: username, Password: goodPassword, Permanent: new(true),
		})
	}
	if err != nil {
		st.t.Fatal(err)
	}
}

// accessToken is one that a sign-in of the user would yield.
func (st *stage) accessToken(username string) string {
	st.t.Helper()
	return *st.tokens(username, "").AccessToken
}

// tokens are what a sign-in of the user would yield, with a device unless its key is "".
func (st *stage) tokens(username, deviceKey string) *cognitoidp.AuthenticationResultType {
	st.t.Helper()
	p, u := st.user(username)
	var keys []*userpool.SigningKey
	err := st.Store.View(st.ctx, func(r store.Reader) (err error) {
		keys, err = r.SigningKeys(st.ctx, p.ID)
		return err
	})
	if err == nil && len(keys) == 0 {
		err = st.Tokens.RotateKeys(st.ctx, p.ID)
	}
	if err != nil {
		st.t.Fatal(err)
	}
	event, err := secret.UUID(st.Rand)
	if err != nil {
		st.t.Fatal(err)
	}
	grant, err := st.Tokens.Mint(st.ctx, token.SignIn{
		Pool: p, Client: st.client, User: u, DeviceKey: deviceKey, EventID: event, AuthTime: st.now,
		Scopes: []string{token.ScopeUserAdmin}, Caller: token.CallerOf(st.ctx),
	})
	if err != nil {
		st.t.Fatal(err)
	}
	st.update(func(tx store.Tx) error { return grant.Save(st.ctx, tx) })
	return grant.Result
}

func attrs(pairs ...string) []cognitoidp.AttributeType {
	var list []cognitoidp.AttributeType
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, cognitoidp.AttributeType{Name: pairs[i], Value: &pairs[i+1]})
	}
	return list
}

func attrText(list []cognitoidp.AttributeType) string {
	var b strings.Builder
	for _, a := range list {
		b.WriteString(a.Name + "=" + *a.Value + " ")
	}
	return strings.TrimSpace(b.String())
}

// want checks an error: "" for none, otherwise its code without Exception, a colon and its text.
func want(t *testing.T, err error, wanted string) {
	t.Helper()
	if wanted == "" {
		if err != nil {
			t.Errorf("got %v", err)
		}
		return
	}
	var e *cognitoidp.Error
	if !errors.As(err, &e) {
		t.Errorf("got %v, want %s", err, wanted)
		return
	}
	if got := strings.TrimSuffix(string(e.Code), "Exception") + ": " + e.Message; got != wanted {
		t.Errorf("got  %s\nwant %s", got, wanted)
	}
}

func (st *stage) signUp(username, plaintext string, pairs ...string) (*cognitoidp.SignUpResponse, error) {
	return st.SignUp(st.ctx, &cognitoidp.SignUpRequest{
		ClientId: st.client.ID, Username: username, Password: &plaintext, UserAttributes: attrs(pairs...),
	})
}

func (st *stage) confirm(username, code string, force bool) error {
	_, err := st.ConfirmSignUp(st.ctx, &cognitoidp.ConfirmSignUpRequest{
		ClientId: st.client.ID, Username: username, ConfirmationCode: code, ForceAliasCreation: &force,
	})
	return err
}

func (st *stage) resend(username string) (*cognitoidp.CodeDeliveryDetailsType, error) {
	out, err := st.ResendConfirmationCode(st.ctx, &cognitoidp.ResendConfirmationCodeRequest{ClientId: st.client.ID, Username: username})
	if err != nil {
		return nil, err
	}
	return out.CodeDeliveryDetails, nil
}

func (st *stage) forgot(username string) (*cognitoidp.CodeDeliveryDetailsType, error) {
	out, err := st.ForgotPassword(st.ctx, &cognitoidp.ForgotPasswordRequest{ClientId: st.client.ID, Username: username})
	if err != nil {
		return nil, err
	}
	return out.CodeDeliveryDetails, nil
}

func (st *stage) confirmForgot(username, code, plaintext string) error {
	_, err := st.ConfirmForgotPassword(st.ctx, &cognitoidp.ConfirmForgotPasswordRequest{
		ClientId: st.client.ID, Username: username, ConfirmationCode: code, Password: plaintext,
	})
	return err
}

func hiding(c *userpool.Client) {
	c.Settings.PreventUserExistenceErrors = cognitoidp.PreventUserExistenceErrorTypesEnabled
}

func detailsText(d *cognitoidp.CodeDeliveryDetailsType) string {
	return string(d.DeliveryMedium) + " " + *d.AttributeName + " " + *d.Destination
}

// wrong is a code of the right form that is not the one given.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

// newPublic adds an app client without a secret and answers its id.
func newPublic(st *stage) string {
	st.t.Helper()
	c := &userpool.Client{PoolID: st.poolID, ID: "public" + st.client.ID}
	st.update(func(tx store.Tx) error { return tx.CreateClient(st.ctx, c) })
	return c.ID
}
