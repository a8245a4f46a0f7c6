package awserr

import "ostiary/cognitoidp"

// ThreatProtectionOff: the operation is about threat protection, which the pool has not switched on
// (UserPoolAddOns.AdvancedSecurityMode).
func ThreatProtectionOff() error {
	return refuse(cognitoidp.UserPoolAddOnNotEnabledException, "Threat protection is not enabled for the user pool.")
}

// RequestBlocked refuses an address that is on BlockedIPRangeList.
func RequestBlocked() error {
	return refuse(cognitoidp.NotAuthorizedException, "Request not allowed due to security reasons.")
}

// InvalidIPRange: an entry of BlockedIPRangeList or SkippedIPRangeList is no network. Why says which.
func InvalidIPRange(list, why string) error {
	return refuse(cognitoidp.InvalidParameterException, "Incorrect CIDR format in "+list+": "+why)
}

// MilderAction: a level of risk has a milder action than a lower one.
func MilderAction(level, lower cognitoidp.RiskLevelType) error {
	return refuse(cognitoidp.InvalidParameterException,
		"The action for "+string(level)+" risk must not be less restrictive than the action for "+string(lower)+" risk.")
}

// NoticeWithoutBody: a notice is to be sent by a template that has a subject and nothing else.
func NoticeWithoutBody(template string) error {
	return refuse(cognitoidp.InvalidParameterException, template+" must have HtmlBody or TextBody.")
}

// InvalidNoticeSender: From or ReplyTo of NotifyConfiguration is neither an address nor a name with an address.
func InvalidNoticeSender(member string) error {
	return refuse(cognitoidp.InvalidParameterException, "Provided "+member+" email address is invalid")
}

// AuthEventNotFound: the user has no event of this id, or no longer.
func AuthEventNotFound(eventID string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "Auth event "+eventID+" does not exist.")
}

// FeedbackTokenInvalid: the feedback token is made up, of another pool, user or event, expired or used.
func FeedbackTokenInvalid() error {
	return refuse(cognitoidp.NotAuthorizedException, "Invalid feedback token.")
}

// PasswordCompromised: a new password is one that others have had in their hands.
func PasswordCompromised() error {
	return refuse(cognitoidp.InvalidPasswordException, "Provided password cannot be used for security reasons.")
}
