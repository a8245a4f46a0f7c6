package trigger

import (
	"context"
	"regexp"
	"strings"
)

// sdkForm finds what an AWS SDK calls itself in a User-Agent header: aws-sdk-js/3.940.0, aws-sdk-iOS/2.9.8.
var sdkForm = regexp.MustCompile(`(?i)(?:^|[ (])aws-sdk-([a-z][a-z0-9+-]{0,30})/([0-9][0-9a-z.+-]{0,30})`)

// noClient is the app client of events that come of no app client.
const noClient = "CLIENT_ID_NOT_APPLICABLE"

// callerContext is who has called the operation.
func (s *Service) callerContext(ctx context.Context, of Subject) callerContext {
	c := callerContext{AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: noClient}
	if of.Client != nil {
		c.ClientID = of.Client.ID
	}
	if s != nil && s.UserAgent != nil {
		if m := sdkForm.FindStringSubmatch(s.UserAgent(ctx)); m != nil {
			c.AWSSDKVersion = "aws-sdk-" + strings.ToLower(m[1]) + "-" + m[2]
		}
	}
	return c
}
