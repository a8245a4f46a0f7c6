package api

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/passkey/authenticator"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// withPasskeys makes a stage whose pool has passkeys of example.com, and a user ana, signed in.
func withPasskeys(t *testing.T) (st *stage, accessToken string) {
	t.Helper()
	st = newStage(t, &cognitoidp.CreateUserPoolRequest{Policies: &cognitoidp.UserPoolPolicyType{
		SignInPolicy: &cognitoidp.SignInPolicyType{AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "WEB_AUTHN"}}}}, nil)
	st.changePool(func(p *userpool.Pool) {
		p.WebAuthn = &cognitoidp.WebAuthnConfigurationType{RelyingPartyId: new("example.com")}
	})
	st.confirmed("ana")
	return st, st.accessToken("ana")
}

func (st *stage) changePool(fn func(*userpool.Pool)) {
	st.t.Helper()
	st.update(func(tx store.Tx) error {
		p, err := tx.Pool(st.ctx, st.poolID)
		if err != nil {
			return err
		}
		fn(p)
		return tx.SavePool(st.ctx, p)
	})
}

// newDevice is an authenticator before a page of the relying party.
func newDevice() *authenticator.Authenticator {
	return &authenticator.Authenticator{
		Origin: "https://app.example.com", Flags: authenticator.UserVerified, Counts: true,
		Attachment: "platform", Transports: []string{"internal"},
	}
}

func (st *stage) startPasskey(accessToken string) (options cognitoidp.Document, err error) {
	out, err := st.StartWebAuthnRegistration(st.ctx, &cognitoidp.StartWebAuthnRegistrationRequest{AccessToken: accessToken})
	if err != nil {
		return nil, err
	}
	return out.CredentialCreationOptions, nil
}

func (st *stage) completePasskey(accessToken string, credential []byte) error {
	_, err := st.CompleteWebAuthnRegistration(st.ctx, &cognitoidp.CompleteWebAuthnRegistrationRequest{AccessToken: accessToken, Credential: credential})
	return err
}

// made is what the device answers to a new StartWebAuthnRegistration.
func (st *stage) made(accessToken string, d *authenticator.Authenticator, twists ...func(*authenticator.Ceremony)) []byte {
	st.t.Helper()
	options, err := st.startPasskey(accessToken)
	if err != nil {
		st.t.Fatal(err)
	}
	credential, err := d.Create(options, twists...)
	if err != nil {
		st.t.Fatal(err)
	}
	return credential
}

func (st *stage) listPasskeys(accessToken string, size *int32, after *string) (*cognitoidp.ListWebAuthnCredentialsResponse, error) {
	return st.ListWebAuthnCredentials(st.ctx, &cognitoidp.ListWebAuthnCredentialsRequest{
		AccessToken: accessToken, MaxResults: size, NextToken: after})
}

func (st *stage) passkeyIDs(accessToken string) []string {
	st.t.Helper()
	out, err := st.listPasskeys(accessToken, nil, nil)
	if err != nil {
		st.t.Fatal(err)
	}
	ids := []string{}
	for _, c := range out.Credentials {
		ids = append(ids, c.CredentialId)
	}
	return ids
}

func (st *stage) deletePasskey(accessToken, id string) error {
	_, err := st.DeleteWebAuthnCredential(st.ctx, &cognitoidp.DeleteWebAuthnCredentialRequest{AccessToken: accessToken, CredentialId: id})
	return err
}

const (
	challengeGone = "WebAuthnChallengeNotFound: The challenge is unknown or has expired. Start the registration again."
	tooMany       = "LimitExceeded: A user can have 20 passkeys."
)

func TestPasskeyRegistration(t *testing.T) {
	st, access := withPasskeys(t)
	st.wantReads(access, `[PASSWORD] [] prefers "" options 0`)
	credential := st.made(access, newDevice())
	want(t, st.completePasskey(access, credential), "")
	out, err := st.listPasskeys(access, nil, nil)
	if err != nil || len(out.Credentials) != 1 || out.NextToken != nil {
		t.Fatalf("listed %+v, %v", out, err)
	}
	c := out.Credentials[0]
	if !strings.Contains(string(credential), `"`+c.CredentialId+`"`) || c.FriendlyCredentialName != "Passkey" || c.RelyingPartyId != "example.com" ||
		value(c.AuthenticatorAttachment) != "platform" || !slices.Equal(c.AuthenticatorTransports, []string{"internal"}) || !c.CreatedAt.Equal(st.now) {
		t.Errorf("listed %+v", c)
	}
	st.wantReads(access, `[PASSWORD WEB_AUTHN] [] prefers "" options 0`)

	want(t, st.completePasskey(access, credential), challengeGone) // once
	if n := len(st.passkeyIDs(access)); n != 1 {
		t.Errorf("%d passkeys", n)
	}

	// One of another relying party is listed, and proves nothing any more.
	st.changePool(func(p *userpool.Pool) { p.WebAuthn.RelyingPartyId = new("example.org") })
	st.wantReads(access, `[PASSWORD] [] prefers "" options 0`)
	if ids := st.passkeyIDs(access); !slices.Equal(ids, []string{c.CredentialId}) {
		t.Errorf("listed %v", ids)
	}
}

// TestPasskeyRefusals: each exception of CompleteWebAuthnRegistration by its condition. A refusal leaves
// the registration open.
func TestPasskeyRefusals(t *testing.T) {
	st, access := withPasskeys(t)
	for _, test := range []struct {
		twist func(*authenticator.Ceremony)
		want  string
	}{
		{func(c *authenticator.Ceremony) { c.Origin = "https://example.org" },
			"WebAuthnOriginNotAllowed: The origin of the credential does not belong to the relying party."},
		{func(c *authenticator.Ceremony) { c.RPID = "example.org" },
			"WebAuthnRelyingPartyMismatch: The credential was made for another relying party."},
		{func(c *authenticator.Ceremony) { c.PublicKey = authenticator.Encode(map[int]any{1: 1, 3: -8}) },
			"WebAuthnCredentialNotSupported: The user pool does not accept the credential. The key is neither of ES256 nor of RS256."},
		{func(c *authenticator.Ceremony) { c.Flags &^= authenticator.UserPresent }, "InvalidParameter: Credential data is not valid"},
		{func(c *authenticator.Ceremony) { c.Challenge = strings.Repeat("A", 43) }, challengeGone},
	} {
		d := newDevice()
		options, err := st.startPasskey(access)
		if err != nil {
			t.Fatal(err)
		}
		wrong, err := d.Create(options, test.twist)
		if err != nil {
			t.Fatal(err)
		}
		want(t, st.completePasskey(access, wrong), test.want)
		right, err := newDevice().Create(options)
		if err != nil {
			t.Fatal(err)
		}
		want(t, st.completePasskey(access, right), "")
	}
	for _, text := range []string{`{}`, `null`, `"credential"`, `[1]`} {
		want(t, st.completePasskey(access, []byte(text)), "InvalidParameter: Credential data is not valid")
	}
	if n := len(st.passkeyIDs(access)); n != 5 {
		t.Errorf("%d passkeys, want the five right ones", n)
	}

	// Without verification where the pool requires it.
	st.changePool(func(p *userpool.Pool) { p.WebAuthn.UserVerification = cognitoidp.UserVerificationTypeRequired })
	d := newDevice()
	d.Flags = 0
	want(t, st.completePasskey(access, st.made(access, d)),
		"WebAuthnCredentialNotSupported: The user pool does not accept the credential. The authenticator has not verified its user.")
}

func TestPasskeySettingsOfThePool(t *testing.T) {
	st, access := withPasskeys(t)
	const off = "WebAuthnNotEnabled: WebAuthn is not enabled for the user pool."
	credential := st.made(access, newDevice())
	st.changePool(func(p *userpool.Pool) { p.WebAuthn = nil })
	_, err := st.startPasskey(access)
	want(t, err, "WebAuthnConfigurationMissing: The user pool has no relying party id for passkeys.")
	want(t, st.completePasskey(access, credential), "WebAuthnRelyingPartyMismatch: The credential was made for another relying party.")
	st.changePool(func(p *userpool.Pool) {
		p.Settings.Policies.SignInPolicy.AllowedFirstAuthFactors = []cognitoidp.AuthFactorType{"PASSWORD"}
	})
	_, err = st.startPasskey(access)
	want(t, err, off)
	want(t, st.completePasskey(access, credential), off)
	// What a user has can still be seen and deleted.
	if ids := st.passkeyIDs(access); len(ids) != 0 {
		t.Errorf("listed %v", ids)
	}
	want(t, st.deletePasskey(access, "AAAA"), "ResourceNotFound: The credential does not exist.")
}

// TestPendingRegistrations: a registration is bound to its user, client, pool and challenge, and to time.
func TestPendingRegistrations(t *testing.T) {
	st, access := withPasskeys(t)
	st.confirmed("ben")
	credential := st.made(access, newDevice())
	want(t, st.completePasskey(st.accessToken("ben"), credential), challengeGone)

	first := st.client
	st.client = &userpool.Client{PoolID: st.poolID, ID: "another" + first.ID}
	st.update(func(tx store.Tx) error { return tx.CreateClient(st.ctx, st.client) })
	want(t, st.completePasskey(st.accessToken("ana"), credential),
		"WebAuthnClientMismatch: The registration was started by another app client.")
	st.client = first

	// Several devices at once, in any order.
	second := st.made(access, newDevice())
	want(t, st.completePasskey(access, second), "")
	st.now = st.now.Add(5*time.Minute - time.Second)
	want(t, st.completePasskey(access, credential), "")

	third := st.made(access, newDevice())
	st.now = st.now.Add(5 * time.Minute)
	want(t, st.completePasskey(access, third), challengeGone)
}

func TestPasskeyOfTwoUsers(t *testing.T) {
	st, access := withPasskeys(t)
	st.confirmed("ben")
	same := func(c *authenticator.Ceremony) { c.CredentialID = []byte("one and the same") }
	want(t, st.completePasskey(access, st.made(access, newDevice(), same)), "")
	const taken = "InvalidParameter: The credential is already registered"
	want(t, st.completePasskey(access, st.made(access, newDevice(), same)), taken)
	ben := st.accessToken("ben")
	want(t, st.completePasskey(ben, st.made(ben, newDevice(), same)), taken)
	if ids := st.passkeyIDs(ben); len(ids) != 0 {
		t.Errorf("ben has %v", ids)
	}
}

// TestPasskeyLimit: a user never has more than twenty, however many are registered at once.
func TestPasskeyLimit(t *testing.T) {
	st, access := withPasskeys(t)
	for range 17 {
		want(t, st.completePasskey(access, st.made(access, newDevice())), "")
	}
	var credentials [][]byte
	for range 8 {
		credentials = append(credentials, st.made(access, newDevice()))
	}
	var wg sync.WaitGroup
	errs := make([]error, len(credentials))
	for i, credential := range credentials {
		wg.Go(func() { errs[i] = st.completePasskey(access, credential) })
	}
	wg.Wait()
	taken := 0
	for _, err := range errs {
		if err == nil {
			taken++
			continue
		}
		want(t, err, tooMany)
	}
	if ids := st.passkeyIDs(access); taken != 3 || len(ids) != userpool.MostPasskeys {
		t.Errorf("%d taken, %d there", taken, len(ids))
	}
	_, err := st.startPasskey(access)
	want(t, err, tooMany)
	want(t, st.deletePasskey(access, st.passkeyIDs(access)[0]), "")
	want(t, st.completePasskey(access, st.made(access, newDevice())), "")
}

func TestPasskeyRace(t *testing.T) {
	st, access := withPasskeys(t)
	credential := st.made(access, newDevice())
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { errs[i] = st.completePasskey(access, credential) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		want(t, err, challengeGone)
	}
	if won != 1 {
		t.Errorf("one registration completed %d times", won)
	}
}

func TestListPasskeys(t *testing.T) {
	st, access := withPasskeys(t)
	for i := range 5 {
		if i%2 == 0 { // some are made at the same instant
			st.now = st.now.Add(time.Second)
		}
		want(t, st.completePasskey(access, st.made(access, newDevice())), "")
	}
	all := st.passkeyIDs(access)
	for _, size := range []int32{1, 2, 5, 20} {
		var ids []string
		for after := (*string)(nil); ; {
			out, err := st.listPasskeys(access, &size, after)
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Credentials) > int(size) {
				t.Fatalf("%d on a page of %d", len(out.Credentials), size)
			}
			for _, c := range out.Credentials {
				ids = append(ids, c.CredentialId)
			}
			if after = out.NextToken; after == nil {
				break
			}
		}
		if !slices.Equal(ids, all) {
			t.Errorf("pages of %d: %v, want %v", size, ids, all)
		}
	}
	// The listing goes on where it was, whatever was deleted meanwhile.
	out, err := st.listPasskeys(access, new(int32(2)), nil)
	if err != nil {
		t.Fatal(err)
	}
	want(t, st.deletePasskey(access, all[1]), "")
	rest, err := st.listPasskeys(access, new(int32(0)), out.NextToken)
	if err != nil || len(rest.Credentials) != 3 || rest.Credentials[0].CredentialId != all[2] {
		t.Errorf("after a deletion: %+v, %v", rest, err)
	}
	st.confirmed("ben")
	_, err = st.listPasskeys(st.accessToken("ben"), nil, out.NextToken)
	want(t, err, "InvalidParameter: Invalid pagination token given")
}

func TestDeletePasskey(t *testing.T) {
	st, access := withPasskeys(t)
	for range 2 {
		want(t, st.completePasskey(access, st.made(access, newDevice())), "")
	}
	ids := st.passkeyIDs(access)
	st.change("ana", func(u *userpool.User) { u.MFA = userpool.MFASettings{SMS: true, WebAuthn: true} })
	mfa := func() string {
		_, u := st.user("ana")
		return fmt.Sprintf("%+v", u.MFA)
	}
	const gone = "ResourceNotFound: The credential does not exist."
	st.confirmed("ben")
	want(t, st.deletePasskey(st.accessToken("ben"), ids[0]), gone)
	for _, id := range []string{"AAAA", "", "?", ids[0] + "A", strings.Repeat("A", 5000)} {
		want(t, st.deletePasskey(access, id), gone)
	}
	want(t, st.deletePasskey(access, ids[0]), "")
	want(t, st.deletePasskey(access, ids[0]), gone)
	if got := mfa(); got != "{SMS:true TOTP:false Email:false WebAuthn:true Prefer:}" {
		t.Errorf("with a passkey left: %s", got)
	}
	// With the last one goes the setting that passkeys are MFA.
	want(t, st.deletePasskey(access, ids[1]), "")
	if got := mfa(); got != "{SMS:true TOTP:false Email:false WebAuthn:false Prefer:}" {
		t.Errorf("without a passkey: %s", got)
	}
	if got := st.passkeyIDs(access); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}

// TestPasskeysOfAUser go with their user.
func TestPasskeysOfAUser(t *testing.T) {
	st, access := withPasskeys(t)
	want(t, st.completePasskey(access, st.made(access, newDevice())), "")
	pending := st.made(access, newDevice())
	_, err := st.AdminDeleteUser(st.ctx, &cognitoidp.AdminDeleteUserRequest{UserPoolId: st.poolID, Username: "ana"})
	want(t, err, "")
	st.confirmed("ana")
	fresh := st.accessToken("ana")
	if ids := st.passkeyIDs(fresh); len(ids) != 0 {
		t.Errorf("a new user of the same name has %v", ids)
	}
	want(t, st.completePasskey(fresh, pending), challengeGone)
}

// TestPasskeyCallers: who may not call any of the four operations.
func TestPasskeyCallers(t *testing.T) {
	st, access := withPasskeys(t)
	credential := st.made(access, newDevice())
	all := func(accessToken, wanted string) {
		t.Helper()
		_, err := st.startPasskey(accessToken)
		want(t, err, wanted)
		want(t, st.completePasskey(accessToken, credential), wanted)
		_, err = st.listPasskeys(accessToken, nil, nil)
		want(t, err, wanted)
		want(t, st.deletePasskey(accessToken, "AAAA"), wanted)
	}
	all("no.token.this", "NotAuthorized: Invalid Access Token")
	st.change("ana", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeResetRequired })
	all(access, "PasswordResetRequired: Password reset required for the user")
	st.change("ana", func(u *userpool.User) { u.Enabled = false })
	all(access, "NotAuthorized: User is disabled.")
}
