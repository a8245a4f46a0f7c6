package managedlogin

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// confirmTimeout bounds what one link may take; a function of the pool may be in it.
const confirmTimeout = 30 * time.Second

// confirmUser is where the confirmation link of a sign-up leads (CONFIRM_WITH_LINK): ConfirmSignUp by GET, as
// in the service, with a page for an answer.
//
// What merely looks at links confirms nothing: HEAD, and browsers that fetch a page before anybody wants it.
func (d *Door) confirmUser(w http.ResponseWriter, req *http.Request) {
	poolID := d.Domains.Of(req)
	switch {
	case poolID == "":
		pageNotFound.write(w, req)
	case isPrefetch(req):
		notYet.write(w, req)
	case req.Method == http.MethodHead:
		looked.write(w, req)
	default:
		ctx, cancel := context.WithTimeout(req.Context(), confirmTimeout)
		defer cancel()
		d.confirm(ctx, req, poolID).write(w, req)
	}
}

// isPrefetch: browsers mark what they fetch in advance (Sec-Purpose; Purpose and X-Moz in older ones).
func isPrefetch(req *http.Request) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Moz"} {
		purpose := strings.ToLower(req.Header.Get(name))
		if strings.Contains(purpose, "prefetch") || strings.Contains(purpose, "preview") || strings.Contains(purpose, "prerender") {
			return true
		}
	}
	return false
}

func (d *Door) confirm(ctx context.Context, req *http.Request, poolID string) notice {
	query := req.URL.Query()
	in := &cognitoidp.ConfirmSignUpRequest{
		ClientId: query.Get("client_id"), Username: query.Get("user_name"), ConfirmationCode: query.Get("confirmation_code"),
	}
	if cognitoidp.Validate(in) != nil {
		return linkInvalid
	}
	if d.Allow != nil && !d.Allow("ConfirmSignUp", poolID) {
		return tooMany
	}
	p, client, err := d.client(ctx, poolID, in.ClientId)
	if errors.Is(err, store.ErrNotFound) {
		return linkInvalid
	}
	if err != nil {
		return d.failed(ctx, req, err)
	}
	caller := token.Caller{UserAgent: req.UserAgent()}
	if d.ClientAddress != nil {
		caller.Address = d.ClientAddress(req)
	}
	user, _, err := d.Accounts.ConfirmSignUp(token.WithCaller(ctx, caller), p, client, in.Username, in.ConfirmationCode, false)
	switch {
	case err == nil:
		return confirmed
	case user != nil: // the pool's function failed, after the fact
		return d.confirmedBut(ctx, req, err)
	default:
		return d.refused(ctx, req, err)
	}
}

func (d *Door) client(ctx context.Context, poolID, clientID string) (p *userpool.Pool, client *userpool.Client, err error) {
	err = d.Store.View(ctx, func(r store.Reader) (err error) {
		if client, err = r.Client(ctx, clientID); err != nil {
			return err
		}
		if client.PoolID != poolID {
			return store.ErrNotFound
		}
		p, err = r.Pool(ctx, poolID)
		return err
	})
	return p, client, err
}

// What the page may say.
var (
	confirmed = notice{status: http.StatusOK, Role: "status", Title: "Your registration has been confirmed",
		Text: "You can close this page and sign in."}
	alreadyConfirmed = notice{status: http.StatusOK, Role: "status", Title: "Your registration is already confirmed",
		Text: "The link was used before. You can close this page and sign in."}
	looked = notice{status: http.StatusOK, Role: "status", Title: "Confirm your registration",
		Text: "Open this link in a browser to confirm your registration."}
	linkInvalid = notice{status: http.StatusBadRequest, Role: "alert", Title: "This link does not work",
		Text: "It is incomplete, too old, or has been replaced by a newer one. Where you signed up you can ask for a new e-mail."}
	addressTaken = notice{status: http.StatusBadRequest, Role: "alert", Title: "Your registration could not be confirmed",
		Text: "Another account has this e-mail address already."}
	tooMany = notice{status: http.StatusTooManyRequests, Role: "alert", Title: "Too many attempts",
		Text: "Please wait a while, and then open the link once more."}
	notYet = notice{status: http.StatusServiceUnavailable, Role: "alert", Title: "Not opened yet",
		Text: "This page is not to be fetched before somebody opens it."}
	pageNotFound = notice{status: http.StatusNotFound, Role: "alert", Title: "There is nothing here",
		Text: "No user pool has its pages at this address."}
	somethingWrong = notice{status: http.StatusInternalServerError, Role: "alert", Title: "Something went wrong",
		Text: "Please open the link once more in a few minutes."}
)

// refused is the page for a refusal of ConfirmSignUp. Who does not exist, is disabled, or has another code is
// told the same.
func (d *Door) refused(ctx context.Context, req *http.Request, err error) notice {
	var refusal *cognitoidp.Error
	if !errors.As(err, &refusal) {
		return d.failed(ctx, req, err)
	}
	if errors.Is(err, account.ErrConfirmed) {
		return alreadyConfirmed
	}
	switch refusal.Code {
	case cognitoidp.AliasExistsException:
		return addressTaken
	case cognitoidp.LimitExceededException, cognitoidp.TooManyRequestsException, cognitoidp.TooManyFailedAttemptsException:
		return tooMany
	default:
		return linkInvalid
	}
}

// confirmedBut is the page for a user who is confirmed, though the pool's function has failed.
func (d *Door) confirmedBut(ctx context.Context, req *http.Request, err error) notice {
	n := notice{status: http.StatusBadRequest, Role: "alert", Title: "Your registration has been confirmed",
		Text: "You can sign in, but what follows a registration did not succeed."}
	var refusal *cognitoidp.Error
	if errors.As(err, &refusal) {
		n.Detail = refusal.Message
		return n
	}
	n.status = d.failed(ctx, req, err).status
	return n
}

func (d *Door) failed(ctx context.Context, req *http.Request, err error) notice {
	if req.Context().Err() == nil { // otherwise it failed because the caller has hung up
		d.Log.ErrorContext(ctx, "confirmation link", "pool", d.Domains.Of(req), "fault", err.Error())
	}
	return somethingWrong
}
