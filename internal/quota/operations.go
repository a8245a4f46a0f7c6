package quota

// CategoryOf tells which category an operation counts in; it is false for a name that is no
// operation. The rows are those of the quotas page of the developer guide. For operations newer
// than that page the category is the one of their kind, and an assumption: client secrets,
// passkeys, terms, branding, replicas, log delivery, authentication factors, sessions,
// AdminDeleteSoftwareToken and GetClientToken.
func CategoryOf(operation string) (Category, bool) {
	switch operation {
	case "AdminInitiateAuth", "AdminRespondToAuthChallenge", "GetTokensFromRefreshToken", "InitiateAuth",
		"RespondToAuthChallenge":
		return UserAuthentication, true
	case "AdminConfirmSignUp", "AdminCreateUser", "ConfirmSignUp", "SignUp":
		return UserCreation, true
	case "AdminResetUserPassword", "AdminSetUserPassword", "ChangePassword", "ConfirmForgotPassword",
		"ForgotPassword":
		return UserAccountRecovery, true
	case "AdminGetUser", "AdminGetUserAuthFactors", "GetUser", "GetUserAuthFactors":
		return UserRead, true
	case "AdminAddUserToGroup", "AdminDeleteUser", "AdminDeleteUserAttributes", "AdminDisableProviderForUser",
		"AdminDisableUser", "AdminEnableUser", "AdminLinkProviderForUser", "AdminRemoveUserFromGroup",
		"AdminUpdateUserAttributes", "AdminUserGlobalSignOut", "DeleteUser", "DeleteUserAttributes",
		"GetUserAttributeVerificationCode", "GlobalSignOut", "ResendConfirmationCode",
		"UpdateUserAttributes", "VerifyUserAttribute":
		return UserUpdate, true
	case "RevokeToken":
		return UserToken, true
	case "AdminGetDevice", "AdminListDevices", "AdminListGroupsForUser", "AdminListUserSessions", "GetDevice",
		"ListDevices", "ListUserSessions", "ListWebAuthnCredentials":
		return UserResourceRead, true
	case "AdminDeleteSoftwareToken", "AdminForgetDevice", "AdminRevokeUserSession",
		"AdminSetUserMFAPreference", "AdminSetUserSettings", "AdminUpdateAuthEventFeedback",
		"AdminUpdateDeviceStatus", "AssociateSoftwareToken", "CompleteWebAuthnRegistration", "ConfirmDevice",
		"DeleteWebAuthnCredential", "ForgetDevice", "RevokeUserSession", "SetUserMFAPreference",
		"SetUserSettings", "StartWebAuthnRegistration", "UpdateAuthEventFeedback", "UpdateDeviceStatus",
		"VerifySoftwareToken":
		return UserResourceUpdate, true
	case "AdminListUserAuthEvents", "ListUsers", "ListUsersInGroup":
		return UserList, true
	case "DescribeUserPool", "ListUserPoolReplicas", "ListUserPools":
		return UserPoolRead, true
	case "CreateUserPool", "CreateUserPoolReplica", "DeleteUserPool", "DeleteUserPoolReplica",
		"UpdateUserPool", "UpdateUserPoolReplica":
		return UserPoolUpdate, true
	case "DescribeIdentityProvider", "DescribeManagedLoginBranding", "DescribeManagedLoginBrandingByClient",
		"DescribeResourceServer", "DescribeTerms", "DescribeTermsByClient", "DescribeUserImportJob",
		"DescribeUserPoolDomain", "GetCSVHeader", "GetGroup", "GetIdentityProviderByIdentifier",
		"GetLogDeliveryConfiguration", "GetSigningCertificate", "GetUserPoolMfaConfig",
		"GetUserPoolSessionConfiguration", "ListGroups", "ListIdentityProviders", "ListResourceServers",
		"ListTagsForResource", "ListTerms", "ListUserImportJobs":
		return UserPoolResourceRead, true
	case "AddCustomAttributes", "CreateGroup", "CreateIdentityProvider", "CreateManagedLoginBranding",
		"CreateResourceServer", "CreateTerms", "CreateUserImportJob", "CreateUserPoolDomain", "DeleteGroup",
		"DeleteIdentityProvider", "DeleteManagedLoginBranding", "DeleteResourceServer", "DeleteTerms",
		"DeleteUserPoolDomain", "SetLogDeliveryConfiguration", "SetUserPoolMfaConfig",
		"SetUserPoolSessionConfiguration", "StartUserImportJob", "StopUserImportJob", "TagResource",
		"UntagResource", "UpdateGroup", "UpdateIdentityProvider", "UpdateManagedLoginBranding",
		"UpdateResourceServer", "UpdateTerms", "UpdateUserPoolDomain":
		return UserPoolResourceUpdate, true
	case "DescribeRiskConfiguration", "DescribeUserPoolClient", "GetUICustomization",
		"GetUserPoolClientSessionConfiguration", "ListUserPoolClientSecrets", "ListUserPoolClients":
		return UserPoolClientRead, true
	case "AddUserPoolClientSecret", "CreateUserPoolClient", "DeleteUserPoolClient",
		"DeleteUserPoolClientSecret", "SetRiskConfiguration", "SetUICustomization",
		"SetUserPoolClientSessionConfiguration", "UpdateUserPoolClient":
		return UserPoolClientUpdate, true
	case "GetClientToken":
		return ClientAuthentication, true
	case "GetProvisionedLimit", "UpdateProvisionedLimit":
		return LimitManagement, true
	}
	return "", false
}
