package api

import (
	"context"

	"ostiary/cognitoidp"
)

// ChangePassword replaces the password of the signed-in user.
func (s *Service) ChangePassword(ctx context.Context, in *cognitoidp.ChangePasswordRequest) (*cognitoidp.ChangePasswordResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	err = s.watched(ctx, cognitoidp.EventTypePasswordChange, bearer.Pool, bearer.Client, bearer.User.Username, nil, func() error {
		return s.accounts(nil).ChangePassword(ctx, bearer.Pool, bearer.Client, bearer.User, value(in.PreviousPassword), in.ProposedPassword)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.ChangePasswordResponse{}, nil
}

// AdminSetUserPassword gives a user a password, a temporary one unless Permanent.
func (s *Service) AdminSetUserPassword(ctx context.Context, in *cognitoidp.AdminSetUserPasswordRequest) (*cognitoidp.AdminSetUserPasswordResponse, error) {
	p, err := s.namedPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	permanent := in.Permanent != nil && *in.Permanent
	if err := s.accounts(nil).SetPassword(ctx, p, in.Username, in.Password, permanent); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminSetUserPasswordResponse{}, nil
}

// AdminResetUserPassword makes a user set a new password by a code that is sent.
func (s *Service) AdminResetUserPassword(ctx context.Context, in *cognitoidp.AdminResetUserPasswordRequest) (*cognitoidp.AdminResetUserPasswordResponse, error) {
	p, err := s.namedPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if err := s.accounts(in.ClientMetadata).ResetPassword(ctx, p, in.Username); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminResetUserPasswordResponse{}, nil
}

// ForgotPassword sends a code by which a new password can be set.
func (s *Service) ForgotPassword(ctx context.Context, in *cognitoidp.ForgotPasswordRequest) (*cognitoidp.ForgotPasswordResponse, error) {
	p, client, err := s.provenClient(ctx, in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	var details *cognitoidp.CodeDeliveryDetailsType
	err = s.watched(ctx, cognitoidp.EventTypeForgotPassword, p, client, in.Username, in.UserContextData, func() (err error) {
		details, err = s.accounts(in.ClientMetadata).ForgotPassword(ctx, p, client, in.Username)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.ForgotPasswordResponse{CodeDeliveryDetails: details}, nil
}

// ConfirmForgotPassword sets a new password by a code that was sent.
func (s *Service) ConfirmForgotPassword(ctx context.Context, in *cognitoidp.ConfirmForgotPasswordRequest) (*cognitoidp.ConfirmForgotPasswordResponse, error) {
	p, client, err := s.provenClient(ctx, in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	err = s.watched(ctx, cognitoidp.EventTypePasswordChange, p, client, in.Username, in.UserContextData, func() error {
		return s.accounts(in.ClientMetadata).ConfirmForgotPassword(ctx, p, client, in.Username, in.ConfirmationCode, in.Password)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.ConfirmForgotPasswordResponse{}, nil
}
