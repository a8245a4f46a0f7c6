package api

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
)

// UpdateUserAttributes sets attributes of the signed-in user.
func (s *Service) UpdateUserAttributes(ctx context.Context, in *cognitoidp.UpdateUserAttributesRequest) (*cognitoidp.UpdateUserAttributesResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	given := account.AttributesOf(bearer.Pool, in.UserAttributes)
	details, err := s.accounts(in.ClientMetadata).UpdateAttributes(ctx, bearer.Pool, bearer.Client, bearer.User, given)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateUserAttributesResponse{CodeDeliveryDetailsList: details}, nil
}

// AdminUpdateUserAttributes sets attributes of a user, the verified ones and others that no app client
// may write among them.
func (s *Service) AdminUpdateUserAttributes(ctx context.Context, in *cognitoidp.AdminUpdateUserAttributesRequest) (*cognitoidp.AdminUpdateUserAttributesResponse, error) {
	p, u, err := s.namedUser(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	given := account.AttributesOf(p, in.UserAttributes)
	if _, err := s.accounts(in.ClientMetadata).UpdateAttributes(ctx, p, nil, u, given); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminUpdateUserAttributesResponse{}, nil
}

// DeleteUserAttributes deletes attributes of the signed-in user.
func (s *Service) DeleteUserAttributes(ctx context.Context, in *cognitoidp.DeleteUserAttributesRequest) (*cognitoidp.DeleteUserAttributesResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	_, err = s.accounts(nil).UpdateAttributes(ctx, bearer.Pool, bearer.Client, bearer.User, emptied(in.UserAttributeNames))
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DeleteUserAttributesResponse{}, nil
}

// AdminDeleteUserAttributes deletes attributes of a user.
func (s *Service) AdminDeleteUserAttributes(ctx context.Context, in *cognitoidp.AdminDeleteUserAttributesRequest) (*cognitoidp.AdminDeleteUserAttributesResponse, error) {
	p, u, err := s.namedUser(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	if _, err := s.accounts(nil).UpdateAttributes(ctx, p, nil, u, emptied(in.UserAttributeNames)); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminDeleteUserAttributesResponse{}, nil
}

// emptied writes deletions as what they are to the rules: attributes set to nothing.
func emptied(names []string) map[string]string {
	given := make(map[string]string, len(names))
	for _, name := range names {
		given[name] = ""
	}
	return given
}

// GetUserAttributeVerificationCode sends the signed-in user a code for an e-mail address or phone
// number.
func (s *Service) GetUserAttributeVerificationCode(ctx context.Context, in *cognitoidp.GetUserAttributeVerificationCodeRequest) (*cognitoidp.GetUserAttributeVerificationCodeResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	details, err := s.accounts(in.ClientMetadata).SendVerification(ctx, bearer.Pool, bearer.Client, bearer.User, in.AttributeName)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetUserAttributeVerificationCodeResponse{CodeDeliveryDetails: details}, nil
}

// VerifyUserAttribute takes the code for an e-mail address or phone number.
func (s *Service) VerifyUserAttribute(ctx context.Context, in *cognitoidp.VerifyUserAttributeRequest) (*cognitoidp.VerifyUserAttributeResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := s.accounts(nil).Verify(ctx, bearer.Pool, bearer.User, in.AttributeName, in.Code); err != nil {
		return nil, err
	}
	return &cognitoidp.VerifyUserAttributeResponse{}, nil
}
