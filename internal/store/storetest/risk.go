package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readRiskConfiguration(pool, client string) reads[*userpool.RiskConfiguration] {
	return func(ctx context.Context, r store.Reader) (*userpool.RiskConfiguration, error) {
		return r.RiskConfiguration(ctx, pool, client)
	}
}

func readAuthEvent(pool, user, id string) reads[*userpool.AuthEvent] {
	return func(ctx context.Context, r store.Reader) (*userpool.AuthEvent, error) {
		return r.AuthEvent(ctx, pool, user, id)
	}
}

func readBurst(pool string, kind userpool.BurstKind, name string) reads[*userpool.Burst] {
	return func(ctx context.Context, r store.Reader) (*userpool.Burst, error) {
		return r.Burst(ctx, pool, kind, name)
	}
}

// readEventIDs lists a user's events in pages of two.
func readEventIDs(pool, user string) reads[[]string] {
	return func(ctx context.Context, r store.Reader) ([]string, error) {
		ids := []string{}
		var at store.AuthEventCursor
		for {
			page, err := r.AuthEvents(ctx, pool, user, at, 2)
			if err != nil || len(page) == 0 {
				return ids, err
			}
			for _, e := range page {
				ids, at = append(ids, e.ID), store.AuthEventCursor{Created: e.Created, ID: e.ID}
			}
		}
	}
}

func testRiskConfigurations(t *testing.T, s store.Store) {
	missing(t, s, "a configuration that never was", readRiskConfiguration("r_a", ""))
	for _, client := range []string{"", "web"} {
		for _, shape := range []shape{full, hollow, bare} { // each replaces the one before
			c := filled[userpool.RiskConfiguration](shape)
			c.PoolID, c.ClientID = "r_a", client
			update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutRiskConfiguration(ctx, c) })
			same(t, "configuration of "+client, c, both(t, s, readRiskConfiguration("r_a", client)))
		}
	}
	missing(t, s, "the configuration of another pool", readRiskConfiguration("r_b", ""))
	missing(t, s, "the configuration of another client", readRiskConfiguration("r_a", "app"))
	for range 2 {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteRiskConfiguration(ctx, "r_a", "web") })
		missing(t, s, "the deleted configuration", readRiskConfiguration("r_a", "web"))
	}
	same(t, "pool of the configuration left", "r_a", both(t, s, readRiskConfiguration("r_a", "")).PoolID)
}

func testAuthEvents(t *testing.T, s store.Store) {
	missing(t, s, "an event that never was", readAuthEvent("r_a", "ana", "e"))
	same(t, "events of nobody", []string{}, both(t, s, readEventIDs("r_a", "ana")))
	for i, shape := range []shape{full, hollow, bare} {
		e := filled[userpool.AuthEvent](shape)
		e.PoolID, e.Username, e.ID, e.Created = "r_a", "ana", fmt.Sprint("event", i), start.Add(time.Duration(i)*time.Microsecond)
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutAuthEvent(ctx, e) })
		same(t, "event after PutAuthEvent", e, both(t, s, readAuthEvent("r_a", "ana", e.ID)))
		e.Response, e.Answered = "Pass", !e.Answered
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutAuthEvent(ctx, e) })
		same(t, "event after another PutAuthEvent", e, both(t, s, readAuthEvent("r_a", "ana", e.ID)))
	}
	missing(t, s, "the event in another pool", readAuthEvent("r_b", "ana", "event0"))
	missing(t, s, "the event of another user", readAuthEvent("r_a", "ben", "event0"))

	put := func(user, id string, created time.Time) {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.PutAuthEvent(ctx, &userpool.AuthEvent{PoolID: "r_a", Username: user, ID: id, Created: created})
		})
	}
	for _, id := range []string{"same1", "same3", "same2"} { // at one time
		put("ana", id, start.Add(time.Second))
	}
	put("ben", "other", start)
	ids := []string{"same3", "same2", "same1", "event2", "event1", "event0"}
	same(t, "events, the newest first", ids, both(t, s, readEventIDs("r_a", "ana")))

	deleted := []int{}
	for range 3 {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			n, err := tx.DeleteAuthEvents(ctx, start.Add(2*time.Microsecond), 2)
			deleted = append(deleted, n)
			return err
		})
	}
	same(t, "events deleted in batches of two", []int{2, 1, 0}, deleted)
	same(t, "events that are left", ids[:4], both(t, s, readEventIDs("r_a", "ana")))
	same(t, "events of another that are left", []string{}, both(t, s, readEventIDs("r_a", "ben")))
}

func testAuthEventHistory(t *testing.T, s store.Store) {
	type events []*userpool.AuthEvent
	put := func(list events) {
		for i, e := range list {
			e.PoolID, e.Username, e.ID = "r_a", "ana", fmt.Sprint(i)
			e.Created = start.Add(time.Duration(i) * time.Microsecond)
			update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutAuthEvent(ctx, e) })
		}
	}
	history := func(each int) []string {
		return both(t, s, func(ctx context.Context, r store.Reader) (ids []string, err error) {
			list, err := r.AuthEventHistory(ctx, "r_a", "ana", each)
			for _, e := range list {
				ids = append(ids, e.ID)
			}
			return ids, err
		})
	}
	list := events{
		0: {Type: "SignIn", Response: "Pass"}, 1: {Type: "SignIn", Response: "Pass"}, 2: {Type: "PasswordChange", Response: "Pass"},
		3: {Type: "SignIn", Response: "Fail"}, 4: {Type: "SignIn", Response: "Fail"}, 5: {Type: "SignIn", Response: "Fail"},
		6: {Type: "SignIn", Response: "InProgress"},
		7: {Type: "ForgotPassword", Response: "Pass"}, 8: {Type: "ResendCode", Response: "Pass"},
		9: {Type: "SignIn", Response: "Pass", Feedback: &userpool.Feedback{Value: "Invalid"}},
	}
	put(list)
	same(t, "two of each", []string{"9", "8", "7", "5", "4", "2", "1"}, history(2))
	same(t, "one of each", []string{"9", "8", "5", "2"}, history(1))
	list[6].Response = "Pass"
	list[5].Feedback = &userpool.Feedback{Value: "Invalid"}
	list[8].Feedback = &userpool.Feedback{Value: "Valid"}
	put(list)
	same(t, "two of each, once they have ended and were judged", []string{"9", "8", "7", "6", "5", "4", "3"}, history(2))
}

func testBursts(t *testing.T, s store.Store) {
	kind := userpool.BurstOfAddress
	missing(t, s, "a burst that never was", readBurst("r_a", kind, "192.0.2.1"))
	for _, name := range []string{"192.0.2.1", "long " + string(slices.Repeat([]byte("x"), 400))} {
		for _, shape := range []shape{full, bare, full} { // each replaces the one before
			b := filled[userpool.Burst](shape)
			b.PoolID, b.Kind, b.Name = "r_a", kind, name
			update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutBurst(ctx, b) })
			same(t, "burst after PutBurst", b, both(t, s, readBurst("r_a", kind, name)))
		}
	}
	missing(t, s, "the burst in another pool", readBurst("r_b", kind, "192.0.2.1"))
	missing(t, s, "the burst of another kind", readBurst("r_a", userpool.BurstOfUser, "192.0.2.1"))
	for _, shard := range []string{"b", "a"} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.PutBurst(ctx, &userpool.Burst{PoolID: "r_a", Kind: userpool.BurstFailures, Name: shard, Count: 1})
		})
	}
	same(t, "shards", []string{"a", "b"}, both(t, s, func(ctx context.Context, r store.Reader) ([]string, error) {
		names := []string{}
		list, err := r.Bursts(ctx, "r_a", userpool.BurstFailures)
		for _, b := range list {
			names = append(names, b.Name)
		}
		return names, err
	}))
}
