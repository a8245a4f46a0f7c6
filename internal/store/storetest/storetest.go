package storetest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Run tries the store that open makes: a new and empty one for each call, closed by Run.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for name, test := range map[string]func(*testing.T, store.Store){
		"Pools":             testPools,
		"PoolDeletion":      testPoolDeletion,
		"SigningKeys":       testSigningKeys,
		"Clients":           testClients,
		"ClientDeletion":    testClientDeletion,
		"ResourceServers":   testResourceServers,
		"Users":             testUsers,
		"UserNames":         testUserNames,
		"UserDeletion":      testUserDeletion,
		"UserCount":         testUserCount,
		"UserListing":       testUserListing,
		"UserFilters":       testUserFilters,
		"UserFilterOracle":  testUserFilterOracle,
		"Domains":           testDomains,
		"Groups":            testGroups,
		"Members":           testMembers,
		"Terms":             testTerms,
		"Providers":         testIdentityProviders,
		"ProviderNames":     testProviderNames,
		"Identities":        testIdentities,
		"LoginStyles":       testLoginStyles,
		"Customizations":    testUICustomizations,
		"Attempts":          testAttempts,
		"Tokens":            testTokens,
		"Sessions":          testSessions,
		"Eviction":          testEviction,
		"Devices":           testDevices,
		"DeviceListing":     testDeviceListing,
		"DeviceDeletion":    testDeviceDeletion,
		"Passkeys":          testPasskeys,
		"Codes":             testCodes,
		"Failures":          testFailures,
		"Limits":            testLimits,
		"ProvisionedLimits": testProvisionedLimits,
		"Expiry":            testExpiry,
		"PoolRemoval":       testPoolRemoval,
		"ClientRemoval":     testClientRemoval,
		"GroupRemoval":      testGroupRemoval,
		"Rollback":          testRollback,
		"Isolation":         testIsolation,
		"Ownership":         testOwnership,
		"Cancellation":      testCancellation,
		"Panic":             testPanic,
		"RaceForAlias":      testRaceForAlias,
		"RaceForPasskeys":   testRaceForPasskeys,
		"RaceForIdentity":   testRaceForIdentity,
		"RaceToConsume":     testRaceToConsume,
		"RaceToSpend":       testRaceToSpend,
		"RaceToChange":      testRaceToChange,
		"RaceToJoin":        testRaceToJoin,
		"RaceForDomain":     testRaceForDomain,
		"ImportJobs":        testImportJobs,
		"ImportJobListing":  testImportJobListing,
		"ImportFiles":       testImportFiles,
		"ImportLog":         testImportLog,
		"ImportRollback":    testImportRollback,
		"RaceForImport":     testRaceForImport,
		"RaceForPlaces":     testRaceForPlaces,
		"AuthEvents":        testAuthEvents,
		"AuthHistories":     testAuthHistories,
		"RaceForHistory":    testRaceForHistory,
		"Bursts":            testBursts,
		"Outbox":            testOutbox,
		"RaceForMessages":   testRaceForMessages,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			test(t, s)
		})
	}
}

// update must succeed.
func update(t testing.TB, s store.Store, fn func(context.Context, store.Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := s.Update(ctx, func(tx store.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

// view must succeed.
func view(t testing.TB, s store.Store, fn func(context.Context, store.Reader) error) {
	t.Helper()
	ctx := t.Context()
	if err := s.View(ctx, func(r store.Reader) error { return fn(ctx, r) }); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// get reads one noun in a View and fails the test if that fails.
func get[T any](t testing.TB, s store.Store, read func(context.Context, store.Reader) (T, error)) T {
	t.Helper()
	var got T
	view(t, s, func(ctx context.Context, r store.Reader) (err error) {
		got, err = read(ctx, r)
		return err
	})
	return got
}

// both reads in a View and in an Update, which must agree.
func both[T any](t testing.TB, s store.Store, read func(context.Context, store.Reader) (T, error)) T {
	t.Helper()
	got := get(t, s, read)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		in, err := read(ctx, tx)
		if diff := cmp.Diff(got, in, wholly); diff != "" {
			t.Errorf("View and Update differ (-view +update):\n%s", diff)
		}
		return err
	})
	return got
}

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, wholly); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// wholly compares images and pieces of files as a whole: byte for byte takes seconds.
var wholly = cmp.FilterValues(func(a, b []byte) bool { return min(len(a), len(b)) > 1<<12 }, cmp.Comparer(bytes.Equal))

// missing: reading must be ErrNotFound, in a View and in an Update.
func missing[T any](t testing.TB, s store.Store, what string, read func(context.Context, store.Reader) (T, error)) {
	t.Helper()
	view(t, s, func(ctx context.Context, r store.Reader) error {
		if _, err := read(ctx, r); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s in a View: got error %v, want ErrNotFound", what, err)
		}
		return nil
	})
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if _, err := read(ctx, tx); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s in an Update: got error %v, want ErrNotFound", what, err)
		}
		return nil
	})
}

// refused: an Update with fn must fail with want.
func refused(t testing.TB, s store.Store, want error, fn func(context.Context, store.Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := s.Update(ctx, func(tx store.Tx) error { return fn(ctx, tx) }); !errors.Is(err, want) {
		t.Errorf("Update: got error %v, want %v", err, want)
	}
}

// Readers of one noun, for get, both and missing.
type reads[T any] func(context.Context, store.Reader) (T, error)

func readPool(id string) reads[*userpool.Pool] {
	return func(ctx context.Context, r store.Reader) (*userpool.Pool, error) { return r.Pool(ctx, id) }
}

func readClient(id string) reads[*userpool.Client] {
	return func(ctx context.Context, r store.Reader) (*userpool.Client, error) { return r.Client(ctx, id) }
}

func readResourceServer(pool, identifier string) reads[*userpool.ResourceServer] {
	return func(ctx context.Context, r store.Reader) (*userpool.ResourceServer, error) {
		return r.ResourceServer(ctx, pool, identifier)
	}
}

func readUser(pool, name string) reads[*userpool.User] {
	return func(ctx context.Context, r store.Reader) (*userpool.User, error) { return r.User(ctx, pool, name) }
}

func readSub(pool, sub string) reads[*userpool.User] {
	return func(ctx context.Context, r store.Reader) (*userpool.User, error) { return r.UserBySub(ctx, pool, sub) }
}

func readAlias(pool, attribute, value string) reads[*userpool.User] {
	return func(ctx context.Context, r store.Reader) (*userpool.User, error) {
		return r.UserByAlias(ctx, pool, userpool.Alias{Attribute: attribute, Value: value})
	}
}

func readAttempt(id []byte) reads[*userpool.Attempt] {
	return func(ctx context.Context, r store.Reader) (*userpool.Attempt, error) { return r.Attempt(ctx, id) }
}

func readSession(pool, jti string) reads[*userpool.TokenSession] {
	return func(ctx context.Context, r store.Reader) (*userpool.TokenSession, error) {
		return r.TokenSession(ctx, pool, jti)
	}
}

func readRefresh(id []byte) reads[*userpool.RefreshToken] {
	return func(ctx context.Context, r store.Reader) (*userpool.RefreshToken, error) {
		return r.RefreshToken(ctx, id)
	}
}

func readPasskeys(pool, username string) reads[[]*userpool.Passkey] {
	return func(ctx context.Context, r store.Reader) ([]*userpool.Passkey, error) {
		return r.Passkeys(ctx, pool, username)
	}
}

func readDevice(pool, username, key string) reads[*userpool.Device] {
	return func(ctx context.Context, r store.Reader) (*userpool.Device, error) {
		return r.Device(ctx, pool, username, key)
	}
}

func readCode(pool, username string, purpose userpool.CodePurpose) reads[*userpool.Code] {
	return func(ctx context.Context, r store.Reader) (*userpool.Code, error) {
		return r.Code(ctx, pool, username, purpose)
	}
}

func readFailures(pool, name string, kind userpool.FailureKind) reads[*userpool.Failures] {
	return func(ctx context.Context, r store.Reader) (*userpool.Failures, error) {
		return r.Failures(ctx, pool, name, kind)
	}
}

func readUserCount(pool string) reads[int] {
	return func(ctx context.Context, r store.Reader) (int, error) { return r.CountUsers(ctx, pool) }
}
