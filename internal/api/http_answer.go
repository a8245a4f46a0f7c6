package api

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// close answers the request and writes its line in the log.
func (d *Door) close(w http.ResponseWriter, req *http.Request, x *exchange, body []byte, err error) {
	x.status = http.StatusOK
	if err != nil {
		refusal := x.refusal(err)
		x.status, x.code = refusal.Code.HTTPStatus(), refusal.Code
		body = refusal.JSON()
		setHeader(w, "x-amzn-ErrorType", string(refusal.Code)+":")
		setHeader(w, "x-amzn-ErrorMessage", headerText(refusal.Message))
	}
	setHeader(w, "Content-Type", cognitoidp.ContentType)
	w.WriteHeader(x.status)
	_, _ = w.Write(body) //nolint:gosec // JSON, as its content type says; and the caller may be gone
	d.log(req, x)
}

// refusal is what the caller reads of err. Anything that was not made for callers is a fault.
func (x *exchange) refusal(err error) *cognitoidp.Error {
	var refusal *cognitoidp.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	x.fault = err
	internal := awserr.Internal()
	if op, ok := cognitoidp.OperationByName(x.operation); ok && slices.Contains(op.Errors, cognitoidp.InternalServerException) {
		internal = awserr.InternalServer()
	}
	errors.As(internal, &refusal)
	return refusal
}

// maxHeaderText keeps the message of an error, which repeats what the caller sent, within what
// clients take: Node.js refuses an answer whose headers are longer than 16 kB.
const maxHeaderText = 1024

// headerText is a message as a header can hold it: printable ASCII. The body has it in full.
func headerText(message string) string {
	text := strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f:
			return ' '
		case r > '~':
			return '?'
		}
		return r
	}, message)
	return strings.TrimSpace(text[:min(len(text), maxHeaderText)])
}

// setHeader keeps the service's spelling of a name, which net/http would change.
func setHeader(w http.ResponseWriter, name, value string) {
	w.Header()[name] = []string{value}
}

// isPreflight: a browser asks whether a page may send what it is about to.
func isPreflight(req *http.Request) bool {
	return req.Method == http.MethodOptions && req.Header.Get("Access-Control-Request-Method") != ""
}

func answerPreflight(w http.ResponseWriter, req *http.Request) {
	setHeader(w, "Access-Control-Allow-Methods", http.MethodPost)
	if wanted := req.Header.Get("Access-Control-Request-Headers"); wanted != "" {
		setHeader(w, "Access-Control-Allow-Headers", wanted)
	}
	setHeader(w, "Access-Control-Max-Age", "172800")
	setHeader(w, "Vary", "Access-Control-Request-Headers")
	w.WriteHeader(http.StatusOK)
}

// log writes the request's one line. It has no part of the body or of the Authorization header, and
// no message of an error, which may repeat them.
func (d *Door) log(req *http.Request, x *exchange) {
	took := d.Service.Now().Sub(x.start)
	if d.Observe != nil {
		d.Observe(x.operation, x.code, took)
	}
	attrs := []slog.Attr{
		slog.String("operation", x.operation),
		slog.String("pool", clip(x.subject.pool)),
		slog.String("client", clip(x.subject.client)),
		slog.String("request_id", x.id),
		slog.Int("status", x.status),
		slog.String("code", string(x.code)),
		slog.Duration("duration", took),
	}
	level := slog.LevelInfo
	switch {
	case req.Context().Err() != nil:
		// The caller has hung up. That is no fault of ours, and whatever failed, failed because of it.
		attrs = append(attrs, slog.Bool("hung_up", true))
	case x.fault != nil:
		level = slog.LevelError
		attrs = append(attrs, slog.String("fault", x.fault.Error()))
		if x.stack != nil {
			attrs = append(attrs, slog.String("stack", string(x.stack)))
		}
	}
	d.Log.LogAttrs(req.Context(), level, "request", attrs...)
}

// clip keeps what was not checked yet from filling the log.
func clip(id string) string {
	const longest = 128 // of a client id; the service model allows no longer one
	return id[:min(len(id), longest)]
}
