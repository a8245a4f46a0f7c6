package trigger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

var (
	customEmailSender = &function{"CustomEmailSender",
		func(l *cognitoidp.LambdaConfigType) *string {
			if l.CustomEmailSender == nil {
				return nil
			}
			return &l.CustomEmailSender.LambdaArn
		}}
	customSMSSender = &function{"CustomSMSSender",
		func(l *cognitoidp.LambdaConfigType) *string {
			if l.CustomSMSSender == nil {
				return nil
			}
			return &l.CustomSMSSender.LambdaArn
		}}
)

func senderOf(medium cognitoidp.DeliveryMediumType) *function {
	if medium == cognitoidp.DeliveryMediumTypeSms {
		return customSMSSender
	}
	return customEmailSender
}

// Delivery is a message that a function of the pool delivers in place of a provider (CustomEmailSender,
// CustomSMSSender), but for the code in it.
type Delivery struct {
	PoolID   string
	Username string // as stored
	Medium   cognitoidp.DeliveryMediumType
	ARN      string // of the function
	// Source is the triggerSource, such as CustomEmailSender_SignUp.
	Source         Source
	ClientID       string            // "" if no app client asked for the message
	ClientMetadata map[string]string // nil if the caller sent none
	UserAttributes map[string]string
	SDKVersion     string // callerContext.awsSdkVersion
}

// CustomSenderOf is the function of a pool that delivers messages by a medium, and the key under which codes are
// encrypted for it; "" if it has none.
func CustomSenderOf(p *userpool.Pool, medium cognitoidp.DeliveryMediumType) (arn, kmsKeyID string) {
	if arn = senderOf(medium).arnIn(p); arn == "" {
		return "", ""
	}
	return arn, orZero(p.Settings.LambdaConfig.KMSKeyID)
}

// CustomSender is how the pool's function delivers a message; nil if it has none for that medium. Why is the
// message's source in one of the message triggers, such as CustomMessage_SignUp. The function is not run yet:
// see Deliver.
func (s *Service) CustomSender(ctx context.Context, of Subject, medium cognitoidp.DeliveryMediumType, why string, clientMetadata map[string]string) *Delivery {
	sender := senderOf(medium)
	arn := sender.arnIn(of.Pool)
	if arn == "" {
		return nil
	}
	_, event, _ := strings.Cut(why, "_")
	d := &Delivery{
		PoolID: of.Pool.ID, Username: of.Username, Medium: medium, ARN: arn,
		Source: Source(sender.name + "_" + event), ClientMetadata: clientMetadata, UserAttributes: of.attributes(),
		SDKVersion: s.callerContext(ctx, of).AWSSDKVersion,
	}
	if of.Client != nil {
		d.ClientID = of.Client.ID
	}
	return d
}

// deliveryEvent is the event of a custom sender, in the order in which the service writes it. It has no
// response: none is read.
type deliveryEvent struct {
	Version       string          `json:"version"`
	TriggerSource Source          `json:"triggerSource"`
	Region        string          `json:"region"`
	UserPoolID    string          `json:"userPoolId"`
	UserName      string          `json:"userName"`
	CallerContext callerContext   `json:"callerContext"`
	Request       deliveryRequest `json:"request"`
}

type deliveryRequest struct {
	Type           string            `json:"type"`
	Code           *string           `json:"code"`
	ClientMetadata map[string]string `json:"clientMetadata"`
	UserAttributes map[string]string `json:"userAttributes"`
}

// ErrSenderFailed is a custom sender that ran and threw, or was not ready within its time.
var ErrSenderFailed = errors.New("the function failed")

// Deliver runs the function of a delivery. Code is encrypted already; "" if there is none. What the function
// answers is not looked at; that it has failed is an ErrSenderFailed. Errors are for the log, and repeat
// nothing that the function has said but the type of its error.
func (s *Service) Deliver(ctx context.Context, d *Delivery, code string) error {
	sender, kind := senderOf(d.Medium), "customEmailSenderRequestV1"
	if sender == customSMSSender {
		kind = "customSMSSenderRequestV1"
	}
	if s == nil || s.Functions == nil {
		return fmt.Errorf("run %s: no setting says where functions run", sender.name)
	}
	region, _, _ := strings.Cut(d.PoolID, "_")
	event := deliveryEvent{
		Version: "1", TriggerSource: d.Source, Region: region, UserPoolID: d.PoolID, UserName: d.Username,
		CallerContext: callerContext{AWSSDKVersion: d.SDKVersion, ClientID: d.ClientID},
		Request:       deliveryRequest{Type: kind, ClientMetadata: d.ClientMetadata, UserAttributes: d.UserAttributes},
	}
	if d.ClientID == "" {
		event.CallerContext.ClientID = noClient
	}
	if code != "" {
		event.Request.Code = &code
	}
	sent, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("write the event of %s: %w", sender.name, err)
	}
	start := s.now()
	_, err = s.Functions.Invoke(ctx, d.PoolID, d.ARN, sent)
	s.counts.add(sender.name, outcomeOf(err), s.now().Sub(start))
	var failure *Failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failure):
		return fmt.Errorf("run %s: %w with %q", d.ARN, ErrSenderFailed, failure.Type)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("run %s: %w in time: %w", d.ARN, ErrSenderFailed, err)
	default:
		return fmt.Errorf("run %s: %w", d.ARN, err)
	}
}
