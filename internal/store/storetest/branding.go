package storetest

import (
	"context"
	"errors"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readStyle(pool, id string) reads[*userpool.LoginStyle] {
	return func(ctx context.Context, r store.Reader) (*userpool.LoginStyle, error) {
		return r.LoginStyle(ctx, pool, id)
	}
}

func readStyleOf(pool, client string) reads[*userpool.LoginStyle] {
	return func(ctx context.Context, r store.Reader) (*userpool.LoginStyle, error) {
		return r.LoginStyleByClient(ctx, pool, client)
	}
}

func readCustomization(pool, client string) reads[*userpool.UICustomization] {
	return func(ctx context.Context, r store.Reader) (*userpool.UICustomization, error) {
		return r.UICustomization(ctx, pool, client)
	}
}

// expectBranding: style and customization of a furnished client are there, or are not.
func expectBranding(t testing.TB, s store.Store, there bool, pool, client string) {
	t.Helper()
	if !there {
		missing(t, s, "style by its client", readStyleOf(pool, pool+client))
		missing(t, s, "style", readStyle(pool, "style of "+client))
		missing(t, s, "customization", readCustomization(pool, pool+client))
		return
	}
	same(t, "images of the style", 1, len(both(t, s, readStyleOf(pool, pool+client)).Assets))
	same(t, "customization", "css", both(t, s, readCustomization(pool, pool+client)).CSS)
}

func testLoginStyles(t *testing.T, s store.Store) {
	for i, shape := range []shape{full, hollow, bare} {
		id := string(rune('a' + i))
		style := filled[userpool.LoginStyle](shape)
		style.PoolID, style.ID, style.ClientID, style.Settings = "r_a", id, "client "+id, nil
		if shape == full {
			style.Settings = cognitoidp.Document(`{"a":[1.50,"\u00e9\ud83d\udd11",null,{}]}`)
			style.Assets[0].Bytes = append(make([]byte, 1<<20), 0, 255)
		}
		missing(t, s, "a style that never was", readStyle("r_a", id))
		refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveLoginStyle(ctx, style) })
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateLoginStyle(ctx, style) })
		expect := func(what string, want *userpool.LoginStyle) {
			t.Helper()
			same(t, what, want, both(t, s, readStyle("r_a", id)))
			same(t, what+" by client", want, both(t, s, readStyleOf("r_a", "client "+id)))
		}
		expect("style", style)
		missing(t, s, "the style in another pool", readStyle("r_b", id))
		missing(t, s, "the style of a client in another pool", readStyleOf("r_b", "client "+id))
		for _, taken := range []*userpool.LoginStyle{
			{PoolID: "r_a", ID: id, ClientID: "other"}, {PoolID: "r_a", ID: "other", ClientID: "client " + id},
		} {
			taken.Assets = []cognitoidp.AssetType{{Bytes: []byte("other")}}
			refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateLoginStyle(ctx, taken) })
			update(t, s, func(ctx context.Context, tx store.Tx) error { // a caller may go on after the refusal
				if err := tx.CreateLoginStyle(ctx, taken); err == nil {
					t.Error("CreateLoginStyle did not refuse")
				}
				return nil
			})
		}
		expect("style after a refusal", style)

		// More images, others in their place, fewer, none.
		next := filled[userpool.LoginStyle](full)
		next.PoolID, next.ID, next.ClientID, next.Settings = "r_a", id, "client "+id, cognitoidp.Document(`{}`)
		next.Assets = append(next.Assets, cognitoidp.AssetType{Category: "third", Bytes: []byte("third")})
		save := func(what string) {
			t.Helper()
			update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveLoginStyle(ctx, next) })
			expect(what, next)
		}
		save("changed style")
		next.Assets[1].Bytes = []byte("another image")
		save("one image changed")
		next.Assets = next.Assets[1:]
		save("the first image gone")
		next.Assets = nil
		save("no images")
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteLoginStyle(ctx, "r_a", "a") })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteLoginStyle(ctx, "r_a", "a") })
	missing(t, s, "a deleted style", readStyleOf("r_a", "client a"))
	get(t, s, readStyle("r_a", "b"))
}

// testUICustomizations, and that what hangs on a client goes with it.
func testUICustomizations(t *testing.T, s store.Store) {
	for i, shape := range []shape{full, hollow, bare} {
		client := string(rune('a' + i))
		c := filled[userpool.UICustomization](shape)
		c.PoolID, c.ClientID = "r_a", client
		if len(c.Logo) == 0 { // there is no empty logo
			c.Logo = nil
		}
		missing(t, s, "a customization that never was", readCustomization("r_a", client))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutUICustomization(ctx, c) })
		same(t, "customization", c, both(t, s, readCustomization("r_a", client)))
		missing(t, s, "the customization in another pool", readCustomization("r_b", client))
		next := &userpool.UICustomization{PoolID: "r_a", ClientID: client, CSS: "x", Logo: []byte{0, 255}, Created: start}
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutUICustomization(ctx, next) })
		same(t, "changed customization", next, both(t, s, readCustomization("r_a", client)))
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.DeleteUICustomization(ctx, "r_a", "a"), tx.DeleteUICustomization(ctx, "r_a", "none"))
	})
	missing(t, s, "a deleted customization", readCustomization("r_a", "a"))
	get(t, s, readCustomization("r_a", "b"))

	furnish(t, s, "r_c")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, "r_c", "r_cweb") })
	expectBranding(t, s, false, "r_c", "web")
	expectBranding(t, s, true, "r_c", "app")
	// What comes under the old id begins without images.
	again := &userpool.LoginStyle{PoolID: "r_c", ID: "style of web", ClientID: "r_cweb", Assets: []cognitoidp.AssetType{{Category: "new", Bytes: []byte("new")}}}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateLoginStyle(ctx, again) })
	same(t, "a style made anew", again, both(t, s, readStyle("r_c", "style of web")))
}
