package api

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/userpool"
)

// refused checks that err is the refusal of the given code and text.
func refused(t *testing.T, err error, code cognitoidp.ErrorCode, message string) {
	t.Helper()
	var refusal *cognitoidp.Error
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Message != message {
		t.Errorf("got %v\nwant %s: %s", err, code, message)
	}
}

func createPool(t *testing.T, s *Service, in *cognitoidp.CreateUserPoolRequest) *cognitoidp.UserPoolType {
	t.Helper()
	if in.PoolName == "" {
		in.PoolName = "MyUserPool"
	}
	out, err := s.CreateUserPool(t.Context(), in)
	if err != nil {
		t.Fatalf("CreateUserPool: %v", err)
	}
	return out.UserPool
}

func describePool(t *testing.T, s *Service, id string) *cognitoidp.UserPoolType {
	t.Helper()
	out, err := s.DescribeUserPool(t.Context(), &cognitoidp.DescribeUserPoolRequest{UserPoolId: id})
	if err != nil {
		t.Fatalf("DescribeUserPool: %v", err)
	}
	return out.UserPool
}

const missingPool = "us-west-2_missing00"

func noSuchPool(t *testing.T, err error) {
	t.Helper()
	refused(t, err, cognitoidp.ResourceNotFoundException, "User pool us-west-2_missing00 does not exist.")
}

func TestCreateUserPoolWithNameOnly(t *testing.T) {
	s := poolService(t)
	now := time.Date(2024, 9, 19, 22, 26, 54, 598_765_432, time.UTC)
	s.Now = func() time.Time { return now }
	created := createPool(t, s, &cognitoidp.CreateUserPoolRequest{})
	if !regexp.MustCompile(`^us-west-2_[0-9A-Za-z]{9}$`).MatchString(*created.Id) {
		t.Errorf("id %q", *created.Id)
	}
	date := now.Truncate(time.Millisecond)
	want := &cognitoidp.UserPoolType{
		Id: created.Id, Name: new("MyUserPool"), Arn: new("arn:aws:cognito-idp:us-west-2:111122223333:userpool/" + *created.Id),
		CreationDate: &date, LastModifiedDate: &date, EstimatedNumberOfUsers: new(int32(0)),
		Policies: &cognitoidp.UserPoolPolicyType{
			PasswordPolicy: &cognitoidp.PasswordPolicyType{
				MinimumLength: new(int32(8)), RequireUppercase: new(true), RequireLowercase: new(true),
				RequireNumbers: new(true), RequireSymbols: new(true), TemporaryPasswordValidityDays: new(int32(7)),
			},
			SignInPolicy: &cognitoidp.SignInPolicyType{AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD"}},
		},
		DeletionProtection:          "INACTIVE",
		LambdaConfig:                &cognitoidp.LambdaConfigType{},
		SchemaAttributes:            created.SchemaAttributes, // by name below, whole in package userpool
		VerificationMessageTemplate: &cognitoidp.VerificationMessageTemplateType{DefaultEmailOption: "CONFIRM_WITH_CODE"},
		MfaConfiguration:            "OFF",
		EmailConfiguration:          &cognitoidp.EmailConfigurationType{EmailSendingAccount: "COGNITO_DEFAULT"},
		UserPoolTags:                map[string]string{},
		AdminCreateUserConfig: &cognitoidp.AdminCreateUserConfigType{
			AllowAdminCreateUserOnly: new(false), UnusedAccountValidityDays: new(int32(7)),
		},
		AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
			{Priority: 1, Name: "verified_email"}, {Priority: 2, Name: "verified_phone_number"},
		}},
		UserPoolTier: "ESSENTIALS",
		AcrConfiguration: map[string]cognitoidp.AcrLevelConfigType{
			"Level1": {AcrValue: "urn:cognito:loa:1"}, "Level2": {AcrValue: "urn:cognito:loa:2"},
			"Level3": {AcrValue: "urn:cognito:loa:3"}, "Level4": {AcrValue: "urn:cognito:loa:4"},
		},
	}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("CreateUserPool (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, describePool(t, s, *created.Id)); diff != "" {
		t.Errorf("DescribeUserPool (-want +got):\n%s", diff)
	}
	var names []string
	for _, a := range created.SchemaAttributes {
		names = append(names, *a.Name)
	}
	if diff := cmp.Diff([]string{"sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username",
		"profile", "picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number",
		"phone_number_verified", "address", "updated_at", "identities"}, names); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}

	var keys []*userpool.SigningKey
	err := s.Store.View(t.Context(), func(r store.Reader) (err error) {
		keys, err = r.SigningKeys(t.Context(), *created.Id)
		return err
	})
	if err != nil || len(keys) != 2 || keys[0].Use == keys[1].Use {
		t.Errorf("signing keys %v, %v", keys, err)
	}
}

func TestCreateUserPoolRefusals(t *testing.T) {
	s := poolService(t)
	s.MaxPools = 1
	_, err := s.CreateUserPool(t.Context(), &cognitoidp.CreateUserPoolRequest{PoolName: "p", MfaConfiguration: "ON"})
	refused(t, err, cognitoidp.InvalidParameterException,
		"SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
	createPool(t, s, &cognitoidp.CreateUserPoolRequest{}) // the refused one does not count
	_, err = s.CreateUserPool(t.Context(), &cognitoidp.CreateUserPoolRequest{PoolName: "p"})
	refused(t, err, cognitoidp.LimitExceededException, "The account already has 1 user pools, the most it may have.")
}

// richPool has a setting of every kind, so that a round trip through the store shows what is lost.
func richPool() *cognitoidp.CreateUserPoolRequest {
	function := "arn:aws:lambda:us-west-2:111122223333:function:f"
	return &cognitoidp.CreateUserPoolRequest{
		PoolName:                 "Rich",
		AcrConfiguration:         map[string]cognitoidp.AcrLevelConfigType{"Level4": {AcrValue: "urn:mine"}},
		AliasAttributes:          []cognitoidp.AliasAttributeType{"email"},
		AutoVerifiedAttributes:   []cognitoidp.VerifiedAttributeType{"phone_number", "email"},
		DcrConfiguration:         &cognitoidp.DcrConfigurationType{OpenDcrGrantTypes: []cognitoidp.OAuthFlowType{"code"}},
		DeletionProtection:       "ACTIVE",
		DeviceConfiguration:      &cognitoidp.DeviceConfigurationType{DeviceOnlyRememberedOnUserPrompt: new(false)},
		EmailVerificationMessage: new("Mail {####}"),
		IssuerConfiguration:      &cognitoidp.IssuerConfigurationType{Type: "UPDATED"},
		KeyConfiguration:         &cognitoidp.KeyConfigurationType{KeyType: "AWS_OWNED_KEY"},
		LambdaConfig:             &cognitoidp.LambdaConfigType{PreTokenGeneration: &function, KMSKeyID: new("arn:aws:kms:us-west-2:1:key/k")},
		MfaConfiguration:         "OPTIONAL",
		Schema: []cognitoidp.SchemaAttributeType{{Name: new("age"), AttributeDataType: "Number",
			NumberAttributeConstraints: &cognitoidp.NumberAttributeConstraintsType{MinValue: new("0")}}},
		SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: new("arn:aws:iam::111122223333:role/sms")},
		UserAttributeUpdateSettings: &cognitoidp.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []cognitoidp.VerifiedAttributeType{}},
		UserPoolAddOns: &cognitoidp.UserPoolAddOnsType{AdvancedSecurityMode: "AUDIT",
			AdvancedSecurityAdditionalFlows: &cognitoidp.AdvancedSecurityAdditionalFlowsType{CustomAuthMode: "AUDIT"}},
		UserPoolTags:          map[string]string{"team": "a"},
		UserPoolTier:          "PLUS",
		UsernameConfiguration: &cognitoidp.UsernameConfigurationType{CaseSensitive: false},
	}
}

// An update with what DescribeUserPool answers changes nothing but the date.
func TestUpdateUserPoolWithWhatDescribeAnswers(t *testing.T) {
	for name, in := range map[string]*cognitoidp.CreateUserPoolRequest{"name only": {}, "rich": richPool()} {
		t.Run(name, func(t *testing.T) {
			s := poolService(t)
			now := time.Unix(1000, 0).UTC()
			s.Now = func() time.Time { return now }
			created := createPool(t, s, in)
			was := describePool(t, s, *created.Id)
			if diff := cmp.Diff(created, was); diff != "" {
				t.Errorf("Describe differs from Create (-create +describe):\n%s", diff)
			}
			now = now.Add(time.Hour)
			_, err := s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{
				UserPoolId: *was.Id, PoolName: was.Name,
				AcrConfiguration: was.AcrConfiguration, AccountRecoverySetting: was.AccountRecoverySetting,
				AdminCreateUserConfig: was.AdminCreateUserConfig, AutoVerifiedAttributes: was.AutoVerifiedAttributes,
				DcrConfiguration: was.DcrConfiguration, DeletionProtection: was.DeletionProtection,
				DeviceConfiguration: was.DeviceConfiguration, EmailConfiguration: was.EmailConfiguration,
				EmailVerificationMessage: was.EmailVerificationMessage, EmailVerificationSubject: was.EmailVerificationSubject,
				IssuerConfiguration: was.IssuerConfiguration, KeyConfiguration: was.KeyConfiguration, LambdaConfig: was.LambdaConfig,
				MfaConfiguration: was.MfaConfiguration, Policies: was.Policies, SmsAuthenticationMessage: was.SmsAuthenticationMessage,
				SmsConfiguration: was.SmsConfiguration, SmsVerificationMessage: was.SmsVerificationMessage,
				UserAttributeUpdateSettings: was.UserAttributeUpdateSettings, UserPoolAddOns: was.UserPoolAddOns,
				UserPoolTags: was.UserPoolTags, UserPoolTier: was.UserPoolTier, VerificationMessageTemplate: was.VerificationMessageTemplate,
			})
			if err != nil {
				t.Fatal(err)
			}
			was.LastModifiedDate = &now
			if diff := cmp.Diff(was, describePool(t, s, *was.Id)); diff != "" {
				t.Errorf("changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestUpdateUserPool(t *testing.T) {
	s := poolService(t)
	id := *barePool(t, s, richPool()).Id
	_, err := s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{UserPoolId: id, PoolName: new("Renamed")})
	if err != nil {
		t.Fatal(err)
	}
	got := describePool(t, s, id)
	if *got.Name != "Renamed" || got.DeletionProtection != "INACTIVE" || got.MfaConfiguration != "OFF" ||
		*got.LambdaConfig != (cognitoidp.LambdaConfigType{}) || got.SmsConfiguration != nil || got.DeviceConfiguration != nil ||
		got.UserPoolAddOns != nil || got.EmailVerificationMessage != nil || got.AutoVerifiedAttributes != nil {
		t.Errorf("not reset: %+v", got)
	}
	if got.UserPoolTier != "PLUS" || got.UserPoolTags["team"] != "a" || len(got.SchemaAttributes) != 22 || got.IssuerConfiguration == nil ||
		got.DcrConfiguration == nil || got.UserAttributeUpdateSettings == nil || got.UsernameConfiguration == nil || len(got.AliasAttributes) != 1 {
		t.Errorf("not kept: %+v", got)
	}

	_, err = s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{UserPoolId: id, PoolName: new("Again"), UserPoolTier: "LITE"})
	refused(t, err, cognitoidp.FeatureUnavailableInTierException,
		"The following features need to be disabled for the LITE pricing tier configured: Dynamic Client Registration")
	if name := *describePool(t, s, id).Name; name != "Renamed" {
		t.Errorf("a refused update renamed the pool to %q", name)
	}
	_, err = s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{UserPoolId: missingPool})
	noSuchPool(t, err)
}

func TestAddCustomAttributes(t *testing.T) {
	s := poolService(t)
	id := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	in := &cognitoidp.AddCustomAttributesRequest{UserPoolId: id, CustomAttributes: []cognitoidp.SchemaAttributeType{
		{Name: new("team"), AttributeDataType: "String"}}}
	if _, err := s.AddCustomAttributes(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	schema := describePool(t, s, id).SchemaAttributes
	want := cognitoidp.SchemaAttributeType{Name: new("custom:team"), AttributeDataType: "String", DeveloperOnlyAttribute: new(false),
		Mutable: new(true), Required: new(false), StringAttributeConstraints: &cognitoidp.StringAttributeConstraintsType{}}
	if diff := cmp.Diff(want, schema[len(schema)-1]); diff != "" || len(schema) != 22 {
		t.Errorf("schema of %d, last (-want +got):\n%s", len(schema), diff)
	}
	_, err := s.AddCustomAttributes(t.Context(), in)
	refused(t, err, cognitoidp.InvalidParameterException, "custom:team: Existing attribute already has name custom:team.")
	_, err = s.AddCustomAttributes(t.Context(), &cognitoidp.AddCustomAttributesRequest{UserPoolId: missingPool})
	noSuchPool(t, err)
}

// The certificate stays what it is for a year, is another for each pool, and goes with its pool.
func TestGetSigningCertificate(t *testing.T) {
	s := poolService(t)
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s.Now = func() time.Time { return now }
	s.Tokens.Now = s.Now
	get := func(poolID string) *x509.Certificate {
		t.Helper()
		out, err := s.GetSigningCertificate(t.Context(), &cognitoidp.GetSigningCertificateRequest{UserPoolId: poolID})
		if err != nil {
			t.Fatal(err)
		}
		der, err := base64.StdEncoding.DecodeString(*out.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	mine := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	other := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	first := get(mine)
	if first.NotAfter.Year() != 2036 || first.Subject.CommonName != mine {
		t.Errorf("of %s until %s", first.Subject, first.NotAfter)
	}
	now = now.AddDate(0, 11, 0)
	if !get(mine).Equal(first) {
		t.Error("another certificate after eleven months")
	}
	now = now.AddDate(0, 1, 0)
	if renewed := get(mine); renewed.Equal(first) || !renewed.PublicKey.(*rsa.PublicKey).Equal(first.PublicKey) {
		t.Error("after a year there is no new certificate of the same key")
	}
	if get(other).PublicKey.(*rsa.PublicKey).Equal(first.PublicKey) {
		t.Error("two pools share a key")
	}
	if _, err := s.DeleteUserPool(t.Context(), &cognitoidp.DeleteUserPoolRequest{UserPoolId: mine}); err != nil {
		t.Fatal(err)
	}
	_, err := s.GetSigningCertificate(t.Context(), &cognitoidp.GetSigningCertificateRequest{UserPoolId: mine})
	refused(t, err, cognitoidp.ResourceNotFoundException, "User pool "+mine+" does not exist.")

	broken := errors.New("the disk is on fire")
	faulty := storetest.Faulty(s.Store)
	s.Tokens.Store = faulty
	faulty.FailView(broken)
	if _, err := s.GetSigningCertificate(t.Context(), &cognitoidp.GetSigningCertificateRequest{UserPoolId: other}); !errors.Is(err, broken) {
		t.Errorf("a fault of the store came out as %v", err)
	}
}

func TestDeleteUserPool(t *testing.T) {
	s := poolService(t)
	id := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{DeletionProtection: "ACTIVE"}).Id
	client := createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: id})
	in := &cognitoidp.DeleteUserPoolRequest{UserPoolId: id}
	setDomain := func(d *userpool.Domain) {
		t.Helper()
		if err := s.Store.Update(t.Context(), func(tx store.Tx) error {
			old, err := tx.DomainsOf(t.Context(), id)
			if err != nil {
				return err
			}
			for _, o := range old {
				if err := tx.DeleteDomain(t.Context(), id, o.Name); err != nil {
					return err
				}
			}
			if d == nil {
				return nil
			}
			d.PoolID = id
			return tx.CreateDomain(t.Context(), d)
		}); err != nil {
			t.Fatal(err)
		}
	}
	remove := func() error {
		_, err := s.DeleteUserPool(t.Context(), in)
		return err
	}
	const protected = "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."
	const hasDomain = "User pool cannot be deleted. It has a domain configured that should be deleted first."

	setDomain(&userpool.Domain{Name: "my-prefix"})
	refused(t, remove(), cognitoidp.InvalidParameterException, protected)
	if _, err := s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{UserPoolId: id}); err != nil {
		t.Fatal(err)
	}
	refused(t, remove(), cognitoidp.InvalidParameterException, hasDomain) // the update kept it
	setDomain(&userpool.Domain{Name: "auth.example.com", Custom: &cognitoidp.CustomDomainConfigType{}})
	refused(t, remove(), cognitoidp.InvalidParameterException, hasDomain)
	setDomain(nil)
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	gone := "User pool " + id + " does not exist."
	refused(t, remove(), cognitoidp.ResourceNotFoundException, gone)
	_, err := s.DescribeUserPool(t.Context(), &cognitoidp.DescribeUserPoolRequest{UserPoolId: id})
	refused(t, err, cognitoidp.ResourceNotFoundException, gone)
	_, err = s.DescribeUserPoolClient(t.Context(), &cognitoidp.DescribeUserPoolClientRequest{UserPoolId: id, ClientId: *client.ClientId})
	refused(t, err, cognitoidp.ResourceNotFoundException, gone)
}

func TestListUserPools(t *testing.T) {
	s := poolService(t)
	now := time.Unix(1000, 0)
	s.Now = func() time.Time { return now }
	empty, err := s.ListUserPools(t.Context(), &cognitoidp.ListUserPoolsRequest{MaxResults: 60})
	if err != nil || empty.UserPools == nil || len(empty.UserPools) != 0 || empty.NextToken != nil {
		t.Errorf("no pools: got %+v, %v", empty, err)
	}
	var want []cognitoidp.UserPoolDescriptionType
	for i := range 5 {
		p := barePool(t, s, &cognitoidp.CreateUserPoolRequest{PoolName: fmt.Sprint("pool ", i)})
		want = append(want, cognitoidp.UserPoolDescriptionType{Id: p.Id, Name: p.Name, LambdaConfig: &cognitoidp.LambdaConfigType{},
			CreationDate: p.CreationDate, LastModifiedDate: p.LastModifiedDate})
	}
	slices.SortFunc(want, func(a, b cognitoidp.UserPoolDescriptionType) int {
		if *a.Id < *b.Id {
			return -1
		}
		return 1
	})
	var got []cognitoidp.UserPoolDescriptionType
	var token *string
	for pages := 1; ; pages++ {
		out, err := s.ListUserPools(t.Context(), &cognitoidp.ListUserPoolsRequest{MaxResults: 2, NextToken: token})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, out.UserPools...)
		if out.NextToken == nil {
			if pages != 3 {
				t.Errorf("%d pages", pages)
			}
			break
		}
		token = out.NextToken
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pools (-want +got):\n%s", diff)
	}
	if out, err := s.ListUserPools(t.Context(), &cognitoidp.ListUserPoolsRequest{MaxResults: 5}); err != nil || out.NextToken != nil {
		t.Errorf("a full last page: token %v, %v", out.NextToken, err)
	}

	bad := func(token *string) {
		t.Helper()
		_, err := s.ListUserPools(t.Context(), &cognitoidp.ListUserPoolsRequest{MaxResults: 2, NextToken: token})
		refused(t, err, cognitoidp.InvalidParameterException, "Invalid pagination token given")
	}
	bad(new("made-up"))
	now = now.Add(time.Hour)
	bad(token)
}

func TestDescribeUserPoolRefusals(t *testing.T) {
	_, err := poolService(t).DescribeUserPool(t.Context(), &cognitoidp.DescribeUserPoolRequest{UserPoolId: missingPool})
	noSuchPool(t, err)
}

func TestUserPoolMfaConfig(t *testing.T) {
	s := poolService(t)
	id := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	get := func() *cognitoidp.GetUserPoolMfaConfigResponse {
		t.Helper()
		out, err := s.GetUserPoolMfaConfig(t.Context(), &cognitoidp.GetUserPoolMfaConfigRequest{UserPoolId: id})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if diff := cmp.Diff(&cognitoidp.GetUserPoolMfaConfigResponse{MfaConfiguration: "OFF"}, get()); diff != "" {
		t.Errorf("fresh pool (-want +got):\n%s", diff)
	}

	role := "arn:aws:iam::111122223333:role/sms"
	set, err := s.SetUserPoolMfaConfig(t.Context(), &cognitoidp.SetUserPoolMfaConfigRequest{
		UserPoolId: id, MfaConfiguration: "OPTIONAL",
		SmsMfaConfiguration: &cognitoidp.SmsMfaConfigType{SmsAuthenticationMessage: new("Code {####}"),
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: &role}},
		SoftwareTokenMfaConfiguration: &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(true)},
		WebAuthnConfiguration:         &cognitoidp.WebAuthnConfigurationType{RelyingPartyId: new("example.com")},
	})
	if err != nil {
		t.Fatal(err)
	}
	sms := &cognitoidp.SmsConfigurationType{SnsCallerArn: &role, SnsRegion: new("us-west-2")}
	want := &cognitoidp.GetUserPoolMfaConfigResponse{
		MfaConfiguration:              "OPTIONAL",
		SmsMfaConfiguration:           &cognitoidp.SmsMfaConfigType{SmsAuthenticationMessage: new("Code {####}"), SmsConfiguration: sms},
		SoftwareTokenMfaConfiguration: &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(true)},
		WebAuthnConfiguration:         &cognitoidp.WebAuthnConfigurationType{RelyingPartyId: new("example.com"), UserVerification: "preferred"},
	}
	if diff := cmp.Diff(want, get()); diff != "" {
		t.Errorf("Get (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, &cognitoidp.GetUserPoolMfaConfigResponse{
		EmailMfaConfiguration: set.EmailMfaConfiguration, MfaConfiguration: set.MfaConfiguration, SmsMfaConfiguration: set.SmsMfaConfiguration,
		SoftwareTokenMfaConfiguration: set.SoftwareTokenMfaConfiguration, WebAuthnConfiguration: set.WebAuthnConfiguration,
	}); diff != "" {
		t.Errorf("Set (-want +got):\n%s", diff)
	}
	pool := describePool(t, s, id)
	if diff := cmp.Diff(sms, pool.SmsConfiguration); diff != "" || pool.MfaConfiguration != "OPTIONAL" || *pool.SmsAuthenticationMessage != "Code {####}" {
		t.Errorf("Describe: MFA %s, SMS (-want +got):\n%s", pool.MfaConfiguration, diff)
	}

	_, err = s.SetUserPoolMfaConfig(t.Context(), &cognitoidp.SetUserPoolMfaConfigRequest{UserPoolId: id, MfaConfiguration: "ON"})
	refused(t, err, cognitoidp.InvalidParameterException,
		"Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.")
	if diff := cmp.Diff(want, get()); diff != "" {
		t.Errorf("a refusal changed it (-want +got):\n%s", diff)
	}
	_, err = s.SetUserPoolMfaConfig(t.Context(), &cognitoidp.SetUserPoolMfaConfigRequest{UserPoolId: missingPool})
	noSuchPool(t, err)
	_, err = s.GetUserPoolMfaConfig(t.Context(), &cognitoidp.GetUserPoolMfaConfigRequest{UserPoolId: missingPool})
	noSuchPool(t, err)
}
