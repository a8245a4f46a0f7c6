package awserr

import (
	"errors"
	"strconv"
	"strings"

	"ostiary/cognitoidp"
)

// invalidPool refuses a setting of a user pool. Operations: CreateUserPool, UpdateUserPool, and
// SetUserPoolMfaConfig where it touches the setting.
func invalidPool(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// TooManyPools: the account has as many user pools as it may. Operation: CreateUserPool.
func TooManyPools(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"The account already has "+strconv.Itoa(limit)+" user pools, the most it may have.")
}

// DeletionProtected: DeletionProtection must be INACTIVE first. Operation: DeleteUserPool.
func DeletionProtected() error {
	return invalidPool("The user pool cannot be deleted because deletion protection is activated. " +
		"Deletion protection must be inactivated first.")
}

// PoolHasDomain: its domain must be deleted first. Operation: DeleteUserPool.
func PoolHasDomain() error {
	return invalidPool("User pool cannot be deleted. It has a domain configured that should be deleted first.")
}

// AliasAndUsernameAttributes: a user is named by one or the other.
func AliasAndUsernameAttributes() error {
	return invalidPool("Only one of the aliasAttributes or usernameAttributes can be set in a User pool.")
}

// PreferredUsernameRequiredAndAlias: preferred_username cannot be set at sign-up where it is an alias.
func PreferredUsernameRequiredAndAlias() error {
	return invalidPool("preferred_username cannot be both a required attribute and an alias attribute.")
}

// PasswordMustBeFirstFactor: AllowedFirstAuthFactors lacks PASSWORD.
func PasswordMustBeFirstFactor() error {
	return invalidPool("Password should be configured as one of the allowed first auth factors.")
}

// FirstFactorNotSupported: the factor is in the model, but no sign-in can start with it.
func FirstFactorNotSupported(factor cognitoidp.AuthFactorType) error {
	return invalidPool(string(factor) + " is not supported as a first auth factor.")
}

// FirstFactorWithRequiredMFA: the first factor leaves none for a required MFA.
func FirstFactorWithRequiredMFA(factor cognitoidp.AuthFactorType) error {
	return invalidPool(string(factor) + " cannot be one of the allowed first auth factors when MFA is required.")
}

// PhoneVerificationNeedsSMSConfiguration: AutoVerifiedAttributes has phone_number.
func PhoneVerificationNeedsSMSConfiguration() error {
	return invalidPool("SMS configuration is required when phone_number is selected for auto verification")
}

// VerifiedUpdateNotAutoVerified: UserAttributeUpdateSettings goes beyond AutoVerifiedAttributes.
func VerifiedUpdateNotAutoVerified() error {
	return invalidPool("All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
}

// DuplicateRecovery: two recovery mechanisms share a name or a priority.
func DuplicateRecovery() error {
	return invalidPool("Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.")
}

// AdminOnlyRecoveryNotAlone: admin_only excludes every other recovery mechanism.
func AdminOnlyRecoveryNotAlone() error {
	return invalidPool("Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.")
}

// UnusedAccountValidityReplaced: the legacy setting contradicts the one that replaced it.
func UnusedAccountValidityReplaced() error {
	return invalidPool("Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
}

// EmailSourceARNRequired: EmailSendingAccount DEVELOPER names no sender.
func EmailSourceARNRequired() error {
	return invalidPool("Source ARN is required to use DEVELOPER email sending owner")
}

// EmailSourceARNRegion: the sending identity is in a region that cannot serve the pool.
func EmailSourceARNRegion(allowed []string) error {
	return invalidPool("Provided SourceArn must be in one of the following SES regions: " + strings.Join(allowed, ", ") + ".")
}

// InvalidEmailFrom: From is neither an address nor a name with an address.
func InvalidEmailFrom() error {
	return invalidPool("Provided From email address is invalid")
}

// SMSSenderRequired: an SMS configuration without a role to send with.
func SMSSenderRequired() error {
	return invalidPool("SMS configuration requires either SnsCallerArn or EumsSms.")
}

// TwoSMSSenders: an SMS configuration with two ways to send.
func TwoSMSSenders() error {
	return invalidPool("SMS configuration can have either SnsCallerArn or EumsSms, not both.")
}

// InvalidSNSRegion: a pool of this region sends its SMS messages from one region only.
func InvalidSNSRegion(region, allowed string) error {
	return invalidPool("Invalid snsRegion. Allowed SNS region for " + region + " is " + allowed)
}

// InvalidEUMSRegion: End User Messaging must be in the pool's own region.
func InvalidEUMSRegion(region string) error {
	return invalidPool("Invalid EumsSms region. It must be the region of the user pool, " + region)
}

// CrossAccountRole: the role belongs to another account.
func CrossAccountRole() error {
	return invalidPool("Cross-account pass role is not allowed.")
}

// CrossRegionLambda: a trigger's function is in another region than the pool.
func CrossRegionLambda() error {
	return invalidPool("Cross-region lambda functions are not supported")
}

// CrossRegionKey: KMSKeyID is in another region than the pool.
func CrossRegionKey(region string) error {
	return invalidPool("Invalid arn " + region)
}

// CustomSenderNeedsKey: what custom senders get is encrypted with KMSKeyID.
func CustomSenderNeedsKey() error {
	return invalidPool("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.")
}

// TwoPreTokenGenerationLambdas: PreTokenGeneration and PreTokenGenerationConfig name different functions.
func TwoPreTokenGenerationLambdas() error {
	return invalidPool("Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's")
}

// EncryptionKeyRequired: KeyConfiguration has CUSTOMER_MANAGED_KEY and no key.
func EncryptionKeyRequired() error {
	return invalidPool("KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.")
}

// DuplicateACRName: two authentication context class levels would have one name.
func DuplicateACRName(name string) error {
	return invalidPool("ACR value " + name + " must be unique across all levels.")
}

// MFANeedsSMSConfiguration: CreateUserPool and UpdateUserPool configure MFA by SMS only.
func MFANeedsSMSConfiguration() error {
	return invalidPool("SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
}

// MFAOffWithFactor: MfaConfiguration OFF beside a factor. Operation: SetUserPoolMfaConfig.
func MFAOffWithFactor() error {
	return invalidPool("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
}

// MFAWithoutFactor: MfaConfiguration ON or OPTIONAL without a factor. Operation: SetUserPoolMfaConfig.
func MFAWithoutFactor() error {
	return invalidPool("Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.")
}

// EmailMFANeedsOwnSender: the built-in sender does not send e-mail MFA. Operation: SetUserPoolMfaConfig.
func EmailMFANeedsOwnSender() error {
	return invalidPool("Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an " +
		"EmailSendingAccount of COGNITO_DEFAULT.")
}

// EmailMFAWithEmailRecovery: whoever holds the mailbox would pass both factors. Operation:
// SetUserPoolMfaConfig.
func EmailMFAWithEmailRecovery() error {
	return invalidPool("Cannot set EmailMfaConfiguration when verified_email is the only mechanism of AccountRecoverySetting.")
}

// InvalidRelyingPartyID: not a domain name. Operation: SetUserPoolMfaConfig.
func InvalidRelyingPartyID(id string) error {
	return invalidPool("The relying party ID " + id + " is not a domain name.")
}

// FeaturesUnavailableInTier: the pool's feature plan does not have what its settings ask for.
func FeaturesUnavailableInTier(tier cognitoidp.UserPoolTierType, features []string) error {
	return refuse(cognitoidp.FeatureUnavailableInTierException,
		"The following features need to be disabled for the "+string(tier)+" pricing tier configured: "+strings.Join(features, ", "))
}

// FeatureUnavailableInTier: the pool's feature plan does not have what a resource of it asks for.
func FeatureUnavailableInTier(tier cognitoidp.UserPoolTierType, feature string) error {
	return refuse(cognitoidp.FeatureUnavailableInTierException,
		"The following feature is not available for the "+string(tier)+" pricing tier configured: "+feature)
}

// TooManyTags: a pool has at most limit tags.
func TooManyTags(limit int) error {
	return invalidPool("A user pool can have at most " + strconv.Itoa(limit) + " tags.")
}

// ReservedTag: keys that begin with aws: are not for callers.
func ReservedTag(key string) error {
	return invalidPool("Tag key " + key + " is reserved: it begins with aws:")
}

// InvalidTag: a character that tags do not have.
func InvalidTag(key string) error {
	return invalidPool("Tag " + key + " may only contain letters, numbers, spaces and the characters _ . : / = + - @")
}

// PoolNotTagged is why, an error of TagResource or nil, under the name by which operations declare it that
// tag a pool beside other things. Operations: CreateUserPool, UpdateUserPool, CreateUserPoolReplica.
func PoolNotTagged(why error) error {
	var refused *cognitoidp.Error
	if !errors.As(why, &refused) {
		return why
	}
	return refuse(cognitoidp.UserPoolTaggingException, refused.Message)
}

// NotAPool: a resource ARN that is not one of a user pool of this server. Operations: TagResource,
// UntagResource, ListTagsForResource.
func NotAPool(arn string) error {
	return invalidPool("Invalid user pool ARN: " + arn)
}

// ResourceNotForPools: the operator does not let user pools name this function, identity or destination of logs.
// Operations: CreateUserPool, UpdateUserPool, SetLogDeliveryConfiguration, SetRiskConfiguration.
func ResourceNotForPools(arn string) error {
	return refuse(cognitoidp.InvalidParameterException, "User pools may not name "+arn+" here: the server's configuration (pool_resources) does not list it.")
}
