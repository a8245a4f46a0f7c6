package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	service = "cognito-idp"
	// maxSkew is how far a signature's time may lie from ours, either way.
	maxSkew = 5 * time.Minute
	// cachedKeys bounds the derived keys kept: one per access key, day and region.
	cachedKeys = 1024
)

// Verifier checks signatures. Make it with New; it is safe for concurrent use.
type Verifier struct {
	service string
	regions []string
	keys    *lru.Cache[keyName, [sha256.Size]byte]
}

// keyName holds the secret too: a key id that gets a new secret must not find the old one's key.
type keyName struct{ secret, date, region, service string }

// New returns a Verifier that accepts signatures scoped to the given regions, or to any region
// if none is given.
func New(regions ...string) *Verifier { return For(service, regions...) }

// For is New for another service, such as kms.
func For(service string, regions ...string) *Verifier {
	keys, err := lru.New[keyName, [sha256.Size]byte](cachedKeys)
	if err != nil {
		panic("sigv4: " + err.Error()) // only for a size below one
	}
	return &Verifier{service: service, regions: slices.Clone(regions), keys: keys}
}

// Verify checks that req, with this body, was signed within five minutes of now by an access key
// that lookup knows, and returns whose signature it is. The body is given apart because the
// caller has read it to its end, within its limit.
//
// These parts have to be signed: Host, the date used, and X-Amz-Target if present, so that a
// signature is good for one operation only. Every error is an *Error.
func (v *Verifier) Verify(
	req *http.Request, body []byte, lookup func(accessKeyID string) (secret string, ok bool), now time.Time,
) (*Header, error) {
	h, err := ParseHeader(req)
	if err != nil {
		return nil, err
	}
	if err := v.checkScope(h); err != nil {
		return nil, err
	}
	if err := checkSignedHeaders(h, req); err != nil {
		return nil, err
	}
	switch now := now.UTC(); {
	case h.Time.Before(now.Add(-maxSkew)):
		return nil, expired(h.Time, now)
	case h.Time.After(now.Add(maxSkew)):
		return nil, notYetCurrent(h.Time, now)
	}
	secret, ok := lookup(h.AccessKeyID)
	if !ok || secret == "" || slices.ContainsFunc(req.Header.Values("X-Amz-Security-Token"), notEmpty) {
		return nil, unknownClient()
	}
	if err := v.checkSignature(h, req, body, secret); err != nil {
		return nil, err
	}
	return h, nil
}

func notEmpty(s string) bool { return s != "" }

func (v *Verifier) checkScope(h *Header) error {
	switch {
	case h.Terminator != terminator:
		return invalid("Credential should be scoped with a valid terminator: '%s'.", terminator)
	case h.Service != v.service:
		return invalid("Credential should be scoped to correct service: '%s'.", v.service)
	case !v.acceptsRegion(h.Region):
		return invalid("Credential should be scoped to a valid region.")
	case h.Date != h.Time.Format(dateFormat):
		return invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "+
			"'%.64s' != '%s', from '%s'.", h.Date, h.Time.Format(dateFormat), h.Time.Format(timeFormat))
	}
	return nil
}

func (v *Verifier) acceptsRegion(region string) bool {
	if len(v.regions) > 0 {
		return slices.Contains(v.regions, region)
	}
	return region != "" && len(region) <= 64 && !strings.ContainsFunc(region, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

// checkSignedHeaders wants the list sorted and without repetition, as the algorithm has it.
// Repetition would also let a short header grow into a canonical request of any length.
func checkSignedHeaders(h *Header, req *http.Request) error {
	for i := 1; i < len(h.SignedHeaders); i++ {
		if h.SignedHeaders[i-1] >= h.SignedHeaders[i] {
			return mismatch()
		}
	}
	date := "x-amz-date"
	if h.fromDate {
		date = "date"
	}
	required := []string{"host", date}
	if len(req.Header.Values("X-Amz-Target")) > 0 {
		required = append(required, "x-amz-target")
	}
	for _, name := range required {
		if !slices.Contains(h.SignedHeaders, name) {
			return unsignedHeader(name)
		}
	}
	return nil
}

func (v *Verifier) checkSignature(h *Header, req *http.Request, body []byte, secret string) error {
	bodyHash := hexHash(body)
	// A hash the sender names must be the body's own; that also refuses UNSIGNED-PAYLOAD.
	for _, claimed := range req.Header.Values("X-Amz-Content-Sha256") {
		if claimed != bodyHash {
			return mismatch()
		}
	}
	request, err := canonicalRequest(h, req, bodyHash)
	if err != nil {
		return err
	}
	scope := strings.Join([]string{h.Date, h.Region, h.Service, h.Terminator}, "/")
	text := strings.Join([]string{algorithm, h.Time.Format(timeFormat), scope, hexHash([]byte(request))}, "\n")

	name := keyName{secret, h.Date, h.Region, v.service}
	key, cached := v.keys.Get(name)
	if !cached {
		key = signingKey(name)
	}
	want := hex.EncodeToString(hmacSHA256(key[:], text))
	if !hmac.Equal([]byte(want), []byte(h.Signature)) {
		return mismatch()
	}
	if !cached { // only now, so that nobody without the secret can push keys out
		v.keys.Add(name, key)
	}
	return nil
}

func signingKey(n keyName) (key [sha256.Size]byte) {
	k := hmacSHA256([]byte("AWS4"+n.secret), n.date)
	k = hmacSHA256(k, n.region)
	k = hmacSHA256(k, n.service)
	copy(key[:], hmacSHA256(k, terminator))
	return key
}

func hmacSHA256(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

func hexHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
