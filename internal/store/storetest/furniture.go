package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// The names in a furnished pool: users ana and ben, both in the group staff, clients web and app
// (prefixed by the pool), and for each user and client an attempt, a token session and a refresh
// token.
var (
	furnishedUsers   = []string{"ana", "ben"}
	furnishedClients = []string{"web", "app"}
)

func hashOf(pool, user, client string) []byte { return []byte("hash of " + pool + user + client) }

// furnish makes a pool with something of everything.
func furnish(t testing.TB, s store.Store, pool string) {
	t.Helper()
	later := start.Add(time.Hour)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("furnish %s: %v", pool, err)
			}
		}
		must(tx.CreatePool(ctx, &userpool.Pool{ID: pool, Name: "first"}))
		must(tx.CreateResourceServer(ctx, &userpool.ResourceServer{PoolID: pool, Identifier: "orders"}))
		must(tx.CreateSigningKey(ctx, &userpool.SigningKey{PoolID: pool, ID: "key", PrivateKey: []byte("k")}))
		for _, client := range furnishedClients {
			must(tx.CreateClient(ctx, &userpool.Client{PoolID: pool, ID: pool + client}))
			must(tx.CreateTerms(ctx, &userpool.Terms{PoolID: pool, ID: "terms of " + client, ClientID: pool + client, Name: "privacy-policy"}))
			must(tx.CreateLoginStyle(ctx, &userpool.LoginStyle{
				PoolID: pool, ID: "style of " + client, ClientID: pool + client, Assets: []cognitoidp.AssetType{{Bytes: []byte("image")}},
			}))
			must(tx.PutUICustomization(ctx, &userpool.UICustomization{PoolID: pool, ClientID: pool + client, CSS: "css"}))
		}
		must(tx.PutBurst(ctx, &userpool.Burst{PoolID: pool, Kind: userpool.BurstSuccesses, Name: "a", Count: 1, Opened: start}))
		must(tx.CreateDomain(ctx, &userpool.Domain{PoolID: pool, Name: pool + "-login"}))
		must(tx.CreateGroup(ctx, &userpool.Group{PoolID: pool, Name: "staff"}))
		must(tx.CreateImportJob(ctx, &userpool.ImportJob{PoolID: pool, ID: "import", Status: "Pending", Due: start}))
		must(tx.AddImportChunk(ctx, pool, "import", "file", 0, []byte("users")))
		must(tx.AddImportLog(ctx, pool, "import", []userpool.ImportLogLine{{Line: 2}}))
		must(tx.CreateIdentityProvider(ctx, &userpool.IdentityProvider{PoolID: pool, Name: "provider", Identifiers: []string{"identifier"}}))
		for _, user := range furnishedUsers {
			u := newUser(pool, user, "email", user+"@example.com")
			u.Identities = []userpool.Identity{{Provider: "provider", Attribute: "sub", Value: user}}
			must(tx.CreateUser(ctx, u))
			must(tx.AddMember(ctx, pool, "staff", user))
			must(tx.CreateDevice(ctx, &userpool.Device{PoolID: pool, Username: user, Key: "device", Verifier: []byte("v")}))
			must(tx.CreatePasskey(ctx, &userpool.Passkey{PoolID: pool, Username: user, ID: []byte(user)}))
			must(tx.PutAuthEvent(ctx, &userpool.AuthEvent{PoolID: pool, Username: user, ID: "event", Created: start}))
			_, err := tx.SaveAuthHistory(ctx, &userpool.AuthHistory{PoolID: pool, Username: user})
			must(err)
			must(tx.PutCode(ctx, &userpool.Code{PoolID: pool, Username: user, Purpose: userpool.CodeSignUp, Expires: later}))
			must(tx.PutFailures(ctx, &userpool.Failures{PoolID: pool, Name: user, Kind: userpool.WrongCode, Count: 1, Expires: later}))
			must(tx.AddMessage(ctx, &userpool.OutboxMessage{ID: "to " + user + pool, PoolID: pool, Username: user, Lane: pool + user, Due: start}))
			_, err = tx.Spend(ctx, pool, user, "act", time.Hour, start)
			must(err)
			for _, client := range furnishedClients {
				jti := user + client
				must(tx.CreateAttempt(ctx, &userpool.Attempt{
					ID: hashOf(pool, user, client), PoolID: pool, ClientID: pool + client, Username: user, Expires: later,
				}))
				must(tx.CreateTokenSession(ctx, &userpool.TokenSession{
					PoolID: pool, OriginJTI: jti, ClientID: pool + client, Username: user, Expires: later,
				}))
				must(tx.CreateRefreshToken(ctx, &userpool.RefreshToken{
					ID: hashOf(pool, user, client), PoolID: pool, OriginJTI: jti, ClientID: pool + client, Expires: later,
				}))
			}
		}
		return nil
	})
}

// newUser has one verified alias, or none if attribute is "".
func newUser(pool, username, attribute, value string) *userpool.User {
	u := &userpool.User{
		PoolID: pool, Username: username, Sub: "sub-of-" + username, Enabled: true,
		Names: userpool.Names{Username: username},
	}
	if attribute != "" {
		u.Attributes = map[string]string{attribute: value}
		u.Names.Aliases = []userpool.Alias{{Attribute: attribute, Value: value}}
	}
	return u
}

// expectSignIns: attempt, session and refresh token of user at client are there, or are not.
func expectSignIns(t testing.TB, s store.Store, there bool, pool, user, client string) {
	t.Helper()
	id, jti := hashOf(pool, user, client), user+client
	if there {
		same(t, "user of the attempt", user, both(t, s, readAttempt(id)).Username)
		same(t, "user of the session", user, both(t, s, readSession(pool, jti)).Username)
		same(t, "session of the refresh token", jti, both(t, s, readRefresh(id)).OriginJTI)
		return
	}
	missing(t, s, "attempt of "+jti, readAttempt(id))
	missing(t, s, "session of "+jti, readSession(pool, jti))
	missing(t, s, "refresh token of "+jti, readRefresh(id))
}

// expectUser: user and what belongs to it alone is there, or is not.
func expectUser(t testing.TB, s store.Store, there bool, pool, user string) {
	t.Helper()
	if there {
		same(t, "user", user, both(t, s, readUser(pool, user)).Username)
		same(t, "user by sub", user, both(t, s, readSub(pool, "sub-of-"+user)).Username)
		same(t, "user by alias", user, both(t, s, readAlias(pool, "email", user+"@example.com")).Username)
		same(t, "user by identity", user, both(t, s, readIdentity(pool, "provider", "sub", user)).Username)
		same(t, "user of the device", user, both(t, s, readDevice(pool, user, "device")).Username)
		same(t, "passkeys of "+user, 1, len(both(t, s, readPasskeys(pool, user))))
		same(t, "user of the code", user, both(t, s, readCode(pool, user, userpool.CodeSignUp)).Username)
		same(t, "events of "+user, []string{"event"}, both(t, s, readEventIDs(pool, user)))
		same(t, "version of the history of "+user, 1, int(both(t, s, readAuthHistory(pool, user)).Version))
		same(t, "groups of the user", []string{"staff"}, both(t, s, readGroupsOf(pool, user)))
		same(t, "messages to the user", 1, len(both(t, s, readDueMessages(pool, pool+user, start))))
		return
	}
	missing(t, s, "user "+user, readUser(pool, user))
	missing(t, s, "user by sub", readSub(pool, "sub-of-"+user))
	missing(t, s, "user by alias", readAlias(pool, "email", user+"@example.com"))
	missing(t, s, "user by identity", readIdentity(pool, "provider", "sub", user))
	missing(t, s, "device of "+user, readDevice(pool, user, "device"))
	same(t, "passkeys of "+user, 0, len(both(t, s, readPasskeys(pool, user))))
	missing(t, s, "code of "+user, readCode(pool, user, userpool.CodeSignUp))
	same(t, "events of "+user, []string{}, both(t, s, readEventIDs(pool, user)))
	missing(t, s, "the history of "+user, readAuthHistory(pool, user))
	same(t, "groups of "+user, []string{}, both(t, s, readGroupsOf(pool, user)))
	same(t, "messages to "+user, 0, len(both(t, s, readDueMessages(pool, pool+user, start))))
	same(t, "users found by e-mail address", 0, len(both(t, s, func(ctx context.Context, r store.Reader) ([]*userpool.User, error) {
		return r.Users(ctx, pool, store.UserQuery{Attribute: "email", Value: user + "@example.com", Limit: 9})
	})))
}

func expectFurniture(t testing.TB, s store.Store, pool string) {
	t.Helper()
	same(t, "name of the pool", "first", both(t, s, readPool(pool)).Name)
	same(t, "CountUsers", len(furnishedUsers), both(t, s, readUserCount(pool)))
	same(t, "pool of the domain", pool, both(t, s, readDomain(pool+"-login")).PoolID)
	same(t, "name of the group", "staff", both(t, s, readGroup(pool, "staff")).Name)
	same(t, "pool of the resource server", pool, both(t, s, readResourceServer(pool, "orders")).PoolID)
	same(t, "identity provider", "provider", both(t, s, readIdentifier(pool, "identifier")).Name)
	same(t, "pool of the active import job", pool, both(t, s, readActiveImport(pool)).PoolID)
	same(t, "the file of the import job", []byte("users"), both(t, s, readImportChunk(pool, "import", "file", 0)))
	same(t, "lines in the log of the import job", 1, len(both(t, s, readImportLog(pool, "import", 0, 9))))
	for _, user := range furnishedUsers {
		expectUser(t, s, true, pool, user)
		same(t, "failures", 1, both(t, s, readFailures(pool, user, userpool.WrongCode)).Count)
		for _, client := range furnishedClients {
			expectSignIns(t, s, true, pool, user, client)
		}
	}
	for _, client := range furnishedClients {
		same(t, "pool of the client", pool, both(t, s, readClient(pool+client)).PoolID)
		expectBranding(t, s, true, pool, client)
		same(t, "client of the terms", pool+client, both(t, s, readTerms(pool, "terms of "+client)).ClientID)
	}
}

func expectNothing(t testing.TB, s store.Store, pool string) {
	t.Helper()
	same(t, "CountUsers", 0, both(t, s, readUserCount(pool)))
	missing(t, s, "the domain", readDomain(pool+"-login"))
	missing(t, s, "the burst", readBurst(pool, userpool.BurstSuccesses, "a"))
	missing(t, s, "the group", readGroup(pool, "staff"))
	same(t, "members of the group", []string{}, both(t, s, readMembers(pool, "staff")))
	missing(t, s, "the resource server", readResourceServer(pool, "orders"))
	missing(t, s, "identity provider", readProvider(pool, "provider"))
	missing(t, s, "identifier", readIdentifier(pool, "identifier"))
	same(t, "attributes of links", 0, len(both(t, s, readLinkAttributes(pool, "provider"))))
	undone := errors.New("only looking")
	refused(t, s, undone, func(ctx context.Context, tx store.Tx) error { // the identifier is free
		err := tx.CreateIdentityProvider(ctx, &userpool.IdentityProvider{PoolID: pool, Name: "provider", Identifiers: []string{"identifier"}})
		return errors.Join(err, undone)
	})
	missing(t, s, "the import job", readImportJob(pool, "import"))
	missing(t, s, "the active import job", readActiveImport(pool))
	missing(t, s, "the file of the import job", readImportChunk(pool, "import", "file", 0))
	same(t, "lines in the log of the import job", 0, len(both(t, s, readImportLog(pool, "import", 0, 9))))
	for _, user := range furnishedUsers {
		expectUser(t, s, false, pool, user)
		missing(t, s, "failures of "+user, readFailures(pool, user, userpool.WrongCode))
		for _, client := range furnishedClients {
			expectSignIns(t, s, false, pool, user, client)
		}
		refused(t, s, undone, func(ctx context.Context, tx store.Tx) error {
			n, err := tx.Spend(ctx, pool, user, "act", time.Hour, start)
			same(t, "uses of a limit", 1, n)
			return errors.Join(err, undone)
		})
	}
	for _, client := range furnishedClients {
		missing(t, s, "client "+client, readClient(pool+client))
		expectBranding(t, s, false, pool, client)
		missing(t, s, "terms of "+client, readTerms(pool, "terms of "+client))
	}
	view(t, s, func(ctx context.Context, r store.Reader) error {
		keys, err := r.SigningKeys(ctx, pool)
		same(t, "number of signing keys", 0, len(keys))
		return err
	})
}
