package message

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"ostiary/internal/awsapi"
)

// SNS sends SMS by Publish of Amazon SNS. It is a Sender.
type SNS struct {
	Service *awsapi.Service
	Client  *http.Client
	// Region is where it is asked, unless the pool's SmsConfiguration names another.
	Region string
	// SenderID is shown as the sender where networks allow that; "" leaves it to the account's settings.
	SenderID string
}

// NewSNS is SNS at an endpoint, "" for the service itself.
func NewSNS(s awsapi.Service, client *http.Client, region, senderID string) *SNS {
	s.Name, s.Host = "sns", ""
	return &SNS{Service: &s, Client: client, Region: region, SenderID: senderID}
}

// senderIDForm is what SNS takes as a sender id.
var senderIDForm = regexp.MustCompile(`\A[A-Za-z0-9]{1,11}\z`)

// Send implements Sender. Of EumsSms it follows what Publish knows too: a number or a sender id, entity and
// template.
func (s *SNS) Send(ctx context.Context, m Message) error {
	region, sender := s.Region, s.SenderID
	attributes := [][2]string{{"AWS.SNS.SMS.SMSType", "Transactional"}}
	if m.SMS != nil {
		if r := value(m.SMS.SnsRegion); r != "" {
			region = r
		}
		if e := m.SMS.EumsSms; e != nil {
			if r := value(e.Region); r != "" {
				region = r
			}
			switch origin := value(e.OriginationIdentity); {
			case phoneNumber.MatchString(origin):
				attributes = append(attributes, [2]string{"AWS.MM.SMS.OriginationNumber", origin})
			case senderIDForm.MatchString(origin):
				sender = origin
			}
			attributes = append(attributes, [2]string{"AWS.MM.SMS.EntityId", value(e.InEntityId)}, [2]string{"AWS.MM.SMS.TemplateId", value(e.InTemplateId)})
		}
	}
	attributes = append(attributes, [2]string{"AWS.SNS.SMS.SenderID", sender})
	form := url.Values{
		"Action": {"Publish"}, "Version": {"2010-03-31"}, "PhoneNumber": {m.Destination}, "Message": {m.Body},
	}
	n := 0
	for _, a := range attributes {
		if a[1] == "" {
			continue
		}
		n++
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", n)
		form.Set(entry+"Name", a[0])
		form.Set(entry+"Value.DataType", "String")
		form.Set(entry+"Value.StringValue", a[1])
	}
	req, err := s.Service.Post(ctx, partitionOf(region), region, "/",
		map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, []byte(form.Encode()))
	if err != nil {
		return fmt.Errorf("sns: %w", err)
	}
	return post(s.Client, "sns", req, snsRefused)
}

// partitionOf is the partition of a region, as far as the name of a host depends on it.
func partitionOf(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "aws-cn"
	}
	return "aws"
}

// snsRefused reads an error of SNS.
func snsRefused(_ *http.Response, body []byte) (code string, final bool) {
	var e struct {
		Error struct{ Code string }
	}
	_ = xml.Unmarshal(body, &e) // what cannot be read stays empty
	switch code = e.Error.Code; code {
	case "InvalidParameter", "ParameterValueInvalid", "OptedOut", "EndpointDisabled":
		return code, true
	default:
		return code, false
	}
}
