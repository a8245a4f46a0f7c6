package operations

import "ostiary/cognitoidp"

// elsewhere are errors that take what a script has no way to bring about, such as a hundred thousand groups or a
// sender that is down: the tests of package api that show them.
var elsewhere = map[string]map[cognitoidp.ErrorCode]string{
	"AddCustomAttributes":              {cognitoidp.UserImportInProgressException: "TestImportStates"},
	"AdminCreateUser":                  {cognitoidp.CodeDeliveryFailureException: "TestDeliveryFailure"},
	"AdminLinkProviderForUser":         {cognitoidp.LimitExceededException: "TestAdminLinkProviderForUserRefusals", cognitoidp.AliasExistsException: "TestAdminLinkProviderForUserRefusals"},
	"CreateGroup":                      {cognitoidp.LimitExceededException: "TestGroupQuotas"},
	"CreateIdentityProvider":           {cognitoidp.LimitExceededException: "TestCreateIdentityProviderRefusals"},
	"CreateResourceServer":             {cognitoidp.LimitExceededException: "TestResourceServerRefusals"},
	"CreateUserImportJob":              {cognitoidp.LimitExceededException: "TestImportRefusals"},
	"CreateUserPool":                   {cognitoidp.LimitExceededException: "TestCreateUserPoolRefusals"},
	"StartWebAuthnRegistration":        {cognitoidp.LimitExceededException: "TestPasskeyLimit"},
	"CompleteWebAuthnRegistration":     {cognitoidp.LimitExceededException: "TestPasskeyLimit"},
	"CreateUserPoolClient":             {cognitoidp.LimitExceededException: "TestCreateUserPoolClientRefusals"},
	"DeleteUserPool":                   {cognitoidp.UserImportInProgressException: "TestImportStates"},
	"ForgotPassword":                   {cognitoidp.CodeDeliveryFailureException: "TestDeliveryFailure"},
	"GetUserAttributeVerificationCode": {cognitoidp.CodeDeliveryFailureException: "TestDeliveryFailure"},
	"ResendConfirmationCode":           {cognitoidp.CodeDeliveryFailureException: "TestDeliveryFailure"},
	"SignUp":                           {cognitoidp.CodeDeliveryFailureException: "TestDeliveryFailure", cognitoidp.LimitExceededException: "TestSignUpsToOneAddress"},
	"UpdateUserAttributes":             {cognitoidp.CodeDeliveryFailureException: "TestDeliveryFailure"},
	"UpdateUserPool":                   {cognitoidp.UserImportInProgressException: "TestImportStates"},
}
