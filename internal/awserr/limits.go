package awserr

import (
	"strconv"
	"strings"

	"ostiary/cognitoidp"
)

// InvalidLimitDefinition: the attributes do not name one limit. Operations: GetProvisionedLimit,
// UpdateProvisionedLimit.
func InvalidLimitDefinition() error {
	return refuse(cognitoidp.InvalidParameterException, "LimitDefinition must have exactly one attribute, Category.")
}

// LimitNotFound: there is no such category of operations. Operations: GetProvisionedLimit,
// UpdateProvisionedLimit.
func LimitNotFound(category string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "There is no API category "+clip(category)+".")
}

// LimitNotAdjustable: the category's rate is fixed. Operation: UpdateProvisionedLimit.
func LimitNotAdjustable(category string) error {
	return refuse(cognitoidp.InvalidParameterException, "The limit of API category "+category+" cannot be adjusted.")
}

// LimitBelowDefault: less than the rate that every account has. Operation: UpdateProvisionedLimit.
func LimitBelowDefault(rate int) error {
	return refuse(cognitoidp.InvalidParameterException,
		"RequestedLimitValue must not be less than the default limit, "+strconv.Itoa(rate)+" requests per second.")
}

// LimitAboveMaximum: more than the account may have. Operation: UpdateProvisionedLimit.
func LimitAboveMaximum(most int) error {
	return refuse(cognitoidp.ServiceQuotaExceededException,
		"RequestedLimitValue must not exceed the account's maximum, "+strconv.Itoa(most)+" requests per second.")
}

// clip keeps a name that may be as long as the caller likes from filling an answer.
func clip(name string) string {
	const longest = 64
	if len(name) <= longest {
		return name
	}
	return strings.ToValidUTF8(name[:longest], "") + "…"
}
