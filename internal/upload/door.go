package upload

import (
	"crypto/md5" //nolint:gosec // Content-MD5 guards against accidents only
	"encoding/base64"
	"encoding/xml"
	"errors"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"ostiary/internal/secret"
	"ostiary/internal/userimport"
)

// How long a client may take: for each piece of the file, and in all. The socket's clock counts, not the
// server's, which can be moved.
const (
	pieceTimeout = 30 * time.Second
	wholeTimeout = 15 * time.Minute
)

// maxDiscarded is read of a file that is refused, in bytes.
const maxDiscarded = 4 << 20

// encryption is the header without which the service's addresses take nothing, for it is signed with them.
const (
	encryptionHeader = "X-Amz-Server-Side-Encryption"
	encryption       = "aws:kms"
)

// Door takes files.
type Door struct {
	Imports *userimport.Service
	Log     *slog.Logger
	Rand    io.Reader // of request ids
}

// Mount adds the door's addresses to mux.
func (d *Door) Mount(mux *http.ServeMux) {
	mux.Handle(userimport.Path+"{poolId}/{jobId}", d)
}

// refusal is an error of S3.
type refusal struct {
	status  int
	code    string
	message string
}

// Refusals that depend on nothing but the request's form.
var (
	wrongMethod  = refusal{http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource."}
	noLength     = refusal{http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header."}
	notEncrypted = refusal{http.StatusForbidden, "SignatureDoesNotMatch",
		"The request must have the header that was signed with its address: x-amz-server-side-encryption: aws:kms"}
	badDigest = refusal{http.StatusBadRequest, "BadDigest", "The Content-MD5 you specified did not match what we received."}
	internal  = refusal{http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again."}
)

// refusals are those of the use case.
var refusals = []struct {
	err error
	refusal
}{
	{errDigest, badDigest}, // before ErrIncomplete, which it is too
	{userimport.ErrForged, refusal{http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."}},
	{userimport.ErrExpired, refusal{http.StatusForbidden, "AccessDenied", "Request has expired"}},
	{userimport.ErrStarted, refusal{http.StatusForbidden, "AccessDenied", "The user import job was started or has ended. It takes no file any more."}},
	{userimport.ErrNoJob, refusal{http.StatusNotFound, "NoSuchKey", "The user import job does not exist."}},
	{userimport.ErrTooLarge, refusal{http.StatusBadRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"}},
	{userimport.ErrIncomplete, refusal{http.StatusBadRequest, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header."}},
	{userimport.ErrSuperseded, refusal{http.StatusConflict, "OperationAborted", "Another upload for the user import job has begun. Please try again."}},
}

// errDigest: the file is not what Content-MD5 says.
var errDigest = errors.New("upload: the file is another than Content-MD5 says")

// ServeHTTP takes one file.
func (d *Door) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	id, err := secret.Token(d.Rand, 12)
	w.Header().Set("X-Amz-Request-Id", id)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	pool, job := req.PathValue("poolId"), req.PathValue("jobId")
	log := d.Log.With("request", id, "pool", pool, "job", job, "size", req.ContentLength)
	refused := refusal{status: http.StatusOK}
	if err == nil {
		refused, err = d.take(w, req, pool, job)
	}
	if err != nil && req.Context().Err() == nil { // otherwise it failed because the caller has hung up
		log.ErrorContext(req.Context(), "upload of a user import job", "fault", err.Error())
	}
	if err != nil {
		refused = internal
	}
	log.InfoContext(req.Context(), "upload of a user import job", "status", refused.status, "code", refused.code)
	if refused.status == http.StatusOK {
		w.Header().Set("Etag", `"`+id+`"`) // not a digest, as with this encryption
		w.Header().Set(encryptionHeader, encryption)
		w.WriteHeader(http.StatusOK)
		return
	}
	if req.Header.Get("Expect") == "" {
		// Who is still sending when the connection closes may never read the answer.
		_, _ = io.CopyN(io.Discard, req.Body, maxDiscarded)
	}
	refused.answer(w, id)
}

// take answers what to tell the caller, or a fault.
func (d *Door) take(w http.ResponseWriter, req *http.Request, pool, job string) (refused refusal, fault error) {
	defer func() {
		if p := recover(); p != nil {
			d.Log.ErrorContext(req.Context(), "panic", "panic", p, "stack", string(debug.Stack()))
			refused = internal
		}
	}()
	switch {
	case req.Method != http.MethodPut:
		w.Header().Set("Allow", http.MethodPut)
		return wrongMethod, nil
	case req.ContentLength < 0:
		return noLength, nil
	case req.Header.Get(encryptionHeader) != encryption:
		return notEncrypted, nil
	}
	connection, start := http.NewResponseController(w), time.Now()
	extend := func(by time.Duration) { // where deadlines cannot be set, the server's own hold
		until := start.Add(min(time.Since(start)+by, wholeTimeout))
		_ = connection.SetReadDeadline(until)
		_ = connection.SetWriteDeadline(until.Add(by))
	}
	body := digested(req)
	err := d.Imports.Receive(req.Context(), userimport.Upload{
		PoolID: pool, JobID: job, Signature: req.URL.Query().Get("X-Amz-Signature"), Size: req.ContentLength,
		Body: body, Progress: func() { extend(pieceTimeout) },
	})
	if err == nil {
		return refusal{status: http.StatusOK}, nil
	}
	for _, known := range refusals {
		if errors.Is(err, known.err) {
			return known.refusal, nil
		}
	}
	return refusal{}, err
}

// answer writes the refusal as S3 does.
func (r refusal) answer(w http.ResponseWriter, id string) {
	text, err := xml.Marshal(struct {
		XMLName   xml.Name `xml:"Error"`
		Code      string
		Message   string
		RequestID string `xml:"RequestId"`
	}{Code: r.code, Message: r.message, RequestID: id})
	if err != nil {
		text = nil // never: it is plain text
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(r.status)
	_, _ = w.Write(append([]byte(xml.Header), text...)) // the caller may be gone
}

// digested is the body of a request. Where Content-MD5 is given, a body that differs fails before its last
// byte is handed on.
func digested(req *http.Request) io.Reader {
	given := req.Header.Get("Content-Md5")
	if given == "" {
		return req.Body
	}
	want, err := base64.StdEncoding.DecodeString(given)
	if err != nil {
		want = nil // and nothing will match
	}
	return &digest{body: req.Body, left: req.ContentLength, sum: md5.New(), want: want} //nolint:gosec // see the import
}

type digest struct {
	body io.Reader
	left int64
	sum  hash.Hash
	want []byte
}

// Read implements io.Reader.
func (d *digest) Read(p []byte) (int, error) {
	n, err := d.body.Read(p)
	d.sum.Write(p[:n])
	d.left -= int64(n)
	if n > 0 && d.left == 0 && !secret.EqualBytes(d.sum.Sum(nil), d.want) {
		return 0, errDigest
	}
	return n, err
}
