package managedlogin

import (
	"errors"
	"html/template"
	"net/http"

	"ostiary/cognitoidp"
	"ostiary/internal/risk"
)

// maxFeedback is the most that a form may have, in bytes.
const maxFeedback = 16 << 10

// feedbackPage asks for a click, as programs that look through mail follow links but press no buttons; and tells
// what came of it.
var feedbackPage = template.Must(template.New("feedback").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
{{with .Form}}<form method="post" action="{{$.Action}}">
<input type="hidden" name="userPoolId" value="{{.PoolID}}">
<input type="hidden" name="username" value="{{.Username}}">
<input type="hidden" name="eventId" value="{{.EventID}}">
<input type="hidden" name="feedbackToken" value="{{.Token}}">
<input type="hidden" name="feedbackValue" value="{{.Value}}">
<button type="submit">{{$.Button}}</button>
</form>{{end}}
</main>
</body>
</html>
`))

type feedbackView struct {
	Title, Text, Action, Button string
	Form                        *risk.Feedback
}

// askFeedback shows what the link of a notice would do.
func (d *Door) askFeedback(w http.ResponseWriter, req *http.Request) {
	f, ok := feedbackOf(req.URL.Query().Get)
	switch {
	case !ok:
		d.showFeedback(w, req, http.StatusBadRequest, brokenLink)
	case f.Value == cognitoidp.FeedbackValueTypeValid:
		d.showFeedback(w, req, http.StatusOK, feedbackView{
			Title: "Was this you?", Text: "Confirm that it was you who tried to sign in.",
			Action: risk.FeedbackPath, Button: "Yes, it was me", Form: &f,
		})
	default:
		d.showFeedback(w, req, http.StatusOK, feedbackView{
			Title: "Was this not you?", Text: "Report that somebody else tried to sign in to your account.",
			Action: risk.FeedbackPath, Button: "No, it was not me", Form: &f,
		})
	}
}

// takeFeedback records what the user has said.
func (d *Door) takeFeedback(w http.ResponseWriter, req *http.Request) {
	req.Body = http.MaxBytesReader(w, req.Body, maxFeedback)
	if err := req.ParseForm(); err != nil {
		d.showFeedback(w, req, http.StatusBadRequest, brokenLink)
		return
	}
	f, ok := feedbackOf(req.PostForm.Get)
	if !ok {
		d.showFeedback(w, req, http.StatusBadRequest, brokenLink)
		return
	}
	var refused *cognitoidp.Error
	switch err := d.Feedback(req.Context(), f); {
	case errors.As(err, &refused): // whatever is wrong, the page tells no more than that
		d.showFeedback(w, req, http.StatusForbidden, brokenLink)
	case err != nil:
		if req.Context().Err() == nil {
			d.Log.ErrorContext(req.Context(), "feedback", "fault", err.Error())
		}
		d.showFeedback(w, req, http.StatusInternalServerError, feedbackView{Title: "Something went wrong", Text: "Please try again later."})
	case f.Value == cognitoidp.FeedbackValueTypeValid:
		d.showFeedback(w, req, http.StatusOK, feedbackView{Title: "Thank you", Text: "We have noted that it was you."})
	default:
		d.showFeedback(w, req, http.StatusOK, feedbackView{
			Title: "Thank you", Text: "We have noted that it was not you. Change your password if somebody may know it.",
		})
	}
}

var brokenLink = feedbackView{
	Title: "This link does not work", Text: "It may have been used before, be too old, or be incomplete.",
}

// feedbackOf reads the parameters of a link or form.
func feedbackOf(get func(string) string) (risk.Feedback, bool) {
	f := risk.Feedback{
		PoolID: get("userPoolId"), Username: get("username"), EventID: get("eventId"), Token: get("feedbackToken"),
		Value: cognitoidp.FeedbackValueType(get("feedbackValue")),
	}
	ok := f.PoolID != "" && f.Username != "" && f.EventID != "" && f.Token != "" &&
		(f.Value == cognitoidp.FeedbackValueTypeValid || f.Value == cognitoidp.FeedbackValueTypeInvalid)
	return f, ok
}

func (d *Door) showFeedback(w http.ResponseWriter, req *http.Request, status int, v feedbackView) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer") // the address has the token
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := feedbackPage.Execute(w, v); err != nil && req.Context().Err() == nil {
		d.Log.ErrorContext(req.Context(), "feedback page", "fault", err.Error())
	}
}
