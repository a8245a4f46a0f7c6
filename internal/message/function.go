package message

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/encryptionsdk"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
)

// senderTries is how often a function that fails is run with one message: what the Lambda service does with
// an asynchronous invocation, as those of custom senders are. It may have sent the message before it failed.
const senderTries = 3

// poolContext is the key of the encryption context that names the pool.
const poolContext = "userpool-id"

// DataKeys makes data keys under keys that pools name (LambdaConfig's KMSKeyID).
type DataKeys interface {
	GenerateDataKey(ctx context.Context, keyARN string, encryptionContext map[string]string) (*encryptionsdk.DataKey, error)
}

// Functions has functions of pools deliver messages: it encrypts the code for the function, and runs it. It is
// a Sender of messages that have a Function.
type Functions struct {
	Triggers *trigger.Service
	Keys     DataKeys
	Rand     io.Reader
	Store    store.Store
	// Otherwise delivers the messages of pools that have no function any more, with Texts where pools say none.
	Otherwise *Router
	Texts     *Texts
}

// Messages that a function was to deliver, and nothing can.
var (
	ErrGone    = errors.New("message: its user pool or user is gone")
	ErrNotice  = errors.New("message: the notice was for a function that the pool no longer has")
	ErrNowhere = errors.New("message: the pool's template has no place for the code")
)

// FunctionFor is the function of the subject's pool that delivers messages by a medium; nil if there is none.
// Why is any Trigger, those of CustomMessage_… included: the function's own event is made of it.
func FunctionFor(
	ctx context.Context, t *trigger.Service, of trigger.Subject, medium cognitoidp.DeliveryMediumType, why Trigger, clientMetadata map[string]string,
) *Function {
	d := t.CustomSender(ctx, of, medium, string(why), clientMetadata)
	if d == nil {
		return nil
	}
	return &Function{
		Event: string(d.Source), ClientID: d.ClientID, ClientMetadata: d.ClientMetadata,
		UserAttributes: d.UserAttributes, SDKVersion: d.SDKVersion,
	}
}

func (r *Request) subject() trigger.Subject {
	return trigger.Subject{Pool: r.Pool, Client: r.Client, User: r.User, Username: r.User.Username}
}

// toFunction is a message that a function of the pool delivers, without texts, as the function writes them; nil
// if a provider does.
func (w Writer) toFunction(ctx context.Context, in Request) *Message {
	f := FunctionFor(ctx, w.Triggers, in.subject(), in.Medium, in.Trigger, in.ClientMetadata)
	if f == nil {
		return nil
	}
	return &Message{
		UserPoolID: in.Pool.ID, Username: in.User.Username, Medium: in.Medium, Destination: in.Destination,
		Code: in.Code, Trigger: in.Trigger, Expires: in.Expires, Nobody: in.Nobody, Function: f,
	}
}

// Send implements Sender. The function is the one that the pool has by now; of one that has none any more, the
// message is written and delivered as if it had never had one. A function that fails three times is not run again;
// what could not be encrypted, or not reach the function, may be sent again.
func (f *Functions) Send(ctx context.Context, m Message) error {
	of, err := f.subjectOf(ctx, m)
	if err != nil {
		return err
	}
	arn, kmsKeyID := trigger.CustomSenderOf(of.Pool, m.Medium)
	if arn == "" {
		return f.sendOtherwise(ctx, of, m)
	}
	code, err := f.encrypt(ctx, m, kmsKeyID)
	if err != nil {
		return fmt.Errorf("encrypt a code for a function: %w", err)
	}
	err = f.Triggers.Deliver(ctx, &trigger.Delivery{
		PoolID: m.UserPoolID, Username: m.Username, Medium: m.Medium, ARN: arn,
		Source: trigger.Source(m.Function.Event), ClientID: m.Function.ClientID, ClientMetadata: m.Function.ClientMetadata,
		UserAttributes: m.Function.UserAttributes, SDKVersion: m.Function.SDKVersion,
	}, code)
	if errors.Is(err, trigger.ErrSenderFailed) && m.Tries+1 >= senderTries {
		return &Refusal{err}
	}
	return err
}

// subjectOf reads whom a message is about, as they are by now: of a pool that has a function, the pool alone.
func (f *Functions) subjectOf(ctx context.Context, m Message) (of trigger.Subject, err error) {
	err = f.Store.View(ctx, func(r store.Reader) (err error) {
		if of.Pool, err = r.Pool(ctx, m.UserPoolID); err != nil {
			return err
		}
		if arn, _ := trigger.CustomSenderOf(of.Pool, m.Medium); arn != "" {
			return nil
		}
		if m.Function.ClientID != "" {
			if of.Client, err = r.Client(ctx, m.Function.ClientID); err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
		of.User, err = r.User(ctx, m.UserPoolID, of.Pool.Fold(m.Username))
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return of, &Refusal{ErrGone}
	}
	if err != nil {
		return of, fmt.Errorf("read the pool of a message: %w", err)
	}
	return of, nil
}

// sendOtherwise delivers a message that has no text yet by a provider. A link that would confirm a sign-up is not
// made any more: the code does.
func (f *Functions) sendOtherwise(ctx context.Context, of trigger.Subject, m Message) error {
	if m.Notice != nil { // its text is of the risk configuration
		return &Refusal{ErrNotice}
	}
	written, err := Writer{Triggers: f.Triggers, Texts: f.Texts}.Write(ctx, Request{
		Pool: of.Pool, Client: of.Client, User: of.User, Trigger: m.Trigger, Medium: m.Medium, Destination: m.Destination,
		Code: m.Code, ClientMetadata: m.Function.ClientMetadata, Expires: m.Expires,
	})
	switch {
	case err != nil:
		return fmt.Errorf("write a message that was for a function: %w", err)
	case written == nil:
		return &Refusal{ErrNowhere}
	}
	written.ID, written.Time, written.Tries = m.ID, m.Time, m.Tries
	if err := f.Otherwise.Check(*written); err != nil {
		return err
	}
	return f.Otherwise.Send(ctx, *written)
}

// markup is what the service writes otherwise in temporary passwords, as functions put them into HTML.
var markup = strings.NewReplacer("<", "&lt;", ">", "&gt;")

// encrypt is the code of a message as the AWS Encryption SDKs decrypt it, in base64; "" if it has none.
func (f *Functions) encrypt(ctx context.Context, m Message, kmsKeyID string) (string, error) {
	if m.Code == "" {
		return "", nil
	}
	code := m.Code
	if m.Trigger == AdminCreateUser {
		code = markup.Replace(code)
	}
	generate := func(ctx context.Context, encryptionContext map[string]string) (*encryptionsdk.DataKey, error) {
		return f.Keys.GenerateDataKey(ctx, kmsKeyID, encryptionContext)
	}
	sealed, err := encryptionsdk.Encrypt(ctx, f.Rand, generate, map[string]string{poolContext: m.UserPoolID}, []byte(code))
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(sealed), nil
}
