package api

import (
	"context"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// AdminCreateUser makes a user and sends an invitation, or sends another one (MessageAction RESEND).
func (s *Service) AdminCreateUser(ctx context.Context, in *cognitoidp.AdminCreateUserRequest) (*cognitoidp.AdminCreateUserResponse, error) {
	p, err := s.namedPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	invitation := account.Invitation{
		NewUser: account.NewUser{
			Username:   in.Username,
			Password:   value(in.TemporaryPassword),
			Attributes: account.AttributesOf(p, in.UserAttributes),

			ValidationData: validationData(in.ValidationData),
		},
		Force:    in.ForceAliasCreation != nil && *in.ForceAliasCreation,
		Suppress: in.MessageAction == cognitoidp.MessageActionTypeSuppress,
		Mediums:  in.DesiredDeliveryMediums,
	}
	accounts := s.accounts(in.ClientMetadata)
	invite := accounts.Invite
	if in.MessageAction == cognitoidp.MessageActionTypeResend {
		invite = accounts.ResendInvitation
	}
	u, err := invite(ctx, p, invitation)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminCreateUserResponse{User: userEntry(p, u, nil)}, nil
}

// AdminGetUser describes a user.
func (s *Service) AdminGetUser(ctx context.Context, in *cognitoidp.AdminGetUserRequest) (*cognitoidp.AdminGetUserResponse, error) {
	p, u, err := s.namedUser(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminGetUserResponse{
		Username:             u.Username,
		UserAttributes:       attributesOf(p, u, nil),
		UserCreateDate:       &u.Created,
		UserLastModifiedDate: &u.Modified,
		Enabled:              &u.Enabled,
		UserStatus:           u.Status,
		MFAOptions:           mfaOptions(u),
		PreferredMfaSetting:  optional(string(mfa.Preferred(u))),
		UserMFASettingList:   mfaSettings(u),
	}, nil
}

// GetUser describes the signed-in user, as far as the app client may read.
func (s *Service) GetUser(ctx context.Context, in *cognitoidp.GetUserRequest) (*cognitoidp.GetUserResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	u := bearer.User
	if err := account.CheckActive(u); err != nil {
		return nil, err
	}
	return &cognitoidp.GetUserResponse{
		Username:            u.Username,
		UserAttributes:      attributesOf(bearer.Pool, u, bearer.Client.CanRead),
		MFAOptions:          mfaOptions(u),
		PreferredMfaSetting: optional(string(mfa.Preferred(u))),
		UserMFASettingList:  mfaSettings(u),
	}, nil
}

// AdminDeleteUser deletes a user; the username is free again.
func (s *Service) AdminDeleteUser(ctx context.Context, in *cognitoidp.AdminDeleteUserRequest) (*cognitoidp.Unit, error) {
	return &cognitoidp.Unit{}, s.deleteUser(ctx, in.UserPoolId, in.Username)
}

// DeleteUser deletes the signed-in user.
func (s *Service) DeleteUser(ctx context.Context, in *cognitoidp.DeleteUserRequest) (*cognitoidp.Unit, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := account.CheckActive(bearer.User); err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, s.deleteUser(ctx, bearer.Pool.ID, bearer.User.Username)
}

func (s *Service) deleteUser(ctx context.Context, poolID, username string) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		_, u, err := poolAndUser(ctx, tx, poolID, username)
		if err != nil {
			return err
		}
		if err := tx.DeleteUser(ctx, poolID, u.Username); err != nil {
			return fmt.Errorf("delete user: %w", err)
		}
		return nil
	})
}

// AdminEnableUser lets a disabled user sign in again; tokens from before stay void.
func (s *Service) AdminEnableUser(ctx context.Context, in *cognitoidp.AdminEnableUserRequest) (*cognitoidp.AdminEnableUserResponse, error) {
	if err := s.setEnabled(ctx, in.UserPoolId, in.Username, true); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminEnableUserResponse{}, nil
}

// AdminDisableUser keeps a user from signing in and voids all tokens.
func (s *Service) AdminDisableUser(ctx context.Context, in *cognitoidp.AdminDisableUserRequest) (*cognitoidp.AdminDisableUserResponse, error) {
	if err := s.setEnabled(ctx, in.UserPoolId, in.Username, false); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminDisableUserResponse{}, nil
}

func (s *Service) setEnabled(ctx context.Context, poolID, username string, enabled bool) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		_, u, err := poolAndUser(ctx, tx, poolID, username)
		if err != nil || u.Enabled == enabled {
			return err
		}
		u.Enabled = enabled
		if !enabled {
			u.RevokeTokens(s.Now())
		}
		return s.saveUser(ctx, tx, u)
	})
}

// queryLimit is the Limit of a listing of users or groups; absent and 0 mean the largest.
func queryLimit(in *int32) int {
	if in == nil || *in == 0 {
		return 60
	}
	return int(*in)
}

// ListUsers lists users, all or those that a filter selects.
func (s *Service) ListUsers(ctx context.Context, in *cognitoidp.ListUsersRequest) (*cognitoidp.ListUsersResponse, error) {
	filter, err := userpool.ParseFilter(value(in.Filter))
	if err != nil {
		return nil, err
	}
	limit := queryLimit(in.Limit)
	var p *userpool.Pool
	var users []*userpool.User
	query := store.UserQuery{
		Attribute: filter.Attribute, Value: filter.Value, Prefix: filter.Prefix,
		Limit: limit + 1, // one more tells whether there is another page
	}
	listing := page.Listing{Operation: "ListUsers", Parameters: append([]string{in.UserPoolId, value(in.Filter)}, in.AttributesToGet...)}
	err = s.Store.View(ctx, func(r store.Reader) error {
		if p, err = pool(ctx, r, in.UserPoolId); err != nil {
			return err
		}
		for _, name := range in.AttributesToGet {
			if p.SchemaAttribute(name) == nil {
				return awserr.UnknownAttributeToGet(name)
			}
		}
		cursor, err := s.pages().Cursor(listing, in.PaginationToken, 2)
		if err != nil {
			return err
		}
		if cursor != nil {
			query.After = store.UserCursor{Value: cursor[0], Username: cursor[1]}
		}
		if users, err = r.Users(ctx, p.ID, query); err != nil {
			return fmt.Errorf("list users: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &cognitoidp.ListUsersResponse{Users: []cognitoidp.UserType{}}
	if len(users) > limit {
		users = users[:limit]
		last := query.CursorAt(users[limit-1])
		out.PaginationToken = new(s.pages().Next(listing, last.Value, last.Username))
	}
	for _, u := range users {
		out.Users = append(out.Users, *userEntry(p, u, chosen(in.AttributesToGet)))
	}
	return out, nil
}

// chosen selects the attributes of a list; an empty one selects all.
func chosen(names []string) func(string) bool {
	if len(names) == 0 {
		return nil
	}
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return func(name string) bool { return set[name] }
}

// userEntry is a user as AdminCreateUser and the listings show it.
func userEntry(p *userpool.Pool, u *userpool.User, show func(attribute string) bool) *cognitoidp.UserType {
	return &cognitoidp.UserType{
		Username:             &u.Username,
		Attributes:           attributesOf(p, u, show),
		UserCreateDate:       &u.Created,
		UserLastModifiedDate: &u.Modified,
		Enabled:              &u.Enabled,
		UserStatus:           u.Status,
		MFAOptions:           mfaOptions(u),
	}
}

// attributesOf lists the attributes of u that show lets through, nil all, in the order of the pool's
// schema, which begins with the sub.
func attributesOf(p *userpool.Pool, u *userpool.User, show func(attribute string) bool) []cognitoidp.AttributeType {
	list := []cognitoidp.AttributeType{}
	add := func(name, value string) {
		if value != "" && (show == nil || show(name)) {
			list = append(list, cognitoidp.AttributeType{Name: name, Value: &value})
		}
	}
	add(userpool.AttrSub, u.Sub)
	for _, a := range p.Settings.SchemaAttributes {
		switch name := value(a.Name); name {
		case userpool.AttrSub:
		case userpool.AttrIdentities:
			add(name, u.IdentitiesAttribute())
		default:
			add(name, u.Attributes[name])
		}
	}
	return list
}

// mfaOptions is the legacy SMS setting (SetUserSettings).
func mfaOptions(u *userpool.User) []cognitoidp.MFAOptionType {
	if !u.LegacySMSMFA {
		return nil
	}
	return []cognitoidp.MFAOptionType{{
		DeliveryMedium: cognitoidp.DeliveryMediumTypeSms, AttributeName: new(userpool.AttrPhoneNumber),
	}}
}

func mfaSettings(u *userpool.User) []string {
	var list []string
	for _, f := range mfa.Active(u) {
		list = append(list, string(f))
	}
	return list
}
