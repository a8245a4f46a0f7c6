package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/token"
)

// The most a request's body may have, in bytes.
const (
	maxBody              = 1 << 20
	maxBrandingBody      = 2 << 20   // CreateManagedLoginBranding, UpdateManagedLoginBranding
	maxCustomizationBody = 135 << 10 // SetUICustomization
	maxDiscarded         = 4 << 20   // read of a body that is too long, before it is refused
)

// Door is the API over HTTP: AWS JSON 1.1, one path, the operation named by a header. What every
// operation shares happens here, once.
//
// The web access list stands before it, and before all other doors: see package server.
type Door struct {
	Service *Service
	Callers *Callers      // nil in development
	Timeout time.Duration // for one operation
	Log     *slog.Logger
	// Observe, if there, hears of every request: its operation, "" for none, and the code of its error, "" for
	// success.
	Observe func(operation string, code cognitoidp.ErrorCode, took time.Duration)
	// Throttled, if there, hears of every operation that was refused for its rate.
	Throttled func(operation string)
	// ClientAddress is where a request comes from, the zero Addr if that is not known. Nil: nobody knows.
	ClientAddress func(*http.Request) netip.Addr
}

// exchange is one request on its way through the door.
type exchange struct {
	id        string // x-amzn-RequestId
	operation string // "" until it is known to be one
	subject   subject
	start     time.Time
	status    int
	code      cognitoidp.ErrorCode // "" for success
	fault     error                // what the log must have and the caller must not
	stack     []byte               // of a panic
}

// ServeHTTP answers one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	x := d.open(w)
	if isPreflight(req) {
		answerPreflight(w, req)
		return
	}
	ctx, cancel := context.WithTimeout(req.Context(), d.Timeout)
	defer cancel()
	ctx = token.WithCaller(ctx, d.caller(req))
	body, err := d.answer(ctx, req, x)
	d.close(w, req, x, body, err)
}

// caller is what the sessions of a request's user remember of it.
func (d *Door) caller(req *http.Request) token.Caller {
	c := token.Caller{UserAgent: req.UserAgent()}
	if d.ClientAddress != nil {
		c.Address = d.ClientAddress(req)
	}
	return c
}

// Refuse answers a request that came no further than err says, in the form of the API.
func (d *Door) Refuse(w http.ResponseWriter, req *http.Request, err error) {
	d.close(w, req, d.open(w), nil, err)
}

// answer takes a request through the steps. A panic is a fault of ours like any other.
func (d *Door) answer(ctx context.Context, req *http.Request, x *exchange) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			x.stack = debug.Stack()
			out, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()

	// 1. Which operation?
	op, err := operationOf(req)
	if err != nil {
		return nil, err
	}
	x.operation = op.Name

	// 2. Its body, within the limit.
	body, err := readBody(req, op.Name)
	if err != nil {
		return nil, err
	}

	// 3. Who signed it, if it has to be signed. The others prove themselves by a token, a session or
	// a client's secret; their Authorization header is not looked at.
	var key *AccessKey
	region := hostRegion(req)
	if op.Signed {
		if key, region, err = d.Callers.authenticate(req, body, d.Service.Now()); err != nil {
			return nil, err
		}
	}

	return cognitoidp.Invoke(withRegion(ctx, region), d.Service, op.Name, body, func(in any) error {
		x.subject = subjectOf(in)

		// 4. What the key may do to that pool.
		if err := key.authorize(op.Name, d.resource(x.subject)); err != nil {
			return err
		}

		// 5. How often.
		if !d.Service.Quota.Allow(op.Name, x.subject.pool, d.Service.Now()) {
			if d.Throttled != nil {
				d.Throttled(op.Name)
			}
			return awserr.RateExceeded()
		}

		// 6. Whether it is done in that region.
		return d.Service.enabled(ctx, op, region, x.subject)
	}) // 7. The operation itself.
}

// resource is the subject as policies know it. It is made from the pool's id alone: an ARN that a
// caller sends with another region or account must not slip past a policy that denies.
func (d *Door) resource(s subject) string {
	if s.pool == "" {
		return "*" // an operation on no pool in particular
	}
	return poolARN(d.Service.AccountID, s.pool)
}

// operationOf reads X-Amz-Target.
func operationOf(req *http.Request) (*cognitoidp.Operation, error) {
	name, ours := strings.CutPrefix(req.Header.Get("X-Amz-Target"), cognitoidp.TargetPrefix)
	if req.Method != http.MethodPost || req.URL.Path != "/" || !ours || !isJSON(req.Header.Get("Content-Type")) {
		return nil, awserr.NotAnAPIRequest()
	}
	op, ok := cognitoidp.OperationByName(name)
	if !ok {
		return nil, awserr.UnknownOperation()
	}
	return op, nil
}

// isJSON tells whether a body of this content type is taken. Old clients send plain JSON types or
// none at all.
func isJSON(header string) bool {
	if header == "" {
		return true
	}
	mediaType, _, err := mime.ParseMediaType(header)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return false
	}
	switch mediaType {
	case cognitoidp.ContentType, "application/x-amz-json-1.0", "application/json":
		return true
	}
	return false
}

func readBody(req *http.Request, operation string) ([]byte, error) {
	limit, tooLarge := int64(maxBody), error(nil)
	switch operation {
	case "CreateManagedLoginBranding", "UpdateManagedLoginBranding":
		limit = maxBrandingBody
	case "SetUICustomization":
		limit, tooLarge = maxCustomizationBody, awserr.CustomizationTooLarge()
	}
	if tooLarge == nil {
		tooLarge = awserr.RequestTooLarge(limit)
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, limit+1))
	switch {
	case err != nil:
		return nil, awserr.BodyIncomplete()
	case int64(len(body)) > limit:
		// Who is still sending when the connection closes may never read the answer.
		_, _ = io.CopyN(io.Discard, req.Body, maxDiscarded)
		return nil, tooLarge
	}
	return body, nil
}

// open begins an exchange and writes the headers that every answer has.
func (d *Door) open(w http.ResponseWriter) *exchange {
	x := &exchange{start: d.Service.Now()}
	id, err := uuid.NewRandomFromReader(d.Service.Rand)
	if err != nil {
		x.fault = fmt.Errorf("draw a request id: %w", err)
	}
	x.id = id.String()
	setHeader(w, "x-amzn-RequestId", x.id)
	setHeader(w, "Access-Control-Allow-Origin", "*")
	setHeader(w, "Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
	setHeader(w, "X-Content-Type-Options", "nosniff")
	return x
}
