package userpool

import (
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// SetLogDelivery replaces where the pool's logs go (SetLogDeliveryConfiguration). account is whose
// destinations it may name.
func (p *Pool) SetLogDelivery(account string, configurations []cognitoidp.LogConfigurationType) error {
	seen := map[cognitoidp.EventSourceName]bool{}
	for _, c := range configurations {
		if seen[c.EventSource] {
			return awserr.LogSourceTwice(c.EventSource)
		}
		seen[c.EventSource] = true
		if err := p.checkLogDelivery(account, c); err != nil {
			return err
		}
	}
	if len(configurations) == 0 {
		configurations = nil // what was never set and what was cleared are the same
	}
	p.LogDelivery = configurations
	return nil
}

// exportsUserActivity tells whether the sign-in events of threat protection are exported.
func (p *Pool) exportsUserActivity() bool {
	for _, c := range p.LogDelivery {
		if c.EventSource == cognitoidp.EventSourceNameUserAuthEvents {
			return true
		}
	}
	return false
}

// userActivityFeature is what refusals call the export of sign-in events.
const userActivityFeature = "Log Streaming"

func (p *Pool) checkLogDelivery(account string, c cognitoidp.LogConfigurationType) error {
	level := cognitoidp.LogLevelError
	if c.EventSource == cognitoidp.EventSourceNameUserAuthEvents {
		level = cognitoidp.LogLevelInfo
		if p.Settings.UserPoolTier != cognitoidp.UserPoolTierTypePlus {
			return awserr.FeatureUnavailableInTier(p.Settings.UserPoolTier, userActivityFeature)
		}
	}
	if c.LogLevel != level {
		return awserr.WrongLogLevel(c.EventSource, level)
	}
	destinations := 0
	if c.CloudWatchLogsConfiguration != nil {
		destinations++
		if err := p.checkLogARN(account, c.CloudWatchLogsConfiguration.LogGroupArn, "logs", "log-group:"); err != nil {
			return err
		}
	}
	if c.FirehoseConfiguration != nil {
		destinations++
		if err := p.checkLogARN(account, c.FirehoseConfiguration.StreamArn, "firehose", "deliverystream/"); err != nil {
			return err
		}
	}
	if c.S3Configuration != nil {
		destinations++
		// The ARN of a bucket names neither region nor account.
		if bucket := orElse(c.S3Configuration.BucketArn, ""); parseARN(bucket).service != "s3" {
			return awserr.InvalidLogDestination(bucket)
		}
	}
	if destinations != 1 {
		return awserr.OneLogDestination()
	}
	if c.EventSource == cognitoidp.EventSourceNameUserNotification && c.CloudWatchLogsConfiguration == nil {
		return awserr.NotificationsToLogGroup()
	}
	return nil
}

func (p *Pool) checkLogARN(account string, given *string, service, resource string) error {
	text := orElse(given, "")
	a := parseARN(text)
	switch {
	case a.service != service || !strings.HasPrefix(a.resource, resource):
		return awserr.InvalidLogDestination(text)
	case a.region != p.Region():
		return awserr.LogDestinationRegion()
	case a.account != account && account != unclaimedAccount:
		return awserr.LogDestinationAccount()
	default:
		return nil
	}
}
