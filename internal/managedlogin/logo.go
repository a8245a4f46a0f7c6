package managedlogin

import (
	"errors"
	"net/http"
	"strconv"

	"ostiary/internal/branding"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// logo answers the logo of an app client's pages. Anybody may see it, as on the pages.
func (d *Door) logo(w http.ResponseWriter, req *http.Request) {
	ctx := req.Context()
	var c *userpool.UICustomization
	err := d.Store.View(ctx, func(r store.Reader) (err error) {
		c, err = r.UICustomization(ctx, req.PathValue("poolId"), req.PathValue("clientId"))
		return err
	})
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && (c.Logo == nil || branding.LogoPath(c) != req.URL.EscapedPath()):
		h.Set("Cache-Control", "no-store")
		http.Error(w, "there is no such image", http.StatusNotFound)
	case err != nil:
		if ctx.Err() == nil { // otherwise it failed because the caller has hung up
			d.Log.ErrorContext(ctx, "logo", "path", req.URL.Path, "fault", err.Error())
		}
		h.Set("Cache-Control", "no-store")
		http.Error(w, "something went wrong", http.StatusInternalServerError)
	default:
		h.Set("Content-Type", c.LogoType)
		h.Set("Content-Length", strconv.Itoa(len(c.Logo)))
		h.Set("Content-Security-Policy", "default-src 'none'")
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write(c.Logo) // whoever has hung up needs no answer
	}
}
