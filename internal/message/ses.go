package message

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/mail"
	"strings"

	"ostiary/internal/awsapi"
)

// SES sends e-mail by SendEmail of Amazon SES (API version 2). It is a Sender.
type SES struct {
	Service *awsapi.Service
	Client  *http.Client
	// Region is where it is asked, unless the pool's SourceArn names another.
	Region string
	// From sends for pools that have no sender of their own.
	From mail.Address
}

// NewSES is SES at an endpoint, "" for the service itself.
func NewSES(s awsapi.Service, client *http.Client, region string, from mail.Address) *SES {
	s.Name, s.Host = "ses", "email"
	return &SES{Service: &s, Client: client, Region: region, From: from}
}

type sesContent struct {
	Data    string
	Charset string
}

// sesHeader is a header of the e-mail.
type sesHeader struct{ Name, Value string }

type sesRequest struct {
	FromEmailAddress            string
	FromEmailAddressIdentityArn string `json:",omitempty"`
	Destination                 struct{ ToAddresses []string }
	ReplyToAddresses            []string `json:",omitempty"`
	ConfigurationSetName        string   `json:",omitempty"`
	Content                     struct {
		Simple struct {
			Subject sesContent
			Body    struct{ Text, Html sesContent } //nolint:revive // the API's name
			Headers []sesHeader
		}
	}
}

// Send implements Sender.
func (s *SES) Send(ctx context.Context, m Message) error {
	from, replyTo := senderOf(m, s.From)
	var in sesRequest
	in.FromEmailAddress = from.String()
	in.Destination.ToAddresses = []string{m.Destination}
	if replyTo != "" {
		in.ReplyToAddresses = []string{replyTo}
	}
	partition, region := "aws", s.Region
	if m.Email != nil {
		in.ConfigurationSetName = value(m.Email.ConfigurationSet)
		arn := value(m.Email.SourceArn)
		if p, r, identity := identityOf(arn); identity != "" {
			in.FromEmailAddressIdentityArn, partition, region = arn, p, r
		}
	}
	simple := &in.Content.Simple
	simple.Subject = sesContent{oneLine(m.Subject), "UTF-8"}
	simple.Body.Html, simple.Body.Text = sesContent{m.Body, "UTF-8"}, sesContent{plainText(m.Body), "UTF-8"}
	// SES gives each e-mail a Message-ID of its own; this is the same for doubles.
	simple.Headers = []sesHeader{{"X-Entity-Ref-ID", m.ID}, {"Auto-Submitted", "auto-generated"}}
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("ses: write the request: %w", err)
	}
	req, err := s.Service.Post(ctx, partition, region, "/v2/email/outbound-emails", map[string]string{"Content-Type": "application/json"}, body)
	if err != nil {
		return fmt.Errorf("ses: %w", err)
	}
	return post(s.Client, "ses", req, sesRefused)
}

// sesRefused reads an error of SES. Those of the account or its identities are for the operator to mend.
func sesRefused(resp *http.Response, body []byte) (code string, final bool) {
	code, _, _ = strings.Cut(resp.Header.Get("X-Amzn-ErrorType"), ":")
	if code == "" {
		var e struct {
			Type string `json:"__type"`
		}
		_ = json.Unmarshal(body, &e) // what cannot be read stays empty
		code = e.Type[strings.LastIndexByte(e.Type, '#')+1:]
	}
	switch code {
	case "MessageRejected", "BadRequestException", "InvalidParameterValue":
		return code, true
	default:
		return code, false
	}
}
