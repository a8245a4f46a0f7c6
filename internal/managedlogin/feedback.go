package managedlogin

import (
	"errors"
	"net/http"

	"ostiary/cognitoidp"
	"ostiary/internal/risk"
)

// maxFeedback is the most that a form may have, in bytes.
const maxFeedback = 16 << 10

// askFeedback is where the links in notices of a risk lead. It asks for a click, as programs that look through
// mail follow links but press no buttons.
func (d *Door) askFeedback(w http.ResponseWriter, req *http.Request) {
	f, ok := feedbackOf(req.URL.Query().Get)
	if !ok {
		feedbackInvalid.write(w, req)
		return
	}
	page := askNotMe
	if f.Value == cognitoidp.FeedbackValueTypeValid {
		page = askMe
	}
	page.Action = risk.FeedbackPath
	page.Fields = []field{
		{"userPoolId", f.PoolID}, {"username", f.Username}, {"eventId", f.EventID}, {"feedbackToken", f.Token}, {"feedbackValue", string(f.Value)},
	}
	page.write(w, req)
}

// takeFeedback does what UpdateAuthEventFeedback does, at its rate.
func (d *Door) takeFeedback(w http.ResponseWriter, req *http.Request) {
	req.Body = http.MaxBytesReader(w, req.Body, maxFeedback)
	f, ok := feedbackOf(req.PostFormValue)
	switch {
	case !ok:
		feedbackInvalid.write(w, req)
	case d.Allow != nil && !d.Allow("UpdateAuthEventFeedback", f.PoolID):
		tooMany.write(w, req)
	default:
		d.giveFeedback(req, f).write(w, req)
	}
}

func (d *Door) giveFeedback(req *http.Request, f risk.Feedback) notice {
	var refused *cognitoidp.Error
	switch err := d.Feedback(req.Context(), f); {
	case errors.As(err, &refused): // whatever is wrong, the page tells no more than that
		return feedbackInvalid
	case err != nil:
		if req.Context().Err() == nil {
			d.Log.ErrorContext(req.Context(), "feedback", "pool", f.PoolID, "fault", err.Error())
		}
		return somethingWrong
	case f.Value == cognitoidp.FeedbackValueTypeValid:
		return notedMe
	default:
		return notedNotMe
	}
}

// What the page may say.
var (
	askMe = notice{status: http.StatusOK, Role: "status", Title: "Was this you?",
		Text: "Confirm that it was you who tried to sign in.", Button: "Yes, it was me"}
	askNotMe = notice{status: http.StatusOK, Role: "status", Title: "Was this not you?",
		Text: "Report that somebody else tried to sign in to your account.", Button: "No, it was not me"}
	notedMe = notice{status: http.StatusOK, Role: "status", Title: "Thank you",
		Text: "We have noted that it was you."}
	notedNotMe = notice{status: http.StatusOK, Role: "status", Title: "Thank you",
		Text: "We have noted that it was not you. Change your password if somebody may know it."}
	feedbackInvalid = notice{status: http.StatusBadRequest, Role: "alert", Title: "This link does not work",
		Text: "It may have been used before, be too old, or be incomplete."}
)

// feedbackOf reads the parameters of a link or form, by the constraints of UpdateAuthEventFeedback.
func feedbackOf(get func(string) string) (risk.Feedback, bool) {
	in := &cognitoidp.UpdateAuthEventFeedbackRequest{
		UserPoolId: get("userPoolId"), Username: get("username"), EventId: get("eventId"), FeedbackToken: get("feedbackToken"),
		FeedbackValue: cognitoidp.FeedbackValueType(get("feedbackValue")),
	}
	return risk.Feedback{
		PoolID: in.UserPoolId, Username: in.Username, EventID: in.EventId, Token: in.FeedbackToken, Value: in.FeedbackValue,
	}, cognitoidp.Validate(in) == nil
}
