package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// SignUp registers a user.
func (s *Service) SignUp(ctx context.Context, in *cognitoidp.SignUpRequest) (*cognitoidp.SignUpResponse, error) {
	p, client, err := s.provenClient(ctx, in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	var u *userpool.User
	var details *cognitoidp.CodeDeliveryDetailsType
	err = s.watched(ctx, cognitoidp.EventTypeSignUp, p, client, in.Username, in.UserContextData, func() (err error) {
		u, details, err = s.accounts(in.ClientMetadata).SignUp(ctx, p, client, account.NewUser{
			Username:   in.Username,
			Password:   value(in.Password),
			Attributes: account.AttributesOf(p, in.UserAttributes),

			ValidationData: validationData(in.ValidationData),
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	session := ""
	if u.Status == cognitoidp.UserStatusTypeUnconfirmed {
		if session, err = s.SignIn.SigningUp(ctx, p, client, u); err != nil {
			return nil, err
		}
	}
	return &cognitoidp.SignUpResponse{
		Session:             optional(session),
		UserConfirmed:       u.Status == cognitoidp.UserStatusTypeConfirmed,
		UserSub:             u.Sub,
		CodeDeliveryDetails: details,
	}, nil
}

// ConfirmSignUp confirms a sign-up by the code that was sent.
func (s *Service) ConfirmSignUp(ctx context.Context, in *cognitoidp.ConfirmSignUpRequest) (*cognitoidp.ConfirmSignUpResponse, error) {
	p, client, err := s.provenClient(ctx, in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	if in.Session != nil {
		if err := s.SignIn.CheckSigningUp(ctx, p, client, in.Username, *in.Session); err != nil {
			return nil, err
		}
	}
	force := in.ForceAliasCreation != nil && *in.ForceAliasCreation
	u, attribute, err := s.accounts(in.ClientMetadata).ConfirmSignUp(ctx, p, client, in.Username, in.ConfirmationCode, force)
	if err != nil {
		return nil, err
	}
	session, err := s.SignIn.SignedUp(ctx, p, client, u, attribute)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.ConfirmSignUpResponse{Session: optional(session)}, nil
}

// AdminConfirmSignUp confirms a sign-up without a code.
func (s *Service) AdminConfirmSignUp(ctx context.Context, in *cognitoidp.AdminConfirmSignUpRequest) (*cognitoidp.AdminConfirmSignUpResponse, error) {
	p, err := s.namedPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if err := s.accounts(in.ClientMetadata).AdminConfirmSignUp(ctx, p, in.Username); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminConfirmSignUpResponse{}, nil
}

// ResendConfirmationCode sends a new code for a sign-up.
func (s *Service) ResendConfirmationCode(ctx context.Context, in *cognitoidp.ResendConfirmationCodeRequest) (*cognitoidp.ResendConfirmationCodeResponse, error) {
	p, client, err := s.provenClient(ctx, in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	var details *cognitoidp.CodeDeliveryDetailsType
	err = s.watched(ctx, cognitoidp.EventTypeResendCode, p, client, in.Username, in.UserContextData, func() (err error) {
		details, err = s.accounts(in.ClientMetadata).ResendCode(ctx, p, client, in.Username)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.ResendConfirmationCodeResponse{CodeDeliveryDetails: details}, nil
}

// accounts is the use cases of accounts over the parts of s, for an operation with that ClientMetadata; nil
// for one that has none.
func (s *Service) accounts(clientMetadata map[string]string) *account.Service {
	return &account.Service{
		Store: s.Store, Triggers: s.Triggers, Messages: s.Messages, ClientMetadata: clientMetadata,
		Pages: s.Pages, Secrets: s.Secrets, Risk: s.Risk, Now: s.Now, Rand: s.Rand,
	}
}

// validationData is ValidationData as functions get it; nil if there is none. Of a name given twice the last
// counts.
func validationData(list []cognitoidp.AttributeType) map[string]string {
	if len(list) == 0 {
		return nil
	}
	data := make(map[string]string, len(list))
	for _, a := range list {
		data[a.Name] = value(a.Value)
	}
	return data
}

// provenClient finds the app client that an operation without a signature names, with its pool, and
// checks that the caller knows its secret.
func (s *Service) provenClient(ctx context.Context, clientID, username string, secretHash *string) (p *userpool.Pool, client *userpool.Client, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		if client, err = r.Client(ctx, clientID); errors.Is(err, store.ErrNotFound) {
			return awserr.ClientNotFound(clientID)
		} else if err != nil {
			return fmt.Errorf("read app client: %w", err)
		}
		p, err = pool(ctx, r, client.PoolID)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return p, client, account.CheckSecretHash(client, username, value(secretHash))
}

// namedPool finds the pool that an operation names.
func (s *Service) namedPool(ctx context.Context, id string) (p *userpool.Pool, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		p, err = pool(ctx, r, id)
		return err
	})
	return p, err
}

// namedUser finds the pool that an operation names and the user in it.
func (s *Service) namedUser(ctx context.Context, poolID, username string) (p *userpool.Pool, u *userpool.User, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		p, u, err = poolAndUser(ctx, r, poolID, username)
		return err
	})
	return p, u, err
}
