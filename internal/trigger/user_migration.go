package trigger

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

var userMigration = &function{"UserMigration",
	func(l *cognitoidp.LambdaConfigType) *string { return l.UserMigration }}

// Sources of UserMigration.
const (
	MigrateAtSignIn         Source = "UserMigration_Authentication"
	MigrateAtForgotPassword Source = "UserMigration_ForgotPassword"
)

// HasUserMigration tells whether users who are not in the pool may be brought from elsewhere.
func HasUserMigration(p *userpool.Pool) bool { return userMigration.arnIn(p) != "" }

// Migrated is a user whom a function has brought.
type Migrated struct {
	Attributes      map[string]string
	Confirmed       bool // finalUserStatus; otherwise the password has to be reset
	SuppressMessage bool // messageAction
	Mediums         []cognitoidp.DeliveryMediumType
	ForceAlias      bool
	EnableSMSMFA    bool
}

// Migration is what a function is told of somebody who is not in the pool: the password of a sign-in, and
// what the caller has passed on.
type Migration struct {
	Password       string // "" if there is none (ForgotPassword)
	ValidationData map[string]string
	ClientMetadata map[string]string
}

// UserMigration asks a function for a user who is not in the pool; nil if it has brought none. The subject's
// Username is what was typed.
func (s *Service) UserMigration(ctx context.Context, source Source, of Subject, in Migration) (*Migrated, error) {
	request := struct {
		Password       string            `json:"password,omitempty"`
		ValidationData map[string]string `json:"validationData"`
		ClientMetadata map[string]string `json:"clientMetadata,omitempty"`
	}{in.Password, in.ValidationData, in.ClientMetadata}
	response := struct {
		UserAttributes  map[string]string               `json:"userAttributes"`
		FinalUserStatus *string                         `json:"finalUserStatus"`
		MessageAction   *string                         `json:"messageAction"`
		Mediums         []cognitoidp.DeliveryMediumType `json:"desiredDeliveryMediums"`
		ForceAlias      *bool                           `json:"forceAliasCreation"`
		EnableSMSMFA    *bool                           `json:"enableSMSMFA"`
	}{}
	called, err := s.call(ctx, invocation{function: userMigration, source: source, of: of, request: request, response: &response})
	if err != nil || !called || len(response.UserAttributes) == 0 {
		return nil, err
	}
	return &Migrated{
		Attributes:      response.UserAttributes,
		Confirmed:       orZero(response.FinalUserStatus) == string(cognitoidp.UserStatusTypeConfirmed),
		SuppressMessage: orZero(response.MessageAction) == string(cognitoidp.MessageActionTypeSuppress),
		Mediums:         response.Mediums,
		ForceAlias:      orZero(response.ForceAlias),
		EnableSMSMFA:    orZero(response.EnableSMSMFA),
	}, nil
}
