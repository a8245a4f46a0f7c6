package trigger

import (
	"context"
	"maps"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

var (
	preSignUp = &function{"PreSignUp",
		func(l *cognitoidp.LambdaConfigType) *string { return l.PreSignUp }}
	postConfirmation = &function{"PostConfirmation",
		func(l *cognitoidp.LambdaConfigType) *string { return l.PostConfirmation }}
)

// Sources of PreSignUp and PostConfirmation.
const (
	SignUp           Source = "PreSignUp_SignUp"
	AdminCreateUser  Source = "PreSignUp_AdminCreateUser"
	ExternalProvider Source = "PreSignUp_ExternalProvider"

	ConfirmSignUp         Source = "PostConfirmation_ConfirmSignUp"
	ConfirmForgotPassword Source = "PostConfirmation_ConfirmForgotPassword"
)

// SignUpVerdict is what PreSignUp decides for a user who signs up. For other sources it counts for nothing.
type SignUpVerdict struct {
	Confirm     bool `json:"autoConfirmUser"`
	VerifyEmail bool `json:"autoVerifyEmail"`
	VerifyPhone bool `json:"autoVerifyPhone"`
}

// HasPreSignUp tells whether new users of the pool are looked at before they are made.
func HasPreSignUp(p *userpool.Pool) bool { return preSignUp.arnIn(p) != "" }

// PreSignUp lets a function refuse a user who is about to be made, with the attributes that were submitted.
// The subject has no User yet.
func (s *Service) PreSignUp(
	ctx context.Context, source Source, of Subject, attributes, validationData, clientMetadata map[string]string,
) (SignUpVerdict, error) {
	if attributes = maps.Clone(attributes); attributes == nil {
		attributes = map[string]string{}
	}
	if validationData == nil && source == ExternalProvider {
		validationData = map[string]string{} // null for the others
	}
	request := struct {
		UserAttributes map[string]string `json:"userAttributes"`
		ValidationData map[string]string `json:"validationData"`
		ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	}{attributes, validationData, clientMetadata}
	var verdict SignUpVerdict
	_, err := s.call(ctx, invocation{function: preSignUp, source: source, of: of, request: request, response: &verdict})
	switch {
	case err != nil:
		return SignUpVerdict{}, err
	case source != SignUp:
		return SignUpVerdict{}, nil
	case verdict.VerifyEmail && attributes[userpool.AttrEmail] == "":
		return SignUpVerdict{}, awserr.AutoVerifiedWithoutValue(userpool.AttrEmail)
	case verdict.VerifyPhone && attributes[userpool.AttrPhoneNumber] == "":
		return SignUpVerdict{}, awserr.AutoVerifiedWithoutValue(userpool.AttrPhoneNumber)
	default:
		return verdict, nil
	}
}

// PostConfirmation tells a function of a user who is confirmed, by a sign-up or a new password. What it
// fails at does not change that.
func (s *Service) PostConfirmation(ctx context.Context, source Source, of Subject, clientMetadata map[string]string) error {
	request := struct {
		UserAttributes map[string]string `json:"userAttributes"`
		ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	}{of.attributes(), clientMetadata}
	_, err := s.call(ctx, invocation{function: postConfirmation, source: source, of: of, request: request, response: &struct{}{}})
	return err
}
