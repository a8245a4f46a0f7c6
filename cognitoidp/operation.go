package cognitoidp

import (
	"context"
	"net/http"
)

// Authorization is how the caller of an operation proves itself.
type Authorization string

// The kinds of authorization.
const (
	// BySignature: AWS Signature Version 4, and IAM policies.
	BySignature Authorization = "SigV4"
	// ByAccessToken: a signed-in user's access token in the body. IAM credentials are not looked at.
	ByAccessToken Authorization = "AccessToken"
	// ByAccessTokenOrSession: an access token, or the session of a sign-in under way.
	ByAccessTokenOrSession Authorization = "AccessTokenOrSession"
	// ByClient: the id of an app client, with its secret if it has one, and whatever the operation
	// takes for proof: a password, a session, a code, a token.
	ByClient Authorization = "Client"
)

// Operation describes one operation of the service.
type Operation struct {
	Name          string
	Authorization Authorization
	// Signed: the request must carry a SigV4 signature. For all others IAM credentials are not looked
	// at, even if present.
	Signed bool
	Input  *Shape
	Output *Shape // nil: the answer is empty
	Errors []ErrorCode
}

// TargetPrefix goes before an operation's name in the header X-Amz-Target.
const TargetPrefix = "AWSCognitoIdentityProviderService."

// ContentType is that of requests and answers.
const ContentType = "application/x-amz-json-1.1"

// OperationByName finds an operation.
func OperationByName(name string) (*Operation, bool) {
	o, ok := operations[name]
	return o, ok
}

// Built tells whether svc has the operation: a method of its name and type, as in Service.
func Built(svc any, operation string) bool {
	b, ok := bindings[operation]
	return ok && b.built(svc)
}

// Invoke runs one request: it decodes the body and checks its constraints, lets each of admit look at
// the decoded input (a pointer to the operation's request structure), calls the method of svc that
// the operation names, and encodes the answer. An error of admit or of the method is handed on as it
// is. An operation without output answers an empty body.
//
// A svc that lacks the method (see Built) answers NotImplementedException.
func Invoke(ctx context.Context, svc any, operation string, body []byte, admit ...func(in any) error) ([]byte, error) {
	b, ok := bindings[operation]
	if !ok {
		return nil, &Error{Code: UnknownOperationException}
	}
	return b.invoke(ctx, svc, operations[operation], body, admit)
}

// binding ties an operation to the method of its name.
type binding struct {
	built  func(svc any) bool
	invoke func(ctx context.Context, svc any, o *Operation, body []byte, admit []func(in any) error) ([]byte, error)
}

// bind makes a binding. method finds the operation's method on svc; nil if it has none.
func bind[In, Out any](method func(svc any) func(context.Context, *In) (*Out, error)) binding {
	return binding{
		built: func(svc any) bool { return method(svc) != nil },
		invoke: func(ctx context.Context, svc any, o *Operation, body []byte, admit []func(any) error) ([]byte, error) {
			call := method(svc)
			if call == nil {
				return nil, &Error{Code: NotImplementedException, Message: o.Name + " is not available in this server"}
			}
			in := new(In)
			if err := decodeRequest(o, body, in, admit); err != nil {
				return nil, err
			}
			out, err := call(ctx, in)
			if err != nil || o.Output == nil {
				return nil, err
			}
			return o.Output.Encode(out), nil
		},
	}
}

// decodeRequest admits a request before it tells what is wrong with its members: a caller who may not
// call the operation learns nothing of it.
func decodeRequest(o *Operation, body []byte, in any, admit []func(any) error) error {
	broken, err := o.Input.decode(body, in, true)
	if err != nil {
		return err
	}
	for _, a := range admit {
		if err := a(in); err != nil {
			return err
		}
	}
	return broken.err()
}

// EncodeRequest makes header and body of a request, unsigned. In is the operation's request structure.
func (o *Operation) EncodeRequest(in any) (http.Header, []byte) {
	return http.Header{
		"Content-Type": {ContentType},
		"X-Amz-Target": {TargetPrefix + o.Name},
	}, o.Input.Encode(in)
}

// DecodeResponse reads an answer: a pointer to the operation's response structure (*Unit if it has
// none), or the error that the service answered.
func (o *Operation) DecodeResponse(status int, header http.Header, body []byte) (any, error) {
	if status < 200 || status > 299 {
		return nil, o.ErrorFromJSON(header, body)
	}
	if o.Output == nil {
		return &Unit{}, nil
	}
	out := o.Output.New()
	if err := o.Output.Decode(body, out); err != nil {
		return nil, err
	}
	return out, nil
}
