package kms

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

const (
	contentType = "application/x-amz-json-1.1"
	target      = "TrentService." // before the operation in X-Amz-Target
	maxBody     = 64 << 10
)

// Door answers the operations of AWS KMS by which functions decrypt what Local keys have encrypted: Decrypt,
// and GenerateDataKey. It speaks AWS JSON 1.1, as the API does at the same address.
type Door struct {
	Keys *Local
	// Region and Account are those of keys that are named by their id alone.
	Region, Account string
	// Admit refuses a request that nobody signed who may, and answers what tells whether the caller may do an
	// action to a resource.
	Admit func(req *http.Request, body []byte, now time.Time) (authorize func(action, resource string) error, err error)
	// Allow counts a request and tells whether its client may call that often: before its body is read, or anything
	// is known of who has signed it. Nil: any number.
	Allow func(req *http.Request, now time.Time) bool
	// Observe, if there, hears of every request: its operation, such as kms:Decrypt, "" for none, and the code of its
	// error, "" for success. Throttled hears of those that Allow has refused.
	Observe   func(operation string, code cognitoidp.ErrorCode, took time.Duration)
	Throttled func(operation string)
	Now       func() time.Time
	Rand      io.Reader
	Log       *slog.Logger
}

// IsFor tells whether a request is one of KMS.
func IsFor(req *http.Request) bool { return strings.HasPrefix(req.Header.Get("X-Amz-Target"), target) }

// call is one request.
type call struct {
	*request
	operation string // such as kms:Decrypt; "" until it is known to be one
	authorize func(action, resource string) error
	arn       string // of the key, once it is known
}

// request has what the operations take.
type request struct {
	KeyID               string `json:"KeyId"`
	EncryptionContext   map[string]string
	CiphertextBlob      []byte
	EncryptionAlgorithm string
	KeySpec             string
	NumberOfBytes       *int
	DryRun              bool
	Recipient           json.RawMessage
}

// answer is what they answer.
type answer struct {
	KeyID               string `json:"KeyId"`
	Plaintext           []byte
	CiphertextBlob      []byte `json:",omitempty"`
	EncryptionAlgorithm string `json:",omitempty"`
}

// ServeHTTP answers one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	start := d.Now()
	id, err := uuid.NewRandomFromReader(d.Rand)
	named := strings.TrimPrefix(req.Header.Get("X-Amz-Target"), target)
	c := &call{}
	var out *answer
	if err == nil {
		out, err = d.do(req, named, c)
	}
	status, code, body, fault := http.StatusOK, cognitoidp.ErrorCode(""), []byte(nil), ""
	if err == nil {
		body, err = json.Marshal(out)
		clear(out.Plaintext)
	}
	if err != nil {
		var refusal *cognitoidp.Error
		if !errors.As(err, &refusal) {
			fault = err.Error()
			errors.As(awserr.Internal(), &refusal)
		}
		status, code, body = refusal.Code.HTTPStatus(), refusal.Code, refusal.JSON()
		w.Header()["x-amzn-ErrorType"] = []string{string(code) + ":"}
	}
	w.Header()["x-amzn-RequestId"] = []string{id.String()}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller may be gone
	clear(body)
	took := d.Now().Sub(start)
	d.log(req.Context(), named, c.arn, id.String(), status, string(code), fault, took)
	if d.Observe != nil {
		d.Observe(c.operation, code, took)
	}
}

// do takes a request through rate, body, signature and operation.
func (d *Door) do(req *http.Request, named string, c *call) (*answer, error) {
	operations := map[string]func(*call) (*answer, error){"Decrypt": d.decrypt, "GenerateDataKey": d.generateDataKey}
	run := operations[named]
	if run == nil || req.Method != http.MethodPost {
		return nil, awserr.UnknownKMSOperation()
	}
	c.operation = "kms:" + named
	if d.Allow != nil && !d.Allow(req, d.Now()) {
		if d.Throttled != nil {
			d.Throttled(c.operation)
		}
		return nil, awserr.KMSRateExceeded()
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, awserr.BodyIncomplete()
	case len(body) > maxBody:
		return nil, awserr.RequestTooLarge(maxBody)
	}
	if c.authorize, err = d.Admit(req, body, d.Now()); err != nil {
		return nil, err
	}
	c.request = &request{}
	if err := json.Unmarshal(body, c.request); err != nil {
		return nil, awserr.KMSBodyUnreadable()
	}
	if len(c.Recipient) > 0 && string(c.Recipient) != "null" {
		return nil, awserr.KMSNoEnclaves()
	}
	return run(c)
}

func (d *Door) decrypt(c *call) (*answer, error) {
	if len(c.CiphertextBlob) == 0 {
		return nil, awserr.KMSMissing("ciphertextBlob")
	}
	if a := c.EncryptionAlgorithm; a != "" && a != symmetric {
		return nil, awserr.KMSKeyUsage(a)
	}
	arn, _, ok := keyOf(c.CiphertextBlob)
	if !ok {
		return nil, awserr.InvalidCiphertext()
	}
	c.arn = arn
	if err := c.authorize(c.operation, arn); err != nil {
		return nil, err
	}
	if c.KeyID != "" {
		named, err := d.resolve(c.KeyID)
		if err != nil {
			return nil, err
		}
		if named != arn {
			return nil, awserr.IncorrectKMSKey()
		}
	}
	plaintext, err := d.Keys.decrypt(c.CiphertextBlob, c.EncryptionContext)
	switch {
	case err != nil:
		return nil, err
	case c.DryRun:
		clear(plaintext)
		return nil, awserr.KMSDryRun()
	}
	return &answer{KeyID: arn, Plaintext: plaintext, EncryptionAlgorithm: symmetric}, nil
}

const symmetric = "SYMMETRIC_DEFAULT"

func (d *Door) generateDataKey(c *call) (*answer, error) {
	if c.KeyID == "" {
		return nil, awserr.KMSMissing("keyId")
	}
	arn, err := d.resolve(c.KeyID)
	if err != nil {
		return nil, err
	}
	c.arn = arn
	if err := c.authorize(c.operation, arn); err != nil {
		return nil, err
	}
	size, err := c.size()
	switch {
	case err != nil:
		return nil, err
	case c.DryRun:
		return nil, awserr.KMSDryRun()
	}
	key, err := d.Keys.generate(arn, c.EncryptionContext, size)
	if err != nil {
		return nil, err
	}
	return &answer{KeyID: arn, Plaintext: key.Plaintext, CiphertextBlob: key.Encrypted}, nil
}

// size is the length of the data key asked for, in bytes.
func (c *call) size() (int, error) {
	switch {
	case (c.KeySpec == "") == (c.NumberOfBytes == nil):
		return 0, awserr.KMSKeySize()
	case c.NumberOfBytes != nil:
		if *c.NumberOfBytes < 1 || *c.NumberOfBytes > 1024 {
			return 0, awserr.KMSKeySize()
		}
		return *c.NumberOfBytes, nil
	case c.KeySpec == "AES_256":
		return 32, nil
	case c.KeySpec == "AES_128":
		return 16, nil
	default:
		return 0, awserr.KMSKeySize()
	}
}

// resolve is the ARN of a key that is named by it or by its id alone. There are no aliases.
func (d *Door) resolve(name string) (string, error) {
	const longest = 2048 // of KeyId in the API
	switch {
	case len(name) > longest, strings.HasPrefix(name, "alias/"):
		return "", awserr.KMSKeyNotFound(name[:min(len(name), 256)])
	case !strings.Contains(name, ":"):
		return "arn:aws:kms:" + d.Region + ":" + d.Account + ":key/" + name, nil
	}
	if parts := strings.SplitN(name, ":", 6); len(parts) < 6 || parts[0] != "arn" || parts[2] != "kms" {
		return "", awserr.KMSInvalidARN(name[:min(len(name), 256)])
	}
	return name, nil
}

// log writes the request's one line, without anything of its body but the key's name.
func (d *Door) log(ctx context.Context, operation, arn, id string, status int, code, fault string, took time.Duration) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("operation", "kms:"+operation[:min(len(operation), 64)]), slog.String("key", arn[:min(len(arn), 256)]), slog.String("request_id", id),
		slog.Int("status", status), slog.String("code", code), slog.Duration("duration", took),
	}
	if fault != "" {
		level, attrs = slog.LevelError, append(attrs, slog.String("fault", fault))
	}
	d.Log.LogAttrs(ctx, level, "request", attrs...)
}
