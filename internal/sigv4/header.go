package sigv4

import (
	"net/http"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	timeFormat = "20060102T150405Z"
	dateFormat = "20060102"
)

// Header is what a request says about its own signature. Nothing in it is proved.
type Header struct {
	AccessKeyID   string
	Date          string // of the credential scope, YYYYMMDD if well made
	Region        string
	Service       string
	Terminator    string // "aws4_request" if well made
	SignedHeaders []string
	Signature     string
	Time          time.Time // of X-Amz-Date, or of Date where that is absent; in UTC

	fromDate bool // Time comes from Date
}

// ParseHeader reads the Authorization header and the date of req. It looks at their form only:
// any key, scope, time and signature will do. The error is an *Error, one of
// MissingAuthenticationTokenException and IncompleteSignatureException.
func ParseHeader(req *http.Request) (*Header, error) {
	// Several headers are one list to HTTP, and to us a list with parameters given twice.
	authorization := strings.TrimSpace(strings.Join(req.Header.Values("Authorization"), ", "))
	if authorization == "" {
		return nil, missingToken()
	}
	h, credential, missing := parseAuthorization(authorization)
	xAmzDate, date := req.Header.Get("X-Amz-Date"), req.Header.Get("Date")
	if xAmzDate == "" && date == "" {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	if len(missing) > 0 {
		return nil, incomplete(missing, authorization)
	}
	if err := h.setCredential(credential); err != nil {
		return nil, err
	}
	if err := h.setTime(xAmzDate, date); err != nil {
		return nil, err
	}
	return h, nil
}

// parseAuthorization takes the parameters out of a header value and names those that are
// missing, in the service's order. A parameter given twice counts as missing: which one is
// meant is for nobody to guess. Other parameters are ignored.
func parseAuthorization(value string) (h *Header, credential string, missing []string) {
	h = new(Header)
	var signedHeaders string
	wanted := []struct {
		name string
		to   *string
		seen int
	}{
		{name: "Credential", to: &credential},
		{name: "Signature", to: &h.Signature},
		{name: "SignedHeaders", to: &signedHeaders},
	}
	scheme, parameters, _ := strings.Cut(value, " ")
	if scheme != algorithm {
		parameters = ""
	}
	for parameter := range strings.SplitSeq(parameters, ",") {
		name, v, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		for i := range wanted {
			if w := &wanted[i]; w.name == name {
				*w.to = strings.TrimSpace(v)
				w.seen++
			}
		}
	}
	for _, w := range wanted {
		if w.seen != 1 || *w.to == "" {
			missing = append(missing, "Authorization header requires '"+w.name+"' parameter.")
		}
	}
	h.SignedHeaders = strings.Split(signedHeaders, ";")
	return h, credential, missing
}

func (h *Header) setCredential(credential string) error {
	parts := strings.Split(credential, "/")
	if len(parts) != 5 || parts[0] == "" {
		return malformedCredential(credential)
	}
	h.AccessKeyID, h.Date, h.Region, h.Service, h.Terminator = parts[0], parts[1], parts[2], parts[3], parts[4]
	return nil
}

func (h *Header) setTime(xAmzDate, date string) error {
	given := xAmzDate
	if given == "" {
		given, h.fromDate = date, true
		if t, err := http.ParseTime(date); err == nil {
			h.Time = t.UTC()
			return nil
		}
	}
	t, err := time.Parse(timeFormat, given)
	if err != nil || len(given) != len(timeFormat) { // Parse lets fractions of a second pass
		return malformedDate(given)
	}
	h.Time = t
	return nil
}
