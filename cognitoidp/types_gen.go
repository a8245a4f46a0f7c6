// Interim types of the service model with the final Go mapping and names; the generator replaces this file.
// Keep these names when generating.

package cognitoidp

import (
	"context"
	"time"
)

type Document []byte
type Unit struct{}
type ErrorCode string

func (c ErrorCode) Error() string { return string(c) }

type Error struct {
	Code       ErrorCode
	Message    string
	ReasonCode string
}

func (e *Error) Error() string   { return e.Message }
func (e *Error) Is(t error) bool { return t == e.Code }

type AccountRecoverySettingType struct {
	RecoveryMechanisms []RecoveryOptionType
}
type AccountTakeoverActionType struct {
	Notify      bool
	EventAction AccountTakeoverEventActionType
}
type AccountTakeoverActionsType struct {
	LowAction    *AccountTakeoverActionType
	MediumAction *AccountTakeoverActionType
	HighAction   *AccountTakeoverActionType
}
type AccountTakeoverEventActionType string

const (
	AccountTakeoverEventActionTypeBlock           AccountTakeoverEventActionType = "BLOCK"
	AccountTakeoverEventActionTypeMfaIfConfigured AccountTakeoverEventActionType = "MFA_IF_CONFIGURED"
	AccountTakeoverEventActionTypeMfaRequired     AccountTakeoverEventActionType = "MFA_REQUIRED"
	AccountTakeoverEventActionTypeNoAction        AccountTakeoverEventActionType = "NO_ACTION"
)

type AccountTakeoverRiskConfigurationType struct {
	NotifyConfiguration *NotifyConfigurationType
	Actions             *AccountTakeoverActionsType
}
type AcrLevelConfigType struct {
	AcrValue string
}
type AddCustomAttributesRequest struct {
	UserPoolId       string
	CustomAttributes []SchemaAttributeType
}
type AddCustomAttributesResponse struct {
}
type AddUserPoolClientSecretRequest struct {
	UserPoolId   string
	ClientId     string
	ClientSecret *string
}
type AddUserPoolClientSecretResponse struct {
	ClientSecretDescriptor *ClientSecretDescriptorType
}
type AdminAddUserToGroupRequest struct {
	UserPoolId string
	Username   string
	GroupName  string
}
type AdminConfirmSignUpRequest struct {
	UserPoolId     string
	Username       string
	ClientMetadata map[string]string
}
type AdminConfirmSignUpResponse struct {
}
type AdminCreateUserConfigType struct {
	AllowAdminCreateUserOnly  *bool
	UnusedAccountValidityDays *int32
	InviteMessageTemplate     *MessageTemplateType
}
type AdminCreateUserRequest struct {
	UserPoolId             string
	Username               string
	UserAttributes         []AttributeType
	ValidationData         []AttributeType
	TemporaryPassword      *string
	ForceAliasCreation     *bool
	MessageAction          MessageActionType
	DesiredDeliveryMediums []DeliveryMediumType
	ClientMetadata         map[string]string
}
type AdminCreateUserResponse struct {
	User *UserType
}
type AdminDeleteSoftwareTokenRequest struct {
	UserPoolId string
	Username   string
}
type AdminDeleteSoftwareTokenResponse struct {
}
type AdminDeleteUserAttributesRequest struct {
	UserPoolId         string
	Username           string
	UserAttributeNames []string
}
type AdminDeleteUserAttributesResponse struct {
}
type AdminDeleteUserRequest struct {
	UserPoolId string
	Username   string
}
type AdminDisableProviderForUserRequest struct {
	UserPoolId string
	User       *ProviderUserIdentifierType
}
type AdminDisableProviderForUserResponse struct {
}
type AdminDisableUserRequest struct {
	UserPoolId string
	Username   string
}
type AdminDisableUserResponse struct {
}
type AdminEnableUserRequest struct {
	UserPoolId string
	Username   string
}
type AdminEnableUserResponse struct {
}
type AdminForgetDeviceRequest struct {
	UserPoolId string
	Username   string
	DeviceKey  string
}
type AdminGetDeviceRequest struct {
	DeviceKey  string
	UserPoolId string
	Username   string
}
type AdminGetDeviceResponse struct {
	Device *DeviceType
}
type AdminGetUserAuthFactorsRequest struct {
	UserPoolId string
	Username   string
}
type AdminGetUserAuthFactorsResponse struct {
	Username                  string
	PreferredMfaSetting       *string
	UserMFASettingList        []string
	ConfiguredUserAuthFactors []AuthFactorType
}
type AdminGetUserRequest struct {
	UserPoolId string
	Username   string
}
type AdminGetUserResponse struct {
	Username             string
	UserAttributes       []AttributeType
	UserCreateDate       *time.Time
	UserLastModifiedDate *time.Time
	Enabled              *bool
	UserStatus           UserStatusType
	MFAOptions           []MFAOptionType
	PreferredMfaSetting  *string
	UserMFASettingList   []string
}
type AdminInitiateAuthRequest struct {
	UserPoolId        string
	ClientId          string
	AuthFlow          AuthFlowType
	AuthParameters    map[string]string
	ClientMetadata    map[string]string
	AnalyticsMetadata *AnalyticsMetadataType
	ContextData       *ContextDataType
	Session           *string
}
type AdminInitiateAuthResponse struct {
	ChallengeName        ChallengeNameType
	Session              *string
	ChallengeParameters  map[string]string
	AuthenticationResult *AuthenticationResultType
	AvailableChallenges  []ChallengeNameType
}
type AdminLinkProviderForUserRequest struct {
	UserPoolId      string
	DestinationUser *ProviderUserIdentifierType
	SourceUser      *ProviderUserIdentifierType
}
type AdminLinkProviderForUserResponse struct {
}
type AdminListDevicesRequest struct {
	UserPoolId      string
	Username        string
	Limit           *int32
	PaginationToken *string
}
type AdminListDevicesResponse struct {
	Devices         []DeviceType
	PaginationToken *string
}
type AdminListGroupsForUserRequest struct {
	Username   string
	UserPoolId string
	Limit      *int32
	NextToken  *string
}
type AdminListGroupsForUserResponse struct {
	Groups    []GroupType
	NextToken *string
}
type AdminListUserAuthEventsRequest struct {
	UserPoolId string
	Username   string
	MaxResults *int32
	NextToken  *string
}
type AdminListUserAuthEventsResponse struct {
	AuthEvents []AuthEventType
	NextToken  *string
}
type AdminListUserSessionsRequest struct {
	UserPoolId string
	Username   string
	NextToken  *string
}
type AdminListUserSessionsResponse struct {
	Sessions  []SessionDescriptionType
	NextToken *string
}
type AdminRemoveUserFromGroupRequest struct {
	UserPoolId string
	Username   string
	GroupName  string
}
type AdminResetUserPasswordRequest struct {
	UserPoolId     string
	Username       string
	ClientMetadata map[string]string
}
type AdminResetUserPasswordResponse struct {
}
type AdminRespondToAuthChallengeRequest struct {
	UserPoolId         string
	ClientId           string
	ChallengeName      ChallengeNameType
	ChallengeResponses map[string]string
	Session            *string
	AnalyticsMetadata  *AnalyticsMetadataType
	ContextData        *ContextDataType
	ClientMetadata     map[string]string
}
type AdminRespondToAuthChallengeResponse struct {
	ChallengeName        ChallengeNameType
	Session              *string
	ChallengeParameters  map[string]string
	AuthenticationResult *AuthenticationResultType
	AvailableChallenges  []ChallengeNameType
}
type AdminRevokeUserSessionRequest struct {
	UserPoolId               string
	Username                 string
	SessionId                string
	RevokeAssociatedSessions RevokeAssociatedSessionsType
}
type AdminRevokeUserSessionResponse struct {
}
type AdminSetUserMFAPreferenceRequest struct {
	SMSMfaSettings           *SMSMfaSettingsType
	SoftwareTokenMfaSettings *SoftwareTokenMfaSettingsType
	EmailMfaSettings         *EmailMfaSettingsType
	WebAuthnMfaSettings      *WebAuthnMfaSettingsType
	Username                 string
	UserPoolId               string
}
type AdminSetUserMFAPreferenceResponse struct {
}
type AdminSetUserPasswordRequest struct {
	UserPoolId string
	Username   string
	Password   string
	Permanent  *bool
}
type AdminSetUserPasswordResponse struct {
}
type AdminSetUserSettingsRequest struct {
	UserPoolId string
	Username   string
	MFAOptions []MFAOptionType
}
type AdminSetUserSettingsResponse struct {
}
type AdminUpdateAuthEventFeedbackRequest struct {
	UserPoolId    string
	Username      string
	EventId       string
	FeedbackValue FeedbackValueType
}
type AdminUpdateAuthEventFeedbackResponse struct {
}
type AdminUpdateDeviceStatusRequest struct {
	UserPoolId             string
	Username               string
	DeviceKey              string
	DeviceRememberedStatus DeviceRememberedStatusType
}
type AdminUpdateDeviceStatusResponse struct {
}
type AdminUpdateUserAttributesRequest struct {
	UserPoolId     string
	Username       string
	UserAttributes []AttributeType
	ClientMetadata map[string]string
}
type AdminUpdateUserAttributesResponse struct {
}
type AdminUserGlobalSignOutRequest struct {
	UserPoolId string
	Username   string
}
type AdminUserGlobalSignOutResponse struct {
}
type AdvancedSecurityAdditionalFlowsType struct {
	CustomAuthMode AdvancedSecurityEnabledModeType
}
type AdvancedSecurityEnabledModeType string

const (
	AdvancedSecurityEnabledModeTypeAudit    AdvancedSecurityEnabledModeType = "AUDIT"
	AdvancedSecurityEnabledModeTypeEnforced AdvancedSecurityEnabledModeType = "ENFORCED"
)

type AdvancedSecurityModeType string

const (
	AdvancedSecurityModeTypeOff      AdvancedSecurityModeType = "OFF"
	AdvancedSecurityModeTypeAudit    AdvancedSecurityModeType = "AUDIT"
	AdvancedSecurityModeTypeEnforced AdvancedSecurityModeType = "ENFORCED"
)

type AliasAttributeType string

const (
	AliasAttributeTypePhoneNumber       AliasAttributeType = "phone_number"
	AliasAttributeTypeEmail             AliasAttributeType = "email"
	AliasAttributeTypePreferredUsername AliasAttributeType = "preferred_username"
)

type AnalyticsConfigurationType struct {
	ApplicationId  *string
	ApplicationArn *string
	RoleArn        *string
	ExternalId     *string
	UserDataShared *bool
}
type AnalyticsMetadataType struct {
	AnalyticsEndpointId *string
}
type AssetCategoryType string

const (
	AssetCategoryTypeFaviconIco           AssetCategoryType = "FAVICON_ICO"
	AssetCategoryTypeFaviconSvg           AssetCategoryType = "FAVICON_SVG"
	AssetCategoryTypeEmailGraphic         AssetCategoryType = "EMAIL_GRAPHIC"
	AssetCategoryTypeSmsGraphic           AssetCategoryType = "SMS_GRAPHIC"
	AssetCategoryTypeAuthAppGraphic       AssetCategoryType = "AUTH_APP_GRAPHIC"
	AssetCategoryTypePasswordGraphic      AssetCategoryType = "PASSWORD_GRAPHIC"
	AssetCategoryTypePasskeyGraphic       AssetCategoryType = "PASSKEY_GRAPHIC"
	AssetCategoryTypePageHeaderLogo       AssetCategoryType = "PAGE_HEADER_LOGO"
	AssetCategoryTypePageHeaderBackground AssetCategoryType = "PAGE_HEADER_BACKGROUND"
	AssetCategoryTypePageFooterLogo       AssetCategoryType = "PAGE_FOOTER_LOGO"
	AssetCategoryTypePageFooterBackground AssetCategoryType = "PAGE_FOOTER_BACKGROUND"
	AssetCategoryTypePageBackground       AssetCategoryType = "PAGE_BACKGROUND"
	AssetCategoryTypeFormBackground       AssetCategoryType = "FORM_BACKGROUND"
	AssetCategoryTypeFormLogo             AssetCategoryType = "FORM_LOGO"
	AssetCategoryTypeIdpButtonIcon        AssetCategoryType = "IDP_BUTTON_ICON"
)

type AssetExtensionType string

const (
	AssetExtensionTypeIco  AssetExtensionType = "ICO"
	AssetExtensionTypeJpeg AssetExtensionType = "JPEG"
	AssetExtensionTypePng  AssetExtensionType = "PNG"
	AssetExtensionTypeSvg  AssetExtensionType = "SVG"
	AssetExtensionTypeWebp AssetExtensionType = "WEBP"
)

type AssetType struct {
	Category   AssetCategoryType
	ColorMode  ColorSchemeModeType
	Extension  AssetExtensionType
	Bytes      []byte
	ResourceId *string
}
type AssociateSoftwareTokenRequest struct {
	AccessToken *string
	Session     *string
}
type AssociateSoftwareTokenResponse struct {
	SecretCode *string
	Session    *string
}
type AttributeDataType string

const (
	AttributeDataTypeString   AttributeDataType = "String"
	AttributeDataTypeNumber   AttributeDataType = "Number"
	AttributeDataTypeDateTime AttributeDataType = "DateTime"
	AttributeDataTypeBoolean  AttributeDataType = "Boolean"
)

type AttributeType struct {
	Name  string
	Value *string
}
type AuthEventType struct {
	EventId            *string
	EventType          EventType
	CreationDate       *time.Time
	EventResponse      EventResponseType
	EventRisk          *EventRiskType
	ChallengeResponses []ChallengeResponseType
	EventContextData   *EventContextDataType
	EventFeedback      *EventFeedbackType
}
type AuthFactorType string

const (
	AuthFactorTypePassword      AuthFactorType = "PASSWORD"
	AuthFactorTypeEmailOtp      AuthFactorType = "EMAIL_OTP"
	AuthFactorTypeSmsOtp        AuthFactorType = "SMS_OTP"
	AuthFactorTypeWebAuthn      AuthFactorType = "WEB_AUTHN"
	AuthFactorTypeSoftwareToken AuthFactorType = "SOFTWARE_TOKEN"
)

type AuthFlowType string

const (
	AuthFlowTypeUserSrpAuth           AuthFlowType = "USER_SRP_AUTH"
	AuthFlowTypeRefreshTokenAuth      AuthFlowType = "REFRESH_TOKEN_AUTH"
	AuthFlowTypeRefreshToken          AuthFlowType = "REFRESH_TOKEN"
	AuthFlowTypeCustomAuth            AuthFlowType = "CUSTOM_AUTH"
	AuthFlowTypeAdminNoSrpAuth        AuthFlowType = "ADMIN_NO_SRP_AUTH"
	AuthFlowTypeUserPasswordAuth      AuthFlowType = "USER_PASSWORD_AUTH"
	AuthFlowTypeAdminUserPasswordAuth AuthFlowType = "ADMIN_USER_PASSWORD_AUTH"
	AuthFlowTypeUserAuth              AuthFlowType = "USER_AUTH"
)

type AuthenticationResultType struct {
	AccessToken       *string
	ExpiresIn         *int32
	TokenType         *string
	RefreshToken      *string
	IdToken           *string
	NewDeviceMetadata *NewDeviceMetadataType
}
type ChallengeName string

const (
	ChallengeNamePassword ChallengeName = "Password"
	ChallengeNameMfa      ChallengeName = "Mfa"
)

type ChallengeNameType string

const (
	ChallengeNameTypeSmsMfa                 ChallengeNameType = "SMS_MFA"
	ChallengeNameTypeEmailOtp               ChallengeNameType = "EMAIL_OTP"
	ChallengeNameTypeSoftwareTokenMfa       ChallengeNameType = "SOFTWARE_TOKEN_MFA"
	ChallengeNameTypeSelectMfaType          ChallengeNameType = "SELECT_MFA_TYPE"
	ChallengeNameTypeMfaSetup               ChallengeNameType = "MFA_SETUP"
	ChallengeNameTypePasswordVerifier       ChallengeNameType = "PASSWORD_VERIFIER"
	ChallengeNameTypeCustomChallenge        ChallengeNameType = "CUSTOM_CHALLENGE"
	ChallengeNameTypeSelectChallenge        ChallengeNameType = "SELECT_CHALLENGE"
	ChallengeNameTypeDeviceSrpAuth          ChallengeNameType = "DEVICE_SRP_AUTH"
	ChallengeNameTypeDevicePasswordVerifier ChallengeNameType = "DEVICE_PASSWORD_VERIFIER"
	ChallengeNameTypeAdminNoSrpAuth         ChallengeNameType = "ADMIN_NO_SRP_AUTH"
	ChallengeNameTypeNewPasswordRequired    ChallengeNameType = "NEW_PASSWORD_REQUIRED"
	ChallengeNameTypeSmsOtp                 ChallengeNameType = "SMS_OTP"
	ChallengeNameTypePassword               ChallengeNameType = "PASSWORD"
	ChallengeNameTypeWebAuthn               ChallengeNameType = "WEB_AUTHN"
	ChallengeNameTypePasswordSrp            ChallengeNameType = "PASSWORD_SRP"
)

type ChallengeResponse string

const (
	ChallengeResponseSuccess ChallengeResponse = "Success"
	ChallengeResponseFailure ChallengeResponse = "Failure"
)

type ChallengeResponseType struct {
	ChallengeName     ChallengeName
	ChallengeResponse ChallengeResponse
}
type ChangePasswordRequest struct {
	PreviousPassword *string
	ProposedPassword string
	AccessToken      string
}
type ChangePasswordResponse struct {
}
type ClientAuthenticationResultType struct {
	AccessToken *string
	ExpiresIn   *int32
	TokenType   *string
}
type ClientSSOSessionConfigType struct {
	MaxValidityMinutes int32
}
type ClientSecretDescriptorType struct {
	ClientSecretId         *string
	ClientSecretValue      *string
	ClientSecretCreateDate *time.Time
}
type ClientTypeType string

const (
	ClientTypeTypeRegular ClientTypeType = "REGULAR"
	ClientTypeTypeDcr     ClientTypeType = "DCR"
)

type CloudWatchLogsConfigurationType struct {
	LogGroupArn *string
}
type CodeDeliveryDetailsType struct {
	Destination    *string
	DeliveryMedium DeliveryMediumType
	AttributeName  *string
}
type ColorSchemeModeType string

const (
	ColorSchemeModeTypeLight   ColorSchemeModeType = "LIGHT"
	ColorSchemeModeTypeDark    ColorSchemeModeType = "DARK"
	ColorSchemeModeTypeDynamic ColorSchemeModeType = "DYNAMIC"
)

type CompleteWebAuthnRegistrationRequest struct {
	AccessToken string
	Credential  Document
}
type CompleteWebAuthnRegistrationResponse struct {
}
type CompromisedCredentialsActionsType struct {
	EventAction CompromisedCredentialsEventActionType
}
type CompromisedCredentialsEventActionType string

const (
	CompromisedCredentialsEventActionTypeBlock    CompromisedCredentialsEventActionType = "BLOCK"
	CompromisedCredentialsEventActionTypeNoAction CompromisedCredentialsEventActionType = "NO_ACTION"
)

type CompromisedCredentialsRiskConfigurationType struct {
	EventFilter []EventFilterType
	Actions     *CompromisedCredentialsActionsType
}
type ConfirmDeviceRequest struct {
	AccessToken                string
	DeviceKey                  string
	DeviceSecretVerifierConfig *DeviceSecretVerifierConfigType
	DeviceName                 *string
}
type ConfirmDeviceResponse struct {
	UserConfirmationNecessary *bool
}
type ConfirmForgotPasswordRequest struct {
	ClientId          string
	SecretHash        *string
	Username          string
	ConfirmationCode  string
	Password          string
	AnalyticsMetadata *AnalyticsMetadataType
	UserContextData   *UserContextDataType
	ClientMetadata    map[string]string
}
type ConfirmForgotPasswordResponse struct {
}
type ConfirmSignUpRequest struct {
	ClientId           string
	SecretHash         *string
	Username           string
	ConfirmationCode   string
	ForceAliasCreation *bool
	AnalyticsMetadata  *AnalyticsMetadataType
	UserContextData    *UserContextDataType
	ClientMetadata     map[string]string
	Session            *string
}
type ConfirmSignUpResponse struct {
	Session *string
}
type ContextDataType struct {
	IpAddress   string
	ServerName  string
	ServerPath  string
	HttpHeaders []HttpHeader
	EncodedData *string
}
type CreateGroupRequest struct {
	GroupName   string
	UserPoolId  string
	Description *string
	RoleArn     *string
	Precedence  *int32
}
type CreateGroupResponse struct {
	Group *GroupType
}
type CreateIdentityProviderRequest struct {
	UserPoolId       string
	ProviderName     string
	ProviderType     IdentityProviderTypeType
	ProviderDetails  map[string]string
	AttributeMapping map[string]string
	IdpIdentifiers   []string
	AcrMapping       map[string]string
}
type CreateIdentityProviderResponse struct {
	IdentityProvider *IdentityProviderType
}
type CreateManagedLoginBrandingRequest struct {
	UserPoolId               string
	ClientId                 string
	UseCognitoProvidedValues *bool
	Settings                 Document
	Assets                   []AssetType
}
type CreateManagedLoginBrandingResponse struct {
	ManagedLoginBranding *ManagedLoginBrandingType
}
type CreateResourceServerRequest struct {
	UserPoolId string
	Identifier string
	Name       string
	Scopes     []ResourceServerScopeType
}
type CreateResourceServerResponse struct {
	ResourceServer *ResourceServerType
}
type CreateTermsRequest struct {
	UserPoolId  string
	ClientId    string
	TermsName   string
	TermsSource TermsSourceType
	Enforcement TermsEnforcementType
	Links       map[string]string
}
type CreateTermsResponse struct {
	Terms *TermsType
}
type CreateUserImportJobRequest struct {
	JobName                  string
	UserPoolId               string
	CloudWatchLogsRoleArn    string
	PasswordHashingAlgorithm PasswordHashingAlgorithmType
}
type CreateUserImportJobResponse struct {
	UserImportJob *UserImportJobType
}
type CreateUserPoolClientRequest struct {
	UserPoolId                               string
	ClientName                               string
	GenerateSecret                           *bool
	ClientSecret                             *string
	RefreshTokenValidity                     *int32
	AccessTokenValidity                      *int32
	IdTokenValidity                          *int32
	TokenValidityUnits                       *TokenValidityUnitsType
	ReadAttributes                           []string
	WriteAttributes                          []string
	ExplicitAuthFlows                        []ExplicitAuthFlowsType
	SupportedIdentityProviders               []string
	CallbackURLs                             []string
	LogoutURLs                               []string
	DefaultRedirectURI                       *string
	AllowedOAuthFlows                        []OAuthFlowType
	AllowedOAuthScopes                       []string
	AllowedOAuthFlowsUserPoolClient          *bool
	AnalyticsConfiguration                   *AnalyticsConfigurationType
	PreventUserExistenceErrors               PreventUserExistenceErrorTypes
	EnableTokenRevocation                    *bool
	EnablePropagateAdditionalUserContextData *bool
	AuthSessionValidity                      *int32
	RefreshTokenRotation                     *RefreshTokenRotationType
}
type CreateUserPoolClientResponse struct {
	UserPoolClient *UserPoolClientType
}
type CreateUserPoolDomainRequest struct {
	Domain              string
	UserPoolId          string
	ManagedLoginVersion *int32
	CustomDomainConfig  *CustomDomainConfigType
	Routing             *RoutingType
}
type CreateUserPoolDomainResponse struct {
	ManagedLoginVersion *int32
	CloudFrontDomain    *string
	Routing             *RoutingType
}
type CreateUserPoolReplicaRequest struct {
	UserPoolId   string
	RegionName   string
	UserPoolTags map[string]string
}
type CreateUserPoolReplicaResponse struct {
	UserPoolReplica *UserPoolReplicaType
}
type CreateUserPoolRequest struct {
	PoolName                    string
	Policies                    *UserPoolPolicyType
	DeletionProtection          DeletionProtectionType
	LambdaConfig                *LambdaConfigType
	AutoVerifiedAttributes      []VerifiedAttributeType
	AliasAttributes             []AliasAttributeType
	UsernameAttributes          []UsernameAttributeType
	SmsVerificationMessage      *string
	EmailVerificationMessage    *string
	EmailVerificationSubject    *string
	VerificationMessageTemplate *VerificationMessageTemplateType
	SmsAuthenticationMessage    *string
	MfaConfiguration            UserPoolMfaType
	UserAttributeUpdateSettings *UserAttributeUpdateSettingsType
	DeviceConfiguration         *DeviceConfigurationType
	EmailConfiguration          *EmailConfigurationType
	SmsConfiguration            *SmsConfigurationType
	UserPoolTags                map[string]string
	AdminCreateUserConfig       *AdminCreateUserConfigType
	Schema                      []SchemaAttributeType
	UserPoolAddOns              *UserPoolAddOnsType
	DcrConfiguration            *DcrConfigurationType
	UsernameConfiguration       *UsernameConfigurationType
	AccountRecoverySetting      *AccountRecoverySettingType
	UserPoolTier                UserPoolTierType
	KeyConfiguration            *KeyConfigurationType
	IssuerConfiguration         *IssuerConfigurationType
	AcrConfiguration            map[string]AcrLevelConfigType
}
type CreateUserPoolResponse struct {
	UserPool *UserPoolType
}
type CustomDomainConfigType struct {
	CertificateArn string
	SecurityPolicy SecurityPolicyType
}
type CustomEmailLambdaVersionConfigType struct {
	LambdaVersion CustomEmailSenderLambdaVersionType
	LambdaArn     string
}
type CustomEmailSenderLambdaVersionType string

const (
	CustomEmailSenderLambdaVersionTypeV10 CustomEmailSenderLambdaVersionType = "V1_0"
)

type CustomSMSLambdaVersionConfigType struct {
	LambdaVersion CustomSMSSenderLambdaVersionType
	LambdaArn     string
}
type CustomSMSSenderLambdaVersionType string

const (
	CustomSMSSenderLambdaVersionTypeV10 CustomSMSSenderLambdaVersionType = "V1_0"
)

type DcrConfigurationType struct {
	EnableStatus            StatusType
	OpenDcrEnabled          *bool
	AuthenticatedGrantTypes []OAuthFlowType
	OpenDcrGrantTypes       []OAuthFlowType
	AllowedScopes           []string
}
type DefaultEmailOptionType string

const (
	DefaultEmailOptionTypeConfirmWithLink DefaultEmailOptionType = "CONFIRM_WITH_LINK"
	DefaultEmailOptionTypeConfirmWithCode DefaultEmailOptionType = "CONFIRM_WITH_CODE"
)

type DeleteGroupRequest struct {
	GroupName  string
	UserPoolId string
}
type DeleteIdentityProviderRequest struct {
	UserPoolId   string
	ProviderName string
}
type DeleteManagedLoginBrandingRequest struct {
	ManagedLoginBrandingId string
	UserPoolId             string
}
type DeleteResourceServerRequest struct {
	UserPoolId string
	Identifier string
}
type DeleteTermsRequest struct {
	TermsId    string
	UserPoolId string
}
type DeleteUserAttributesRequest struct {
	UserAttributeNames []string
	AccessToken        string
}
type DeleteUserAttributesResponse struct {
}
type DeleteUserPoolClientRequest struct {
	UserPoolId string
	ClientId   string
}
type DeleteUserPoolClientSecretRequest struct {
	UserPoolId     string
	ClientId       string
	ClientSecretId string
}
type DeleteUserPoolClientSecretResponse struct {
}
type DeleteUserPoolDomainRequest struct {
	Domain     string
	UserPoolId string
}
type DeleteUserPoolDomainResponse struct {
}
type DeleteUserPoolReplicaRequest struct {
	UserPoolId string
	RegionName string
}
type DeleteUserPoolReplicaResponse struct {
	UserPoolReplica *UserPoolReplicaType
}
type DeleteUserPoolRequest struct {
	UserPoolId string
}
type DeleteUserRequest struct {
	AccessToken string
}
type DeleteWebAuthnCredentialRequest struct {
	AccessToken  string
	CredentialId string
}
type DeleteWebAuthnCredentialResponse struct {
}
type DeletionProtectionType string

const (
	DeletionProtectionTypeActive   DeletionProtectionType = "ACTIVE"
	DeletionProtectionTypeInactive DeletionProtectionType = "INACTIVE"
)

type DeliveryMediumType string

const (
	DeliveryMediumTypeSms   DeliveryMediumType = "SMS"
	DeliveryMediumTypeEmail DeliveryMediumType = "EMAIL"
)

type DescribeIdentityProviderRequest struct {
	UserPoolId   string
	ProviderName string
}
type DescribeIdentityProviderResponse struct {
	IdentityProvider *IdentityProviderType
}
type DescribeManagedLoginBrandingByClientRequest struct {
	UserPoolId            string
	ClientId              string
	ReturnMergedResources *bool
}
type DescribeManagedLoginBrandingByClientResponse struct {
	ManagedLoginBranding *ManagedLoginBrandingType
}
type DescribeManagedLoginBrandingRequest struct {
	UserPoolId             string
	ManagedLoginBrandingId string
	ReturnMergedResources  *bool
}
type DescribeManagedLoginBrandingResponse struct {
	ManagedLoginBranding *ManagedLoginBrandingType
}
type DescribeResourceServerRequest struct {
	UserPoolId string
	Identifier string
}
type DescribeResourceServerResponse struct {
	ResourceServer *ResourceServerType
}
type DescribeRiskConfigurationRequest struct {
	UserPoolId string
	ClientId   *string
}
type DescribeRiskConfigurationResponse struct {
	RiskConfiguration *RiskConfigurationType
}
type DescribeTermsByClientRequest struct {
	ClientId   string
	UserPoolId string
	TermsName  string
}
type DescribeTermsByClientResponse struct {
	Terms *TermsType
}
type DescribeTermsRequest struct {
	TermsId    string
	UserPoolId string
}
type DescribeTermsResponse struct {
	Terms *TermsType
}
type DescribeUserImportJobRequest struct {
	UserPoolId string
	JobId      string
}
type DescribeUserImportJobResponse struct {
	UserImportJob *UserImportJobType
}
type DescribeUserPoolClientRequest struct {
	UserPoolId string
	ClientId   string
}
type DescribeUserPoolClientResponse struct {
	UserPoolClient *UserPoolClientType
}
type DescribeUserPoolDomainRequest struct {
	Domain string
}
type DescribeUserPoolDomainResponse struct {
	DomainDescription *DomainDescriptionType
}
type DescribeUserPoolRequest struct {
	UserPoolId string
}
type DescribeUserPoolResponse struct {
	UserPool *UserPoolType
}
type DeviceConfigurationType struct {
	ChallengeRequiredOnNewDevice     *bool
	DeviceOnlyRememberedOnUserPrompt *bool
}
type DeviceRememberedStatusType string

const (
	DeviceRememberedStatusTypeRemembered    DeviceRememberedStatusType = "remembered"
	DeviceRememberedStatusTypeNotRemembered DeviceRememberedStatusType = "not_remembered"
)

type DeviceSecretVerifierConfigType struct {
	PasswordVerifier *string
	Salt             *string
}
type DeviceType struct {
	DeviceKey                   *string
	DeviceAttributes            []AttributeType
	DeviceCreateDate            *time.Time
	DeviceLastModifiedDate      *time.Time
	DeviceLastAuthenticatedDate *time.Time
}
type DomainDescriptionType struct {
	UserPoolId             *string
	AWSAccountId           *string
	Domain                 *string
	S3Bucket               *string
	CloudFrontDistribution *string
	Version                *string
	Status                 DomainStatusType
	CustomDomainConfig     *CustomDomainConfigType
	ManagedLoginVersion    *int32
	Routing                *RoutingType
}
type DomainStatusType string

const (
	DomainStatusTypeCreating DomainStatusType = "CREATING"
	DomainStatusTypeDeleting DomainStatusType = "DELETING"
	DomainStatusTypeUpdating DomainStatusType = "UPDATING"
	DomainStatusTypeActive   DomainStatusType = "ACTIVE"
	DomainStatusTypeFailed   DomainStatusType = "FAILED"
)

type EmailConfigurationType struct {
	SourceArn           *string
	ReplyToEmailAddress *string
	EmailSendingAccount EmailSendingAccountType
	From                *string
	ConfigurationSet    *string
}
type EmailMfaConfigType struct {
	Message *string
	Subject *string
}
type EmailMfaSettingsType struct {
	Enabled      *bool
	PreferredMfa *bool
}
type EmailSendingAccountType string

const (
	EmailSendingAccountTypeCognitoDefault EmailSendingAccountType = "COGNITO_DEFAULT"
	EmailSendingAccountTypeDeveloper      EmailSendingAccountType = "DEVELOPER"
)

type EncryptionKeyType string

const (
	EncryptionKeyTypeAwsOwnedKey        EncryptionKeyType = "AWS_OWNED_KEY"
	EncryptionKeyTypeCustomerManagedKey EncryptionKeyType = "CUSTOMER_MANAGED_KEY"
)

type EumsSmsConfigurationType struct {
	CallerArn            string
	ExternalId           *string
	OriginationIdentity  *string
	ConfigurationSetName *string
	InEntityId           *string
	InTemplateId         *string
	Region               *string
}
type EventContextDataType struct {
	IpAddress  *string
	DeviceName *string
	Timezone   *string
	City       *string
	Country    *string
}
type EventFeedbackType struct {
	FeedbackValue FeedbackValueType
	Provider      string
	FeedbackDate  *time.Time
}
type EventFilterType string

const (
	EventFilterTypeSignIn         EventFilterType = "SIGN_IN"
	EventFilterTypePasswordChange EventFilterType = "PASSWORD_CHANGE"
	EventFilterTypeSignUp         EventFilterType = "SIGN_UP"
)

type EventResponseType string

const (
	EventResponseTypePass       EventResponseType = "Pass"
	EventResponseTypeFail       EventResponseType = "Fail"
	EventResponseTypeInProgress EventResponseType = "InProgress"
)

type EventRiskType struct {
	RiskDecision                   RiskDecisionType
	RiskLevel                      RiskLevelType
	CompromisedCredentialsDetected *bool
}
type EventSourceName string

const (
	EventSourceNameUserNotification EventSourceName = "userNotification"
	EventSourceNameUserAuthEvents   EventSourceName = "userAuthEvents"
)

type EventType string

const (
	EventTypeSignIn         EventType = "SignIn"
	EventTypeSignUp         EventType = "SignUp"
	EventTypeForgotPassword EventType = "ForgotPassword"
	EventTypePasswordChange EventType = "PasswordChange"
	EventTypeResendCode     EventType = "ResendCode"
)

type ExplicitAuthFlowsType string

const (
	ExplicitAuthFlowsTypeAdminNoSrpAuth             ExplicitAuthFlowsType = "ADMIN_NO_SRP_AUTH"
	ExplicitAuthFlowsTypeCustomAuthFlowOnly         ExplicitAuthFlowsType = "CUSTOM_AUTH_FLOW_ONLY"
	ExplicitAuthFlowsTypeUserPasswordAuth           ExplicitAuthFlowsType = "USER_PASSWORD_AUTH"
	ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth ExplicitAuthFlowsType = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
	ExplicitAuthFlowsTypeAllowCustomAuth            ExplicitAuthFlowsType = "ALLOW_CUSTOM_AUTH"
	ExplicitAuthFlowsTypeAllowUserPasswordAuth      ExplicitAuthFlowsType = "ALLOW_USER_PASSWORD_AUTH"
	ExplicitAuthFlowsTypeAllowUserSrpAuth           ExplicitAuthFlowsType = "ALLOW_USER_SRP_AUTH"
	ExplicitAuthFlowsTypeAllowRefreshTokenAuth      ExplicitAuthFlowsType = "ALLOW_REFRESH_TOKEN_AUTH"
	ExplicitAuthFlowsTypeAllowUserAuth              ExplicitAuthFlowsType = "ALLOW_USER_AUTH"
	ExplicitAuthFlowsTypeAllowClientTokenAuth       ExplicitAuthFlowsType = "ALLOW_CLIENT_TOKEN_AUTH"
)

type FailoverType struct {
	SecondaryRegion             string
	PrimaryRoute53HealthCheckId string
}
type FeatureType string

const (
	FeatureTypeEnabled  FeatureType = "ENABLED"
	FeatureTypeDisabled FeatureType = "DISABLED"
)

type FeedbackValueType string

const (
	FeedbackValueTypeValid   FeedbackValueType = "Valid"
	FeedbackValueTypeInvalid FeedbackValueType = "Invalid"
)

type FirehoseConfigurationType struct {
	StreamArn *string
}
type ForgetDeviceRequest struct {
	AccessToken *string
	DeviceKey   string
}
type ForgotPasswordRequest struct {
	ClientId          string
	SecretHash        *string
	UserContextData   *UserContextDataType
	Username          string
	AnalyticsMetadata *AnalyticsMetadataType
	ClientMetadata    map[string]string
}
type ForgotPasswordResponse struct {
	CodeDeliveryDetails *CodeDeliveryDetailsType
}
type GetCSVHeaderRequest struct {
	UserPoolId string
}
type GetCSVHeaderResponse struct {
	UserPoolId *string
	CSVHeader  []string
}
type GetClientTokenRequest struct {
	ClientId       string
	Secret         string
	Scopes         []string
	ClientMetadata map[string]string
}
type GetClientTokenResponse struct {
	ClientAuthenticationResult *ClientAuthenticationResultType
}
type GetDeviceRequest struct {
	DeviceKey   string
	AccessToken *string
}
type GetDeviceResponse struct {
	Device *DeviceType
}
type GetGroupRequest struct {
	GroupName  string
	UserPoolId string
}
type GetGroupResponse struct {
	Group *GroupType
}
type GetIdentityProviderByIdentifierRequest struct {
	UserPoolId    string
	IdpIdentifier string
}
type GetIdentityProviderByIdentifierResponse struct {
	IdentityProvider *IdentityProviderType
}
type GetLogDeliveryConfigurationRequest struct {
	UserPoolId string
}
type GetLogDeliveryConfigurationResponse struct {
	LogDeliveryConfiguration *LogDeliveryConfigurationType
}
type GetProvisionedLimitRequest struct {
	LimitDefinition *LimitDefinitionType
}
type GetProvisionedLimitResponse struct {
	Limit *LimitType
}
type GetSigningCertificateRequest struct {
	UserPoolId string
}
type GetSigningCertificateResponse struct {
	Certificate *string
}
type GetTokensFromRefreshTokenRequest struct {
	RefreshToken   string
	ClientId       string
	ClientSecret   *string
	DeviceKey      *string
	ClientMetadata map[string]string
}
type GetTokensFromRefreshTokenResponse struct {
	AuthenticationResult *AuthenticationResultType
}
type GetUICustomizationRequest struct {
	UserPoolId string
	ClientId   *string
}
type GetUICustomizationResponse struct {
	UICustomization *UICustomizationType
}
type GetUserAttributeVerificationCodeRequest struct {
	AccessToken    string
	AttributeName  string
	ClientMetadata map[string]string
}
type GetUserAttributeVerificationCodeResponse struct {
	CodeDeliveryDetails *CodeDeliveryDetailsType
}
type GetUserAuthFactorsRequest struct {
	AccessToken string
}
type GetUserAuthFactorsResponse struct {
	Username                  string
	PreferredMfaSetting       *string
	UserMFASettingList        []string
	ConfiguredUserAuthFactors []AuthFactorType
}
type GetUserPoolClientSessionConfigurationRequest struct {
	UserPoolId string
	ClientId   string
}
type GetUserPoolClientSessionConfigurationResponse struct {
	UserPoolId *string
	ClientId   *string
	SSOSession *ClientSSOSessionConfigType
}
type GetUserPoolMfaConfigRequest struct {
	UserPoolId string
}
type GetUserPoolMfaConfigResponse struct {
	SmsMfaConfiguration           *SmsMfaConfigType
	SoftwareTokenMfaConfiguration *SoftwareTokenMfaConfigType
	EmailMfaConfiguration         *EmailMfaConfigType
	MfaConfiguration              UserPoolMfaType
	WebAuthnConfiguration         *WebAuthnConfigurationType
}
type GetUserPoolSessionConfigurationRequest struct {
	UserPoolId string
}
type GetUserPoolSessionConfigurationResponse struct {
	UserPoolId          *string
	UserSessionTracking UserSessionTrackingType
	TokenSession        *UserPoolTokenSessionConfigType
}
type GetUserRequest struct {
	AccessToken string
}
type GetUserResponse struct {
	Username            string
	UserAttributes      []AttributeType
	MFAOptions          []MFAOptionType
	PreferredMfaSetting *string
	UserMFASettingList  []string
}
type GlobalSignOutRequest struct {
	AccessToken string
}
type GlobalSignOutResponse struct {
}
type GroupType struct {
	GroupName        *string
	UserPoolId       *string
	Description      *string
	RoleArn          *string
	Precedence       *int32
	LastModifiedDate *time.Time
	CreationDate     *time.Time
}
type HttpHeader struct {
	HeaderName  *string
	HeaderValue *string
}
type IdentityProviderType struct {
	UserPoolId       *string
	ProviderName     *string
	ProviderType     IdentityProviderTypeType
	ProviderDetails  map[string]string
	AttributeMapping map[string]string
	IdpIdentifiers   []string
	AcrMapping       map[string]string
	LastModifiedDate *time.Time
	CreationDate     *time.Time
}
type IdentityProviderTypeType string

const (
	IdentityProviderTypeTypeSaml            IdentityProviderTypeType = "SAML"
	IdentityProviderTypeTypeFacebook        IdentityProviderTypeType = "Facebook"
	IdentityProviderTypeTypeGoogle          IdentityProviderTypeType = "Google"
	IdentityProviderTypeTypeLoginWithAmazon IdentityProviderTypeType = "LoginWithAmazon"
	IdentityProviderTypeTypeSignInWithApple IdentityProviderTypeType = "SignInWithApple"
	IdentityProviderTypeTypeOidc            IdentityProviderTypeType = "OIDC"
)

type InboundFederationLambdaType struct {
	LambdaVersion InboundFederationLambdaVersionType
	LambdaArn     string
}
type InboundFederationLambdaVersionType string

const (
	InboundFederationLambdaVersionTypeV10 InboundFederationLambdaVersionType = "V1_0"
)

type InitiateAuthRequest struct {
	AuthFlow          AuthFlowType
	AuthParameters    map[string]string
	ClientMetadata    map[string]string
	ClientId          string
	AnalyticsMetadata *AnalyticsMetadataType
	UserContextData   *UserContextDataType
	Session           *string
}
type InitiateAuthResponse struct {
	ChallengeName        ChallengeNameType
	Session              *string
	ChallengeParameters  map[string]string
	AuthenticationResult *AuthenticationResultType
	AvailableChallenges  []ChallengeNameType
}
type IssuerConfigurationType struct {
	Type IssuerType
}
type IssuerType string

const (
	IssuerTypeOriginal IssuerType = "ORIGINAL"
	IssuerTypeUpdated  IssuerType = "UPDATED"
)

type KeyConfigurationType struct {
	KeyType   EncryptionKeyType
	KmsKeyArn *string
}
type LambdaConfigType struct {
	PreSignUp                   *string
	CustomMessage               *string
	PostConfirmation            *string
	PreAuthentication           *string
	PostAuthentication          *string
	DefineAuthChallenge         *string
	CreateAuthChallenge         *string
	VerifyAuthChallengeResponse *string
	PreTokenGeneration          *string
	UserMigration               *string
	PreTokenGenerationConfig    *PreTokenGenerationVersionConfigType
	CustomSMSSender             *CustomSMSLambdaVersionConfigType
	CustomEmailSender           *CustomEmailLambdaVersionConfigType
	KMSKeyID                    *string
	InboundFederation           *InboundFederationLambdaType
}
type LimitClass string

const (
	LimitClassApiCategory LimitClass = "API_CATEGORY"
)

type LimitDefinitionType struct {
	LimitClass LimitClass
	Attributes map[string]string
}
type LimitType struct {
	LimitDefinition       *LimitDefinitionType
	ProvisionedLimitValue int32
	FreeLimitValue        int32
}
type ListDevicesRequest struct {
	AccessToken     string
	Limit           *int32
	PaginationToken *string
}
type ListDevicesResponse struct {
	Devices         []DeviceType
	PaginationToken *string
}
type ListGroupsRequest struct {
	UserPoolId string
	Limit      *int32
	NextToken  *string
}
type ListGroupsResponse struct {
	Groups    []GroupType
	NextToken *string
}
type ListIdentityProvidersRequest struct {
	UserPoolId string
	MaxResults *int32
	NextToken  *string
}
type ListIdentityProvidersResponse struct {
	Providers []ProviderDescription
	NextToken *string
}
type ListResourceServersRequest struct {
	UserPoolId string
	MaxResults *int32
	NextToken  *string
}
type ListResourceServersResponse struct {
	ResourceServers []ResourceServerType
	NextToken       *string
}
type ListTagsForResourceRequest struct {
	ResourceArn string
}
type ListTagsForResourceResponse struct {
	Tags map[string]string
}
type ListTermsRequest struct {
	UserPoolId string
	MaxResults *int32
	NextToken  *string
}
type ListTermsResponse struct {
	Terms     []TermsDescriptionType
	NextToken *string
}
type ListUserImportJobsRequest struct {
	UserPoolId      string
	MaxResults      int32
	PaginationToken *string
}
type ListUserImportJobsResponse struct {
	UserImportJobs  []UserImportJobType
	PaginationToken *string
}
type ListUserPoolClientSecretsRequest struct {
	UserPoolId string
	ClientId   string
	NextToken  *string
}
type ListUserPoolClientSecretsResponse struct {
	ClientSecrets []ClientSecretDescriptorType
	NextToken     *string
}
type ListUserPoolClientsRequest struct {
	UserPoolId string
	MaxResults *int32
	NextToken  *string
	ClientType ClientTypeType
}
type ListUserPoolClientsResponse struct {
	UserPoolClients []UserPoolClientDescription
	NextToken       *string
}
type ListUserPoolReplicasRequest struct {
	UserPoolId string
	NextToken  *string
}
type ListUserPoolReplicasResponse struct {
	UserPoolReplicas []UserPoolReplicaType
	NextToken        *string
}
type ListUserPoolsRequest struct {
	NextToken  *string
	MaxResults int32
}
type ListUserPoolsResponse struct {
	UserPools []UserPoolDescriptionType
	NextToken *string
}
type ListUserSessionsRequest struct {
	AccessToken string
	NextToken   *string
}
type ListUserSessionsResponse struct {
	Sessions  []SessionDescriptionType
	NextToken *string
}
type ListUsersInGroupRequest struct {
	UserPoolId string
	GroupName  string
	Limit      *int32
	NextToken  *string
}
type ListUsersInGroupResponse struct {
	Users     []UserType
	NextToken *string
}
type ListUsersRequest struct {
	UserPoolId      string
	AttributesToGet []string
	Limit           *int32
	PaginationToken *string
	Filter          *string
}
type ListUsersResponse struct {
	Users           []UserType
	PaginationToken *string
}
type ListWebAuthnCredentialsRequest struct {
	AccessToken string
	NextToken   *string
	MaxResults  *int32
}
type ListWebAuthnCredentialsResponse struct {
	Credentials []WebAuthnCredentialDescription
	NextToken   *string
}
type LogConfigurationType struct {
	LogLevel                    LogLevel
	EventSource                 EventSourceName
	CloudWatchLogsConfiguration *CloudWatchLogsConfigurationType
	S3Configuration             *S3ConfigurationType
	FirehoseConfiguration       *FirehoseConfigurationType
}
type LogDeliveryConfigurationType struct {
	UserPoolId        string
	LogConfigurations []LogConfigurationType
}
type LogLevel string

const (
	LogLevelError LogLevel = "ERROR"
	LogLevelInfo  LogLevel = "INFO"
)

type MFAOptionType struct {
	DeliveryMedium DeliveryMediumType
	AttributeName  *string
}
type ManagedLoginBrandingType struct {
	ManagedLoginBrandingId   *string
	UserPoolId               *string
	UseCognitoProvidedValues *bool
	Settings                 Document
	Assets                   []AssetType
	CreationDate             *time.Time
	LastModifiedDate         *time.Time
}
type MessageActionType string

const (
	MessageActionTypeResend   MessageActionType = "RESEND"
	MessageActionTypeSuppress MessageActionType = "SUPPRESS"
)

type MessageTemplateType struct {
	SMSMessage   *string
	EmailMessage *string
	EmailSubject *string
}
type NewDeviceMetadataType struct {
	DeviceKey      *string
	DeviceGroupKey *string
}
type NotifyConfigurationType struct {
	From          *string
	ReplyTo       *string
	SourceArn     string
	BlockEmail    *NotifyEmailType
	NoActionEmail *NotifyEmailType
	MfaEmail      *NotifyEmailType
}
type NotifyEmailType struct {
	Subject  string
	HtmlBody *string
	TextBody *string
}
type NumberAttributeConstraintsType struct {
	MinValue *string
	MaxValue *string
}
type OAuthFlowType string

const (
	OAuthFlowTypeCode              OAuthFlowType = "code"
	OAuthFlowTypeImplicit          OAuthFlowType = "implicit"
	OAuthFlowTypeClientCredentials OAuthFlowType = "client_credentials"
)

type PasswordHashingAlgorithmType string

const (
	PasswordHashingAlgorithmTypeBcrypt       PasswordHashingAlgorithmType = "BCRYPT"
	PasswordHashingAlgorithmTypeScrypt       PasswordHashingAlgorithmType = "SCRYPT"
	PasswordHashingAlgorithmTypeArgon2id     PasswordHashingAlgorithmType = "ARGON2ID"
	PasswordHashingAlgorithmTypePbkdf2Sha256 PasswordHashingAlgorithmType = "PBKDF2_SHA256"
)

type PasswordPolicyType struct {
	MinimumLength                 *int32
	RequireUppercase              *bool
	RequireLowercase              *bool
	RequireNumbers                *bool
	RequireSymbols                *bool
	PasswordHistorySize           *int32
	TemporaryPasswordValidityDays *int32
}
type PreTokenGenerationLambdaVersionType string

const (
	PreTokenGenerationLambdaVersionTypeV10 PreTokenGenerationLambdaVersionType = "V1_0"
	PreTokenGenerationLambdaVersionTypeV20 PreTokenGenerationLambdaVersionType = "V2_0"
	PreTokenGenerationLambdaVersionTypeV30 PreTokenGenerationLambdaVersionType = "V3_0"
)

type PreTokenGenerationVersionConfigType struct {
	LambdaVersion PreTokenGenerationLambdaVersionType
	LambdaArn     string
}
type PreventUserExistenceErrorTypes string

const (
	PreventUserExistenceErrorTypesLegacy  PreventUserExistenceErrorTypes = "LEGACY"
	PreventUserExistenceErrorTypesEnabled PreventUserExistenceErrorTypes = "ENABLED"
)

type ProviderDescription struct {
	ProviderName     *string
	ProviderType     IdentityProviderTypeType
	LastModifiedDate *time.Time
	CreationDate     *time.Time
}
type ProviderUserIdentifierType struct {
	ProviderName           *string
	ProviderAttributeName  *string
	ProviderAttributeValue *string
}
type RecoveryOptionNameType string

const (
	RecoveryOptionNameTypeVerifiedEmail       RecoveryOptionNameType = "verified_email"
	RecoveryOptionNameTypeVerifiedPhoneNumber RecoveryOptionNameType = "verified_phone_number"
	RecoveryOptionNameTypeAdminOnly           RecoveryOptionNameType = "admin_only"
)

type RecoveryOptionType struct {
	Priority int32
	Name     RecoveryOptionNameType
}
type RefreshTokenRotationType struct {
	Feature                 FeatureType
	RetryGracePeriodSeconds *int32
}
type ReplicaRoleType string

const (
	ReplicaRoleTypePrimary   ReplicaRoleType = "PRIMARY"
	ReplicaRoleTypeSecondary ReplicaRoleType = "SECONDARY"
)

type ReplicaStatusType string

const (
	ReplicaStatusTypeCreating ReplicaStatusType = "CREATING"
	ReplicaStatusTypeActive   ReplicaStatusType = "ACTIVE"
	ReplicaStatusTypeInactive ReplicaStatusType = "INACTIVE"
	ReplicaStatusTypeDeleting ReplicaStatusType = "DELETING"
)

type ResendConfirmationCodeRequest struct {
	ClientId          string
	SecretHash        *string
	UserContextData   *UserContextDataType
	Username          string
	AnalyticsMetadata *AnalyticsMetadataType
	ClientMetadata    map[string]string
}
type ResendConfirmationCodeResponse struct {
	CodeDeliveryDetails *CodeDeliveryDetailsType
}
type ResourceServerManagedByType string

const (
	ResourceServerManagedByTypeCognito ResourceServerManagedByType = "COGNITO"
)

type ResourceServerScopeType struct {
	ScopeName        string
	ScopeDescription string
}
type ResourceServerType struct {
	UserPoolId *string
	Identifier *string
	Name       *string
	Scopes     []ResourceServerScopeType
	ManagedBy  ResourceServerManagedByType
}
type RespondToAuthChallengeRequest struct {
	ClientId           string
	ChallengeName      ChallengeNameType
	Session            *string
	ChallengeResponses map[string]string
	AnalyticsMetadata  *AnalyticsMetadataType
	UserContextData    *UserContextDataType
	ClientMetadata     map[string]string
}
type RespondToAuthChallengeResponse struct {
	ChallengeName        ChallengeNameType
	Session              *string
	ChallengeParameters  map[string]string
	AuthenticationResult *AuthenticationResultType
	AvailableChallenges  []ChallengeNameType
}
type RevokeAssociatedSessionsType string

const (
	RevokeAssociatedSessionsTypeNone   RevokeAssociatedSessionsType = "NONE"
	RevokeAssociatedSessionsTypeLinked RevokeAssociatedSessionsType = "LINKED"
)

type RevokeTokenRequest struct {
	Token                    string
	ClientId                 string
	ClientSecret             *string
	RevokeAssociatedSessions RevokeAssociatedSessionsType
}
type RevokeTokenResponse struct {
}
type RevokeUserSessionRequest struct {
	AccessToken              string
	SessionId                string
	RevokeAssociatedSessions RevokeAssociatedSessionsType
}
type RevokeUserSessionResponse struct {
}
type RiskConfigurationType struct {
	UserPoolId                              *string
	ClientId                                *string
	CompromisedCredentialsRiskConfiguration *CompromisedCredentialsRiskConfigurationType
	AccountTakeoverRiskConfiguration        *AccountTakeoverRiskConfigurationType
	RiskExceptionConfiguration              *RiskExceptionConfigurationType
	LastModifiedDate                        *time.Time
}
type RiskDecisionType string

const (
	RiskDecisionTypeNoRisk          RiskDecisionType = "NoRisk"
	RiskDecisionTypeAccountTakeover RiskDecisionType = "AccountTakeover"
	RiskDecisionTypeBlock           RiskDecisionType = "Block"
)

type RiskExceptionConfigurationType struct {
	BlockedIPRangeList []string
	SkippedIPRangeList []string
}
type RiskLevelType string

const (
	RiskLevelTypeLow    RiskLevelType = "Low"
	RiskLevelTypeMedium RiskLevelType = "Medium"
	RiskLevelTypeHigh   RiskLevelType = "High"
)

type RoutingType struct {
	Failover *FailoverType
}
type S3ConfigurationType struct {
	BucketArn *string
}
type SMSMfaSettingsType struct {
	Enabled      *bool
	PreferredMfa *bool
}
type SchemaAttributeType struct {
	Name                       *string
	AttributeDataType          AttributeDataType
	DeveloperOnlyAttribute     *bool
	Mutable                    *bool
	Required                   *bool
	NumberAttributeConstraints *NumberAttributeConstraintsType
	StringAttributeConstraints *StringAttributeConstraintsType
}
type SecurityPolicyType string

const (
	SecurityPolicyTypeTlsV1      SecurityPolicyType = "TLS_V1"
	SecurityPolicyTypeTlsV122021 SecurityPolicyType = "TLS_V1_2_2021"
	SecurityPolicyTypeTlsV132025 SecurityPolicyType = "TLS_V1_3_2025"
)

type SessionDescriptionType struct {
	SessionId        *string
	SessionType      SessionTypeType
	ClientId         *string
	CreateDate       *time.Time
	LastActiveDate   *time.Time
	DeviceType       *string
	LastIPAddress    *string
	LastLocation     *SessionLocationType
	OriginSessionId  *string
	IsCurrentSession *bool
}
type SessionLocationType struct {
	City    *string
	Country *string
}
type SessionTypeType string

const (
	SessionTypeTypeToken SessionTypeType = "TOKEN"
	SessionTypeTypeSso   SessionTypeType = "SSO"
)

type SetLogDeliveryConfigurationRequest struct {
	UserPoolId        string
	LogConfigurations []LogConfigurationType
}
type SetLogDeliveryConfigurationResponse struct {
	LogDeliveryConfiguration *LogDeliveryConfigurationType
}
type SetRiskConfigurationRequest struct {
	UserPoolId                              string
	ClientId                                *string
	CompromisedCredentialsRiskConfiguration *CompromisedCredentialsRiskConfigurationType
	AccountTakeoverRiskConfiguration        *AccountTakeoverRiskConfigurationType
	RiskExceptionConfiguration              *RiskExceptionConfigurationType
}
type SetRiskConfigurationResponse struct {
	RiskConfiguration *RiskConfigurationType
}
type SetUICustomizationRequest struct {
	UserPoolId string
	ClientId   *string
	CSS        *string
	ImageFile  []byte
}
type SetUICustomizationResponse struct {
	UICustomization *UICustomizationType
}
type SetUserMFAPreferenceRequest struct {
	SMSMfaSettings           *SMSMfaSettingsType
	SoftwareTokenMfaSettings *SoftwareTokenMfaSettingsType
	EmailMfaSettings         *EmailMfaSettingsType
	WebAuthnMfaSettings      *WebAuthnMfaSettingsType
	AccessToken              string
}
type SetUserMFAPreferenceResponse struct {
}
type SetUserPoolClientSessionConfigurationRequest struct {
	UserPoolId string
	ClientId   string
	SSOSession *ClientSSOSessionConfigType
}
type SetUserPoolClientSessionConfigurationResponse struct {
	UserPoolId *string
	ClientId   *string
	SSOSession *ClientSSOSessionConfigType
}
type SetUserPoolMfaConfigRequest struct {
	UserPoolId                    string
	SmsMfaConfiguration           *SmsMfaConfigType
	SoftwareTokenMfaConfiguration *SoftwareTokenMfaConfigType
	EmailMfaConfiguration         *EmailMfaConfigType
	MfaConfiguration              UserPoolMfaType
	WebAuthnConfiguration         *WebAuthnConfigurationType
}
type SetUserPoolMfaConfigResponse struct {
	SmsMfaConfiguration           *SmsMfaConfigType
	SoftwareTokenMfaConfiguration *SoftwareTokenMfaConfigType
	EmailMfaConfiguration         *EmailMfaConfigType
	MfaConfiguration              UserPoolMfaType
	WebAuthnConfiguration         *WebAuthnConfigurationType
}
type SetUserPoolSessionConfigurationRequest struct {
	UserPoolId          string
	UserSessionTracking UserSessionTrackingType
	TokenSession        *UserPoolTokenSessionConfigType
}
type SetUserPoolSessionConfigurationResponse struct {
	UserPoolId          *string
	UserSessionTracking UserSessionTrackingType
	TokenSession        *UserPoolTokenSessionConfigType
}
type SetUserSettingsRequest struct {
	AccessToken string
	MFAOptions  []MFAOptionType
}
type SetUserSettingsResponse struct {
}
type SignInPolicyType struct {
	AllowedFirstAuthFactors []AuthFactorType
}
type SignUpRequest struct {
	ClientId          string
	SecretHash        *string
	Username          string
	Password          *string
	UserAttributes    []AttributeType
	ValidationData    []AttributeType
	AnalyticsMetadata *AnalyticsMetadataType
	UserContextData   *UserContextDataType
	ClientMetadata    map[string]string
}
type SignUpResponse struct {
	UserConfirmed       bool
	CodeDeliveryDetails *CodeDeliveryDetailsType
	UserSub             string
	Session             *string
}
type SmsConfigurationType struct {
	SnsCallerArn *string
	ExternalId   *string
	SnsRegion    *string
	EumsSms      *EumsSmsConfigurationType
}
type SmsMfaConfigType struct {
	SmsAuthenticationMessage *string
	SmsConfiguration         *SmsConfigurationType
}
type SoftwareTokenMfaConfigType struct {
	Enabled *bool
}
type SoftwareTokenMfaSettingsType struct {
	Enabled      *bool
	PreferredMfa *bool
}
type StartUserImportJobRequest struct {
	UserPoolId string
	JobId      string
}
type StartUserImportJobResponse struct {
	UserImportJob *UserImportJobType
}
type StartWebAuthnRegistrationRequest struct {
	AccessToken string
}
type StartWebAuthnRegistrationResponse struct {
	CredentialCreationOptions Document
}
type StatusType string

const (
	StatusTypeEnabled  StatusType = "Enabled"
	StatusTypeDisabled StatusType = "Disabled"
)

type StopUserImportJobRequest struct {
	UserPoolId string
	JobId      string
}
type StopUserImportJobResponse struct {
	UserImportJob *UserImportJobType
}
type StringAttributeConstraintsType struct {
	MinLength *string
	MaxLength *string
}
type TagResourceRequest struct {
	ResourceArn string
	Tags        map[string]string
}
type TagResourceResponse struct {
}
type TermsDescriptionType struct {
	TermsId          string
	TermsName        string
	Enforcement      TermsEnforcementType
	CreationDate     time.Time
	LastModifiedDate time.Time
}
type TermsEnforcementType string

const (
	TermsEnforcementTypeNone TermsEnforcementType = "NONE"
)

type TermsSourceType string

const (
	TermsSourceTypeLink TermsSourceType = "LINK"
)

type TermsType struct {
	TermsId          string
	UserPoolId       string
	ClientId         string
	TermsName        string
	TermsSource      TermsSourceType
	Enforcement      TermsEnforcementType
	Links            map[string]string
	CreationDate     time.Time
	LastModifiedDate time.Time
}
type TimeUnitsType string

const (
	TimeUnitsTypeSeconds TimeUnitsType = "seconds"
	TimeUnitsTypeMinutes TimeUnitsType = "minutes"
	TimeUnitsTypeHours   TimeUnitsType = "hours"
	TimeUnitsTypeDays    TimeUnitsType = "days"
)

type TokenValidityUnitsType struct {
	AccessToken  TimeUnitsType
	IdToken      TimeUnitsType
	RefreshToken TimeUnitsType
}
type UICustomizationType struct {
	UserPoolId       *string
	ClientId         *string
	ImageUrl         *string
	CSS              *string
	CSSVersion       *string
	LastModifiedDate *time.Time
	CreationDate     *time.Time
}
type UntagResourceRequest struct {
	ResourceArn string
	TagKeys     []string
}
type UntagResourceResponse struct {
}
type UpdateAuthEventFeedbackRequest struct {
	UserPoolId    string
	Username      string
	EventId       string
	FeedbackToken string
	FeedbackValue FeedbackValueType
}
type UpdateAuthEventFeedbackResponse struct {
}
type UpdateDeviceStatusRequest struct {
	AccessToken            string
	DeviceKey              string
	DeviceRememberedStatus DeviceRememberedStatusType
}
type UpdateDeviceStatusResponse struct {
}
type UpdateGroupRequest struct {
	GroupName   string
	UserPoolId  string
	Description *string
	RoleArn     *string
	Precedence  *int32
}
type UpdateGroupResponse struct {
	Group *GroupType
}
type UpdateIdentityProviderRequest struct {
	UserPoolId       string
	ProviderName     string
	ProviderDetails  map[string]string
	AttributeMapping map[string]string
	IdpIdentifiers   []string
	AcrMapping       map[string]string
}
type UpdateIdentityProviderResponse struct {
	IdentityProvider *IdentityProviderType
}
type UpdateManagedLoginBrandingRequest struct {
	UserPoolId               *string
	ManagedLoginBrandingId   *string
	UseCognitoProvidedValues *bool
	Settings                 Document
	Assets                   []AssetType
}
type UpdateManagedLoginBrandingResponse struct {
	ManagedLoginBranding *ManagedLoginBrandingType
}
type UpdateProvisionedLimitRequest struct {
	LimitDefinition     *LimitDefinitionType
	RequestedLimitValue int32
}
type UpdateProvisionedLimitResponse struct {
	Limit *LimitType
}
type UpdateReplicaStatusType string

const (
	UpdateReplicaStatusTypeActive   UpdateReplicaStatusType = "ACTIVE"
	UpdateReplicaStatusTypeInactive UpdateReplicaStatusType = "INACTIVE"
)

type UpdateResourceServerRequest struct {
	UserPoolId string
	Identifier string
	Name       string
	Scopes     []ResourceServerScopeType
}
type UpdateResourceServerResponse struct {
	ResourceServer *ResourceServerType
}
type UpdateTermsRequest struct {
	TermsId     string
	UserPoolId  string
	TermsName   *string
	TermsSource TermsSourceType
	Enforcement TermsEnforcementType
	Links       map[string]string
}
type UpdateTermsResponse struct {
	Terms *TermsType
}
type UpdateUserAttributesRequest struct {
	UserAttributes []AttributeType
	AccessToken    string
	ClientMetadata map[string]string
}
type UpdateUserAttributesResponse struct {
	CodeDeliveryDetailsList []CodeDeliveryDetailsType
}
type UpdateUserPoolClientRequest struct {
	UserPoolId                               string
	ClientId                                 string
	ClientName                               *string
	RefreshTokenValidity                     *int32
	AccessTokenValidity                      *int32
	IdTokenValidity                          *int32
	TokenValidityUnits                       *TokenValidityUnitsType
	ReadAttributes                           []string
	WriteAttributes                          []string
	ExplicitAuthFlows                        []ExplicitAuthFlowsType
	SupportedIdentityProviders               []string
	CallbackURLs                             []string
	LogoutURLs                               []string
	DefaultRedirectURI                       *string
	AllowedOAuthFlows                        []OAuthFlowType
	AllowedOAuthScopes                       []string
	AllowedOAuthFlowsUserPoolClient          *bool
	AnalyticsConfiguration                   *AnalyticsConfigurationType
	PreventUserExistenceErrors               PreventUserExistenceErrorTypes
	EnableTokenRevocation                    *bool
	EnablePropagateAdditionalUserContextData *bool
	AuthSessionValidity                      *int32
	RefreshTokenRotation                     *RefreshTokenRotationType
}
type UpdateUserPoolClientResponse struct {
	UserPoolClient *UserPoolClientType
}
type UpdateUserPoolDomainRequest struct {
	Domain              string
	UserPoolId          string
	ManagedLoginVersion *int32
	CustomDomainConfig  *CustomDomainConfigType
	Routing             *RoutingType
}
type UpdateUserPoolDomainResponse struct {
	ManagedLoginVersion *int32
	CloudFrontDomain    *string
	Routing             *RoutingType
}
type UpdateUserPoolReplicaRequest struct {
	UserPoolId string
	RegionName string
	Status     UpdateReplicaStatusType
}
type UpdateUserPoolReplicaResponse struct {
	UserPoolReplica *UserPoolReplicaType
}
type UpdateUserPoolRequest struct {
	UserPoolId                  string
	Policies                    *UserPoolPolicyType
	DeletionProtection          DeletionProtectionType
	LambdaConfig                *LambdaConfigType
	AutoVerifiedAttributes      []VerifiedAttributeType
	SmsVerificationMessage      *string
	EmailVerificationMessage    *string
	EmailVerificationSubject    *string
	VerificationMessageTemplate *VerificationMessageTemplateType
	SmsAuthenticationMessage    *string
	UserAttributeUpdateSettings *UserAttributeUpdateSettingsType
	MfaConfiguration            UserPoolMfaType
	DeviceConfiguration         *DeviceConfigurationType
	EmailConfiguration          *EmailConfigurationType
	SmsConfiguration            *SmsConfigurationType
	UserPoolTags                map[string]string
	AdminCreateUserConfig       *AdminCreateUserConfigType
	UserPoolAddOns              *UserPoolAddOnsType
	DcrConfiguration            *DcrConfigurationType
	AccountRecoverySetting      *AccountRecoverySettingType
	PoolName                    *string
	UserPoolTier                UserPoolTierType
	KeyConfiguration            *KeyConfigurationType
	IssuerConfiguration         *IssuerConfigurationType
	AcrConfiguration            map[string]AcrLevelConfigType
}
type UpdateUserPoolResponse struct {
}
type UserAttributeUpdateSettingsType struct {
	AttributesRequireVerificationBeforeUpdate []VerifiedAttributeType
}
type UserContextDataType struct {
	IpAddress   *string
	EncodedData *string
}
type UserImportJobStatusType string

const (
	UserImportJobStatusTypeCreated    UserImportJobStatusType = "Created"
	UserImportJobStatusTypePending    UserImportJobStatusType = "Pending"
	UserImportJobStatusTypeInProgress UserImportJobStatusType = "InProgress"
	UserImportJobStatusTypeStopping   UserImportJobStatusType = "Stopping"
	UserImportJobStatusTypeExpired    UserImportJobStatusType = "Expired"
	UserImportJobStatusTypeStopped    UserImportJobStatusType = "Stopped"
	UserImportJobStatusTypeFailed     UserImportJobStatusType = "Failed"
	UserImportJobStatusTypeSucceeded  UserImportJobStatusType = "Succeeded"
)

type UserImportJobType struct {
	JobName                  *string
	JobId                    *string
	UserPoolId               *string
	PreSignedUrl             *string
	CreationDate             *time.Time
	StartDate                *time.Time
	CompletionDate           *time.Time
	Status                   UserImportJobStatusType
	CloudWatchLogsRoleArn    *string
	ImportedUsers            *int64
	SkippedUsers             *int64
	FailedUsers              *int64
	CompletionMessage        *string
	PasswordHashingAlgorithm PasswordHashingAlgorithmType
}
type UserPoolAddOnsType struct {
	AdvancedSecurityMode            AdvancedSecurityModeType
	AdvancedSecurityAdditionalFlows *AdvancedSecurityAdditionalFlowsType
}
type UserPoolClientDescription struct {
	ClientId   *string
	UserPoolId *string
	ClientName *string
}
type UserPoolClientType struct {
	UserPoolId                               *string
	ClientName                               *string
	ClientId                                 *string
	ClientSecret                             *string
	LastModifiedDate                         *time.Time
	CreationDate                             *time.Time
	RefreshTokenValidity                     *int32
	AccessTokenValidity                      *int32
	IdTokenValidity                          *int32
	TokenValidityUnits                       *TokenValidityUnitsType
	ReadAttributes                           []string
	WriteAttributes                          []string
	ExplicitAuthFlows                        []ExplicitAuthFlowsType
	SupportedIdentityProviders               []string
	CallbackURLs                             []string
	LogoutURLs                               []string
	DefaultRedirectURI                       *string
	AllowedOAuthFlows                        []OAuthFlowType
	AllowedOAuthScopes                       []string
	AllowedOAuthFlowsUserPoolClient          *bool
	AnalyticsConfiguration                   *AnalyticsConfigurationType
	PreventUserExistenceErrors               PreventUserExistenceErrorTypes
	EnableTokenRevocation                    *bool
	EnablePropagateAdditionalUserContextData *bool
	AuthSessionValidity                      *int32
	RefreshTokenRotation                     *RefreshTokenRotationType
	ClientType                               ClientTypeType
}
type UserPoolDescriptionType struct {
	Id               *string
	Name             *string
	LambdaConfig     *LambdaConfigType
	Status           StatusType
	LastModifiedDate *time.Time
	CreationDate     *time.Time
	ReplicaRegions   []string
}
type UserPoolMfaType string

const (
	UserPoolMfaTypeOff      UserPoolMfaType = "OFF"
	UserPoolMfaTypeOn       UserPoolMfaType = "ON"
	UserPoolMfaTypeOptional UserPoolMfaType = "OPTIONAL"
)

type UserPoolPolicyType struct {
	PasswordPolicy *PasswordPolicyType
	SignInPolicy   *SignInPolicyType
}
type UserPoolReplicaType struct {
	RegionName  *string
	Status      ReplicaStatusType
	Role        ReplicaRoleType
	UserPoolArn *string
}
type UserPoolTierType string

const (
	UserPoolTierTypeLite       UserPoolTierType = "LITE"
	UserPoolTierTypeEssentials UserPoolTierType = "ESSENTIALS"
	UserPoolTierTypePlus       UserPoolTierType = "PLUS"
)

type UserPoolTokenSessionConfigType struct {
	MaxPerUser int32
}
type UserPoolType struct {
	Id                          *string
	Name                        *string
	Policies                    *UserPoolPolicyType
	DeletionProtection          DeletionProtectionType
	LambdaConfig                *LambdaConfigType
	Status                      StatusType
	LastModifiedDate            *time.Time
	CreationDate                *time.Time
	SchemaAttributes            []SchemaAttributeType
	AutoVerifiedAttributes      []VerifiedAttributeType
	AliasAttributes             []AliasAttributeType
	UsernameAttributes          []UsernameAttributeType
	SmsVerificationMessage      *string
	EmailVerificationMessage    *string
	EmailVerificationSubject    *string
	VerificationMessageTemplate *VerificationMessageTemplateType
	SmsAuthenticationMessage    *string
	UserAttributeUpdateSettings *UserAttributeUpdateSettingsType
	MfaConfiguration            UserPoolMfaType
	DeviceConfiguration         *DeviceConfigurationType
	EstimatedNumberOfUsers      *int32
	EmailConfiguration          *EmailConfigurationType
	SmsConfiguration            *SmsConfigurationType
	UserPoolTags                map[string]string
	SmsConfigurationFailure     *string
	EmailConfigurationFailure   *string
	Domain                      *string
	CustomDomain                *string
	AdminCreateUserConfig       *AdminCreateUserConfigType
	UserPoolAddOns              *UserPoolAddOnsType
	DcrConfiguration            *DcrConfigurationType
	UsernameConfiguration       *UsernameConfigurationType
	Arn                         *string
	AccountRecoverySetting      *AccountRecoverySettingType
	UserPoolTier                UserPoolTierType
	KeyConfiguration            *KeyConfigurationType
	IssuerConfiguration         *IssuerConfigurationType
	AcrConfiguration            map[string]AcrLevelConfigType
}
type UserSessionTrackingType string

const (
	UserSessionTrackingTypeEnabled  UserSessionTrackingType = "ENABLED"
	UserSessionTrackingTypeDisabled UserSessionTrackingType = "DISABLED"
)

type UserStatusType string

const (
	UserStatusTypeUnconfirmed         UserStatusType = "UNCONFIRMED"
	UserStatusTypeConfirmed           UserStatusType = "CONFIRMED"
	UserStatusTypeArchived            UserStatusType = "ARCHIVED"
	UserStatusTypeCompromised         UserStatusType = "COMPROMISED"
	UserStatusTypeUnknown             UserStatusType = "UNKNOWN"
	UserStatusTypeResetRequired       UserStatusType = "RESET_REQUIRED"
	UserStatusTypeForceChangePassword UserStatusType = "FORCE_CHANGE_PASSWORD"
	UserStatusTypeExternalProvider    UserStatusType = "EXTERNAL_PROVIDER"
)

type UserType struct {
	Username             *string
	Attributes           []AttributeType
	UserCreateDate       *time.Time
	UserLastModifiedDate *time.Time
	Enabled              *bool
	UserStatus           UserStatusType
	MFAOptions           []MFAOptionType
}
type UserVerificationType string

const (
	UserVerificationTypeRequired  UserVerificationType = "required"
	UserVerificationTypePreferred UserVerificationType = "preferred"
)

type UsernameAttributeType string

const (
	UsernameAttributeTypePhoneNumber UsernameAttributeType = "phone_number"
	UsernameAttributeTypeEmail       UsernameAttributeType = "email"
)

type UsernameConfigurationType struct {
	CaseSensitive bool
}
type VerificationMessageTemplateType struct {
	SmsMessage         *string
	EmailMessage       *string
	EmailSubject       *string
	EmailMessageByLink *string
	EmailSubjectByLink *string
	DefaultEmailOption DefaultEmailOptionType
}
type VerifiedAttributeType string

const (
	VerifiedAttributeTypePhoneNumber VerifiedAttributeType = "phone_number"
	VerifiedAttributeTypeEmail       VerifiedAttributeType = "email"
)

type VerifySoftwareTokenRequest struct {
	AccessToken        *string
	Session            *string
	UserCode           string
	FriendlyDeviceName *string
}
type VerifySoftwareTokenResponse struct {
	Status  VerifySoftwareTokenResponseType
	Session *string
}
type VerifySoftwareTokenResponseType string

const (
	VerifySoftwareTokenResponseTypeSuccess VerifySoftwareTokenResponseType = "SUCCESS"
	VerifySoftwareTokenResponseTypeError   VerifySoftwareTokenResponseType = "ERROR"
)

type VerifyUserAttributeRequest struct {
	AccessToken   string
	AttributeName string
	Code          string
}
type VerifyUserAttributeResponse struct {
}
type WebAuthnConfigurationType struct {
	RelyingPartyId      *string
	UserVerification    UserVerificationType
	FactorConfiguration WebAuthnFactorConfigurationType
}
type WebAuthnCredentialDescription struct {
	CredentialId            string
	FriendlyCredentialName  string
	RelyingPartyId          string
	AuthenticatorAttachment *string
	AuthenticatorTransports []string
	CreatedAt               time.Time
}
type WebAuthnFactorConfigurationType string

const (
	WebAuthnFactorConfigurationTypeSingleFactor                    WebAuthnFactorConfigurationType = "SINGLE_FACTOR"
	WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification WebAuthnFactorConfigurationType = "MULTI_FACTOR_WITH_USER_VERIFICATION"
)

type WebAuthnMfaSettingsType struct {
	Enabled *bool
}

const (
	AccessDeniedException                    ErrorCode = "AccessDeniedException"
	AliasExistsException                     ErrorCode = "AliasExistsException"
	CodeDeliveryFailureException             ErrorCode = "CodeDeliveryFailureException"
	CodeMismatchException                    ErrorCode = "CodeMismatchException"
	ConcurrentModificationException          ErrorCode = "ConcurrentModificationException"
	DeviceKeyExistsException                 ErrorCode = "DeviceKeyExistsException"
	DuplicateProviderException               ErrorCode = "DuplicateProviderException"
	EnableSoftwareTokenMFAException          ErrorCode = "EnableSoftwareTokenMFAException"
	ExpiredCodeException                     ErrorCode = "ExpiredCodeException"
	FeatureUnavailableInTierException        ErrorCode = "FeatureUnavailableInTierException"
	ForbiddenException                       ErrorCode = "ForbiddenException"
	GroupExistsException                     ErrorCode = "GroupExistsException"
	InternalErrorException                   ErrorCode = "InternalErrorException"
	InternalServerException                  ErrorCode = "InternalServerException"
	InvalidEmailRoleAccessPolicyException    ErrorCode = "InvalidEmailRoleAccessPolicyException"
	InvalidLambdaResponseException           ErrorCode = "InvalidLambdaResponseException"
	InvalidOAuthFlowException                ErrorCode = "InvalidOAuthFlowException"
	InvalidParameterException                ErrorCode = "InvalidParameterException"
	InvalidPasswordException                 ErrorCode = "InvalidPasswordException"
	InvalidSmsRoleAccessPolicyException      ErrorCode = "InvalidSmsRoleAccessPolicyException"
	InvalidSmsRoleTrustRelationshipException ErrorCode = "InvalidSmsRoleTrustRelationshipException"
	InvalidUserPoolConfigurationException    ErrorCode = "InvalidUserPoolConfigurationException"
	LimitExceededException                   ErrorCode = "LimitExceededException"
	MFAMethodNotFoundException               ErrorCode = "MFAMethodNotFoundException"
	ManagedLoginBrandingExistsException      ErrorCode = "ManagedLoginBrandingExistsException"
	NotAuthorizedException                   ErrorCode = "NotAuthorizedException"
	OperationNotEnabledException             ErrorCode = "OperationNotEnabledException"
	PasswordHistoryPolicyViolationException  ErrorCode = "PasswordHistoryPolicyViolationException"
	PasswordResetRequiredException           ErrorCode = "PasswordResetRequiredException"
	PreconditionNotMetException              ErrorCode = "PreconditionNotMetException"
	RefreshTokenReuseException               ErrorCode = "RefreshTokenReuseException"
	ResourceNotFoundException                ErrorCode = "ResourceNotFoundException"
	ScopeDoesNotExistException               ErrorCode = "ScopeDoesNotExistException"
	ServiceQuotaExceededException            ErrorCode = "ServiceQuotaExceededException"
	SoftwareTokenMFANotFoundException        ErrorCode = "SoftwareTokenMFANotFoundException"
	TermsExistsException                     ErrorCode = "TermsExistsException"
	TierChangeNotAllowedException            ErrorCode = "TierChangeNotAllowedException"
	TooManyFailedAttemptsException           ErrorCode = "TooManyFailedAttemptsException"
	TooManyRequestsException                 ErrorCode = "TooManyRequestsException"
	UnauthorizedException                    ErrorCode = "UnauthorizedException"
	UnexpectedLambdaException                ErrorCode = "UnexpectedLambdaException"
	UnsupportedIdentityProviderException     ErrorCode = "UnsupportedIdentityProviderException"
	UnsupportedOperationException            ErrorCode = "UnsupportedOperationException"
	UnsupportedTokenTypeException            ErrorCode = "UnsupportedTokenTypeException"
	UnsupportedUserStateException            ErrorCode = "UnsupportedUserStateException"
	UserImportInProgressException            ErrorCode = "UserImportInProgressException"
	UserLambdaValidationException            ErrorCode = "UserLambdaValidationException"
	UserNotConfirmedException                ErrorCode = "UserNotConfirmedException"
	UserNotFoundException                    ErrorCode = "UserNotFoundException"
	UserPoolAddOnNotEnabledException         ErrorCode = "UserPoolAddOnNotEnabledException"
	UserPoolTaggingException                 ErrorCode = "UserPoolTaggingException"
	UsernameExistsException                  ErrorCode = "UsernameExistsException"
	WebAuthnChallengeNotFoundException       ErrorCode = "WebAuthnChallengeNotFoundException"
	WebAuthnClientMismatchException          ErrorCode = "WebAuthnClientMismatchException"
	WebAuthnConfigurationMissingException    ErrorCode = "WebAuthnConfigurationMissingException"
	WebAuthnCredentialNotSupportedException  ErrorCode = "WebAuthnCredentialNotSupportedException"
	WebAuthnNotEnabledException              ErrorCode = "WebAuthnNotEnabledException"
	WebAuthnOriginNotAllowedException        ErrorCode = "WebAuthnOriginNotAllowedException"
	WebAuthnRelyingPartyMismatchException    ErrorCode = "WebAuthnRelyingPartyMismatchException"
)

type Service interface {
	AddCustomAttributes(context.Context, *AddCustomAttributesRequest) (*AddCustomAttributesResponse, error)
	AddUserPoolClientSecret(context.Context, *AddUserPoolClientSecretRequest) (*AddUserPoolClientSecretResponse, error)
	AdminAddUserToGroup(context.Context, *AdminAddUserToGroupRequest) (*Unit, error)
	AdminConfirmSignUp(context.Context, *AdminConfirmSignUpRequest) (*AdminConfirmSignUpResponse, error)
	AdminCreateUser(context.Context, *AdminCreateUserRequest) (*AdminCreateUserResponse, error)
	AdminDeleteSoftwareToken(context.Context, *AdminDeleteSoftwareTokenRequest) (*AdminDeleteSoftwareTokenResponse, error)
	AdminDeleteUser(context.Context, *AdminDeleteUserRequest) (*Unit, error)
	AdminDeleteUserAttributes(context.Context, *AdminDeleteUserAttributesRequest) (*AdminDeleteUserAttributesResponse, error)
	AdminDisableProviderForUser(context.Context, *AdminDisableProviderForUserRequest) (*AdminDisableProviderForUserResponse, error)
	AdminDisableUser(context.Context, *AdminDisableUserRequest) (*AdminDisableUserResponse, error)
	AdminEnableUser(context.Context, *AdminEnableUserRequest) (*AdminEnableUserResponse, error)
	AdminForgetDevice(context.Context, *AdminForgetDeviceRequest) (*Unit, error)
	AdminGetDevice(context.Context, *AdminGetDeviceRequest) (*AdminGetDeviceResponse, error)
	AdminGetUser(context.Context, *AdminGetUserRequest) (*AdminGetUserResponse, error)
	AdminGetUserAuthFactors(context.Context, *AdminGetUserAuthFactorsRequest) (*AdminGetUserAuthFactorsResponse, error)
	AdminInitiateAuth(context.Context, *AdminInitiateAuthRequest) (*AdminInitiateAuthResponse, error)
	AdminLinkProviderForUser(context.Context, *AdminLinkProviderForUserRequest) (*AdminLinkProviderForUserResponse, error)
	AdminListDevices(context.Context, *AdminListDevicesRequest) (*AdminListDevicesResponse, error)
	AdminListGroupsForUser(context.Context, *AdminListGroupsForUserRequest) (*AdminListGroupsForUserResponse, error)
	AdminListUserAuthEvents(context.Context, *AdminListUserAuthEventsRequest) (*AdminListUserAuthEventsResponse, error)
	AdminListUserSessions(context.Context, *AdminListUserSessionsRequest) (*AdminListUserSessionsResponse, error)
	AdminRemoveUserFromGroup(context.Context, *AdminRemoveUserFromGroupRequest) (*Unit, error)
	AdminResetUserPassword(context.Context, *AdminResetUserPasswordRequest) (*AdminResetUserPasswordResponse, error)
	AdminRespondToAuthChallenge(context.Context, *AdminRespondToAuthChallengeRequest) (*AdminRespondToAuthChallengeResponse, error)
	AdminRevokeUserSession(context.Context, *AdminRevokeUserSessionRequest) (*AdminRevokeUserSessionResponse, error)
	AdminSetUserMFAPreference(context.Context, *AdminSetUserMFAPreferenceRequest) (*AdminSetUserMFAPreferenceResponse, error)
	AdminSetUserPassword(context.Context, *AdminSetUserPasswordRequest) (*AdminSetUserPasswordResponse, error)
	AdminSetUserSettings(context.Context, *AdminSetUserSettingsRequest) (*AdminSetUserSettingsResponse, error)
	AdminUpdateAuthEventFeedback(context.Context, *AdminUpdateAuthEventFeedbackRequest) (*AdminUpdateAuthEventFeedbackResponse, error)
	AdminUpdateDeviceStatus(context.Context, *AdminUpdateDeviceStatusRequest) (*AdminUpdateDeviceStatusResponse, error)
	AdminUpdateUserAttributes(context.Context, *AdminUpdateUserAttributesRequest) (*AdminUpdateUserAttributesResponse, error)
	AdminUserGlobalSignOut(context.Context, *AdminUserGlobalSignOutRequest) (*AdminUserGlobalSignOutResponse, error)
	AssociateSoftwareToken(context.Context, *AssociateSoftwareTokenRequest) (*AssociateSoftwareTokenResponse, error)
	ChangePassword(context.Context, *ChangePasswordRequest) (*ChangePasswordResponse, error)
	CompleteWebAuthnRegistration(context.Context, *CompleteWebAuthnRegistrationRequest) (*CompleteWebAuthnRegistrationResponse, error)
	ConfirmDevice(context.Context, *ConfirmDeviceRequest) (*ConfirmDeviceResponse, error)
	ConfirmForgotPassword(context.Context, *ConfirmForgotPasswordRequest) (*ConfirmForgotPasswordResponse, error)
	ConfirmSignUp(context.Context, *ConfirmSignUpRequest) (*ConfirmSignUpResponse, error)
	CreateGroup(context.Context, *CreateGroupRequest) (*CreateGroupResponse, error)
	CreateIdentityProvider(context.Context, *CreateIdentityProviderRequest) (*CreateIdentityProviderResponse, error)
	CreateManagedLoginBranding(context.Context, *CreateManagedLoginBrandingRequest) (*CreateManagedLoginBrandingResponse, error)
	CreateResourceServer(context.Context, *CreateResourceServerRequest) (*CreateResourceServerResponse, error)
	CreateTerms(context.Context, *CreateTermsRequest) (*CreateTermsResponse, error)
	CreateUserImportJob(context.Context, *CreateUserImportJobRequest) (*CreateUserImportJobResponse, error)
	CreateUserPool(context.Context, *CreateUserPoolRequest) (*CreateUserPoolResponse, error)
	CreateUserPoolClient(context.Context, *CreateUserPoolClientRequest) (*CreateUserPoolClientResponse, error)
	CreateUserPoolDomain(context.Context, *CreateUserPoolDomainRequest) (*CreateUserPoolDomainResponse, error)
	CreateUserPoolReplica(context.Context, *CreateUserPoolReplicaRequest) (*CreateUserPoolReplicaResponse, error)
	DeleteGroup(context.Context, *DeleteGroupRequest) (*Unit, error)
	DeleteIdentityProvider(context.Context, *DeleteIdentityProviderRequest) (*Unit, error)
	DeleteManagedLoginBranding(context.Context, *DeleteManagedLoginBrandingRequest) (*Unit, error)
	DeleteResourceServer(context.Context, *DeleteResourceServerRequest) (*Unit, error)
	DeleteTerms(context.Context, *DeleteTermsRequest) (*Unit, error)
	DeleteUser(context.Context, *DeleteUserRequest) (*Unit, error)
	DeleteUserAttributes(context.Context, *DeleteUserAttributesRequest) (*DeleteUserAttributesResponse, error)
	DeleteUserPool(context.Context, *DeleteUserPoolRequest) (*Unit, error)
	DeleteUserPoolClient(context.Context, *DeleteUserPoolClientRequest) (*Unit, error)
	DeleteUserPoolClientSecret(context.Context, *DeleteUserPoolClientSecretRequest) (*DeleteUserPoolClientSecretResponse, error)
	DeleteUserPoolDomain(context.Context, *DeleteUserPoolDomainRequest) (*DeleteUserPoolDomainResponse, error)
	DeleteUserPoolReplica(context.Context, *DeleteUserPoolReplicaRequest) (*DeleteUserPoolReplicaResponse, error)
	DeleteWebAuthnCredential(context.Context, *DeleteWebAuthnCredentialRequest) (*DeleteWebAuthnCredentialResponse, error)
	DescribeIdentityProvider(context.Context, *DescribeIdentityProviderRequest) (*DescribeIdentityProviderResponse, error)
	DescribeManagedLoginBranding(context.Context, *DescribeManagedLoginBrandingRequest) (*DescribeManagedLoginBrandingResponse, error)
	DescribeManagedLoginBrandingByClient(context.Context, *DescribeManagedLoginBrandingByClientRequest) (*DescribeManagedLoginBrandingByClientResponse, error)
	DescribeResourceServer(context.Context, *DescribeResourceServerRequest) (*DescribeResourceServerResponse, error)
	DescribeRiskConfiguration(context.Context, *DescribeRiskConfigurationRequest) (*DescribeRiskConfigurationResponse, error)
	DescribeTerms(context.Context, *DescribeTermsRequest) (*DescribeTermsResponse, error)
	DescribeTermsByClient(context.Context, *DescribeTermsByClientRequest) (*DescribeTermsByClientResponse, error)
	DescribeUserImportJob(context.Context, *DescribeUserImportJobRequest) (*DescribeUserImportJobResponse, error)
	DescribeUserPool(context.Context, *DescribeUserPoolRequest) (*DescribeUserPoolResponse, error)
	DescribeUserPoolClient(context.Context, *DescribeUserPoolClientRequest) (*DescribeUserPoolClientResponse, error)
	DescribeUserPoolDomain(context.Context, *DescribeUserPoolDomainRequest) (*DescribeUserPoolDomainResponse, error)
	ForgetDevice(context.Context, *ForgetDeviceRequest) (*Unit, error)
	ForgotPassword(context.Context, *ForgotPasswordRequest) (*ForgotPasswordResponse, error)
	GetCSVHeader(context.Context, *GetCSVHeaderRequest) (*GetCSVHeaderResponse, error)
	GetClientToken(context.Context, *GetClientTokenRequest) (*GetClientTokenResponse, error)
	GetDevice(context.Context, *GetDeviceRequest) (*GetDeviceResponse, error)
	GetGroup(context.Context, *GetGroupRequest) (*GetGroupResponse, error)
	GetIdentityProviderByIdentifier(context.Context, *GetIdentityProviderByIdentifierRequest) (*GetIdentityProviderByIdentifierResponse, error)
	GetLogDeliveryConfiguration(context.Context, *GetLogDeliveryConfigurationRequest) (*GetLogDeliveryConfigurationResponse, error)
	GetProvisionedLimit(context.Context, *GetProvisionedLimitRequest) (*GetProvisionedLimitResponse, error)
	GetSigningCertificate(context.Context, *GetSigningCertificateRequest) (*GetSigningCertificateResponse, error)
	GetTokensFromRefreshToken(context.Context, *GetTokensFromRefreshTokenRequest) (*GetTokensFromRefreshTokenResponse, error)
	GetUICustomization(context.Context, *GetUICustomizationRequest) (*GetUICustomizationResponse, error)
	GetUser(context.Context, *GetUserRequest) (*GetUserResponse, error)
	GetUserAttributeVerificationCode(context.Context, *GetUserAttributeVerificationCodeRequest) (*GetUserAttributeVerificationCodeResponse, error)
	GetUserAuthFactors(context.Context, *GetUserAuthFactorsRequest) (*GetUserAuthFactorsResponse, error)
	GetUserPoolClientSessionConfiguration(context.Context, *GetUserPoolClientSessionConfigurationRequest) (*GetUserPoolClientSessionConfigurationResponse, error)
	GetUserPoolMfaConfig(context.Context, *GetUserPoolMfaConfigRequest) (*GetUserPoolMfaConfigResponse, error)
	GetUserPoolSessionConfiguration(context.Context, *GetUserPoolSessionConfigurationRequest) (*GetUserPoolSessionConfigurationResponse, error)
	GlobalSignOut(context.Context, *GlobalSignOutRequest) (*GlobalSignOutResponse, error)
	InitiateAuth(context.Context, *InitiateAuthRequest) (*InitiateAuthResponse, error)
	ListDevices(context.Context, *ListDevicesRequest) (*ListDevicesResponse, error)
	ListGroups(context.Context, *ListGroupsRequest) (*ListGroupsResponse, error)
	ListIdentityProviders(context.Context, *ListIdentityProvidersRequest) (*ListIdentityProvidersResponse, error)
	ListResourceServers(context.Context, *ListResourceServersRequest) (*ListResourceServersResponse, error)
	ListTagsForResource(context.Context, *ListTagsForResourceRequest) (*ListTagsForResourceResponse, error)
	ListTerms(context.Context, *ListTermsRequest) (*ListTermsResponse, error)
	ListUserImportJobs(context.Context, *ListUserImportJobsRequest) (*ListUserImportJobsResponse, error)
	ListUserPoolClientSecrets(context.Context, *ListUserPoolClientSecretsRequest) (*ListUserPoolClientSecretsResponse, error)
	ListUserPoolClients(context.Context, *ListUserPoolClientsRequest) (*ListUserPoolClientsResponse, error)
	ListUserPoolReplicas(context.Context, *ListUserPoolReplicasRequest) (*ListUserPoolReplicasResponse, error)
	ListUserPools(context.Context, *ListUserPoolsRequest) (*ListUserPoolsResponse, error)
	ListUserSessions(context.Context, *ListUserSessionsRequest) (*ListUserSessionsResponse, error)
	ListUsers(context.Context, *ListUsersRequest) (*ListUsersResponse, error)
	ListUsersInGroup(context.Context, *ListUsersInGroupRequest) (*ListUsersInGroupResponse, error)
	ListWebAuthnCredentials(context.Context, *ListWebAuthnCredentialsRequest) (*ListWebAuthnCredentialsResponse, error)
	ResendConfirmationCode(context.Context, *ResendConfirmationCodeRequest) (*ResendConfirmationCodeResponse, error)
	RespondToAuthChallenge(context.Context, *RespondToAuthChallengeRequest) (*RespondToAuthChallengeResponse, error)
	RevokeToken(context.Context, *RevokeTokenRequest) (*RevokeTokenResponse, error)
	RevokeUserSession(context.Context, *RevokeUserSessionRequest) (*RevokeUserSessionResponse, error)
	SetLogDeliveryConfiguration(context.Context, *SetLogDeliveryConfigurationRequest) (*SetLogDeliveryConfigurationResponse, error)
	SetRiskConfiguration(context.Context, *SetRiskConfigurationRequest) (*SetRiskConfigurationResponse, error)
	SetUICustomization(context.Context, *SetUICustomizationRequest) (*SetUICustomizationResponse, error)
	SetUserMFAPreference(context.Context, *SetUserMFAPreferenceRequest) (*SetUserMFAPreferenceResponse, error)
	SetUserPoolClientSessionConfiguration(context.Context, *SetUserPoolClientSessionConfigurationRequest) (*SetUserPoolClientSessionConfigurationResponse, error)
	SetUserPoolMfaConfig(context.Context, *SetUserPoolMfaConfigRequest) (*SetUserPoolMfaConfigResponse, error)
	SetUserPoolSessionConfiguration(context.Context, *SetUserPoolSessionConfigurationRequest) (*SetUserPoolSessionConfigurationResponse, error)
	SetUserSettings(context.Context, *SetUserSettingsRequest) (*SetUserSettingsResponse, error)
	SignUp(context.Context, *SignUpRequest) (*SignUpResponse, error)
	StartUserImportJob(context.Context, *StartUserImportJobRequest) (*StartUserImportJobResponse, error)
	StartWebAuthnRegistration(context.Context, *StartWebAuthnRegistrationRequest) (*StartWebAuthnRegistrationResponse, error)
	StopUserImportJob(context.Context, *StopUserImportJobRequest) (*StopUserImportJobResponse, error)
	TagResource(context.Context, *TagResourceRequest) (*TagResourceResponse, error)
	UntagResource(context.Context, *UntagResourceRequest) (*UntagResourceResponse, error)
	UpdateAuthEventFeedback(context.Context, *UpdateAuthEventFeedbackRequest) (*UpdateAuthEventFeedbackResponse, error)
	UpdateDeviceStatus(context.Context, *UpdateDeviceStatusRequest) (*UpdateDeviceStatusResponse, error)
	UpdateGroup(context.Context, *UpdateGroupRequest) (*UpdateGroupResponse, error)
	UpdateIdentityProvider(context.Context, *UpdateIdentityProviderRequest) (*UpdateIdentityProviderResponse, error)
	UpdateManagedLoginBranding(context.Context, *UpdateManagedLoginBrandingRequest) (*UpdateManagedLoginBrandingResponse, error)
	UpdateProvisionedLimit(context.Context, *UpdateProvisionedLimitRequest) (*UpdateProvisionedLimitResponse, error)
	UpdateResourceServer(context.Context, *UpdateResourceServerRequest) (*UpdateResourceServerResponse, error)
	UpdateTerms(context.Context, *UpdateTermsRequest) (*UpdateTermsResponse, error)
	UpdateUserAttributes(context.Context, *UpdateUserAttributesRequest) (*UpdateUserAttributesResponse, error)
	UpdateUserPool(context.Context, *UpdateUserPoolRequest) (*UpdateUserPoolResponse, error)
	UpdateUserPoolClient(context.Context, *UpdateUserPoolClientRequest) (*UpdateUserPoolClientResponse, error)
	UpdateUserPoolDomain(context.Context, *UpdateUserPoolDomainRequest) (*UpdateUserPoolDomainResponse, error)
	UpdateUserPoolReplica(context.Context, *UpdateUserPoolReplicaRequest) (*UpdateUserPoolReplicaResponse, error)
	VerifySoftwareToken(context.Context, *VerifySoftwareTokenRequest) (*VerifySoftwareTokenResponse, error)
	VerifyUserAttribute(context.Context, *VerifyUserAttributeRequest) (*VerifyUserAttributeResponse, error)
}
