package api

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"time"

	"ostiary/internal/awserr"
	"ostiary/internal/policy"
	"ostiary/internal/sigv4"
)

// AccessKey is a credential for signed operations.
type AccessKey struct {
	Secret    string
	Principal string // ARN of its owner, for AccessDeniedException
	Policies  policy.Set
}

// Callers knows who may call signed operations. Nil is development: whoever sends a signature of
// the right form may do everything.
type Callers struct {
	Verifier *sigv4.Verifier
	Keys     map[string]AccessKey // by access key id
}

// authenticate finds the key that signed the request, nil in development, and the region that it signed
// it for.
func (c *Callers) authenticate(req *http.Request, body []byte, now time.Time) (_ *AccessKey, region string, _ error) {
	if c == nil {
		return c.verify(nil, req, body, now)
	}
	return c.verify(c.Verifier, req, body, now)
}

// Admit is for other doors that answer as a service of AWS does, whose signatures v verifies. It answers what
// asks the policies of the key that signed the request.
func (c *Callers) Admit(v *sigv4.Verifier, req *http.Request, body []byte, now time.Time) (authorize func(action, resource string) error, err error) {
	key, _, err := c.verify(v, req, body, now)
	if err != nil {
		return nil, err
	}
	return func(action, resource string) error {
		if key == nil {
			return nil
		}
		return key.refusal(key.Policies.Evaluate(action, resource), action, resource)
	}, nil
}

func (c *Callers) verify(v *sigv4.Verifier, req *http.Request, body []byte, now time.Time) (_ *AccessKey, region string, _ error) {
	if c == nil {
		if origin := req.Header.Get("Origin"); origin != "" && !isOfThisMachine(origin) {
			return nil, "", awserr.PageMayNotSign(origin)
		}
		h, err := sigv4.ParseHeader(req)
		if err != nil {
			return nil, "", signatureError(err)
		}
		return nil, h.Region, nil
	}
	h, err := v.Verify(req, body, func(id string) (string, bool) {
		key, ok := c.Keys[id]
		return key.Secret, ok
	}, now)
	if err != nil {
		return nil, "", signatureError(err)
	}
	key := c.Keys[h.AccessKeyID]
	return &key, h.Region, nil
}

// isOfThisMachine tells whether a web page of this origin comes from a server on this machine. In
// development any signature will do, so any other page that a developer happens to visit could sign,
// or one could under a name that it makes point here.
func isOfThisMachine(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

func signatureError(err error) error {
	var refused *sigv4.Error
	if errors.As(err, &refused) {
		return awserr.Signature(refused.Code, refused.Message)
	}
	return err
}

// alsoDeniedBy is the operation whose denial denies another too: both answer the same.
var alsoDeniedBy = map[string]string{"DescribeTermsByClient": "DescribeTerms"}

// authorize asks the key's policies. Resource is the ARN of a pool, or "*" for an operation on none.
func (k *AccessKey) authorize(operation, resource string) error {
	if k == nil {
		return nil
	}
	action := "cognito-idp:" + operation
	decision := k.Policies.Evaluate(action, resource)
	if also := alsoDeniedBy[operation]; also != "" && k.Policies.Evaluate("cognito-idp:"+also, resource) == policy.Denied {
		decision = policy.Denied
	}
	return k.refusal(decision, action, resource)
}

// refusal is what the caller reads of a decision; nil if it lets the request pass.
func (k *AccessKey) refusal(decision policy.Decision, action, resource string) error {
	if decision == policy.Allowed {
		return nil
	}
	return awserr.AccessDenied(decision.Refusal(k.Principal, action, resource))
}

// subject is what a request is about, for policies, rates and the log: "" where it does not say.
type subject struct {
	pool   string
	client string
	// accessToken is whom the request is about where it names no pool. It is for nobody to see.
	accessToken string
}

// subjectOf reads the request as the operation will see it; in is a pointer to its structure. Tags
// name their pool by its ARN.
func subjectOf(in any) subject {
	request := reflect.ValueOf(in).Elem()
	s := subject{pool: stringMember(request, "UserPoolId"), client: stringMember(request, "ClientId"), accessToken: stringMember(request, "AccessToken")}
	if arn := stringMember(request, "ResourceArn"); arn != "" {
		s.pool = poolOfARN(arn)
	}
	return s
}

// stringMember is a member of a request; "" where it is absent, or the request has none of that name.
func stringMember(request reflect.Value, name string) string {
	member := request.FieldByName(name)
	if member.IsValid() && member.Kind() == reflect.Pointer {
		member = member.Elem() // the zero Value if it is nil
	}
	if !member.IsValid() || member.Kind() != reflect.String {
		return ""
	}
	return member.String()
}

// poolOfARN is the pool id at the end of an ARN; "" if it has none.
func poolOfARN(arn string) string {
	_, id, _ := strings.Cut(arn, ":userpool/")
	return id
}
