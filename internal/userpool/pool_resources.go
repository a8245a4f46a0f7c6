package userpool

import "ostiary/cognitoidp"

// Resources are the ARNs of what the pool has the server reach: its functions, the identity that its e-mails come
// from, and where its logs go.
func (p *Pool) Resources() []string {
	var arns []string
	if p.Settings.LambdaConfig != nil {
		arns = lambdaARNs(p.Settings.LambdaConfig)
	}
	if email := p.Settings.EmailConfiguration; email != nil && email.SourceArn != nil {
		arns = append(arns, *email.SourceArn)
	}
	for _, c := range p.LogDelivery {
		if arn := logARN(c); arn != "" {
			arns = append(arns, arn)
		}
	}
	return arns
}

// logARN is where the logs of a configuration go.
func logARN(c cognitoidp.LogConfigurationType) string {
	switch {
	case c.CloudWatchLogsConfiguration != nil:
		return orElse(c.CloudWatchLogsConfiguration.LogGroupArn, "")
	case c.FirehoseConfiguration != nil:
		return orElse(c.FirehoseConfiguration.StreamArn, "")
	case c.S3Configuration != nil:
		return orElse(c.S3Configuration.BucketArn, "")
	default:
		return ""
	}
}

// Resources are the ARNs of what the configuration has the server reach: the identity that its e-mails come from.
func (c *RiskConfiguration) Resources() []string {
	if c == nil || c.AccountTakeover == nil || c.AccountTakeover.NotifyConfiguration == nil {
		return nil
	}
	return []string{c.AccountTakeover.NotifyConfiguration.SourceArn}
}
