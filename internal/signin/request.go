package signin

import (
	"context"
	"errors"
	"unicode/utf8"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// client finds the app client and its pool. An Admin call names the pool too, and reaches only that
// pool's clients.
func (s *Service) client(ctx context.Context, admin bool, poolID, clientID string) (pool *userpool.Pool, client *userpool.Client, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		if admin {
			if pool, err = r.Pool(ctx, poolID); errors.Is(err, store.ErrNotFound) {
				return awserr.PoolNotFound(poolID)
			} else if err != nil {
				return err
			}
		}
		client, err = r.Client(ctx, clientID)
		if errors.Is(err, store.ErrNotFound) || err == nil && admin && client.PoolID != poolID {
			return awserr.ClientNotFound(clientID)
		}
		if err != nil || admin {
			return err
		}
		pool, err = r.Pool(ctx, client.PoolID)
		return err
	})
	return pool, client, err
}

// allowed refuses a flow that this entry point does not have or the client does not allow
// (ExplicitAuthFlows).
func allowed(p *userpool.Pool, c *userpool.Client, flow cognitoidp.AuthFlowType, admin bool) error {
	switch flow {
	case cognitoidp.AuthFlowTypeUserSrpAuth, cognitoidp.AuthFlowTypeUserAuth,
		cognitoidp.AuthFlowTypeRefreshTokenAuth, cognitoidp.AuthFlowTypeRefreshToken:
	case cognitoidp.AuthFlowTypeUserPasswordAuth:
		if admin {
			return awserr.FlowNotSupported()
		}
	case cognitoidp.AuthFlowTypeAdminUserPasswordAuth, cognitoidp.AuthFlowTypeAdminNoSrpAuth:
		if !admin {
			return awserr.FlowNotSupported()
		}
	case cognitoidp.AuthFlowTypeCustomAuth:
		if c.Allows(flow, admin) && !trigger.HasCustomAuth(p) {
			return awserr.CustomAuthNotConfigured()
		}
	default:
		return awserr.FlowNotSupported()
	}
	if !c.Allows(flow, admin) {
		return awserr.FlowNotEnabled(flow)
	}
	return nil
}

func isRefresh(flow cognitoidp.AuthFlowType) bool {
	return flow == cognitoidp.AuthFlowTypeRefreshTokenAuth || flow == cognitoidp.AuthFlowTypeRefreshToken
}

// parametersOf are the AuthParameters that a flow cannot do without.
func parametersOf(flow cognitoidp.AuthFlowType) []string {
	switch flow {
	case cognitoidp.AuthFlowTypeUserSrpAuth:
		return []string{"USERNAME", "SRP_A"}
	case cognitoidp.AuthFlowTypeUserAuth, cognitoidp.AuthFlowTypeCustomAuth:
		return []string{"USERNAME"}
	default:
		return []string{"USERNAME", "PASSWORD"}
	}
}

func required(given map[string]string, names ...string) error {
	for _, name := range names {
		if given[name] == "" {
			return awserr.MissingParameter(name)
		}
	}
	return nil
}

// The longest of the AuthParameters that an attempt keeps, in characters: as UsernameType and
// DeviceKeyType have it. The service model has no limit for the values of AuthParameters.
const (
	longestUsername  = 128
	longestDeviceKey = 55
)

// bounded refuses AuthParameters that would be kept although nobody can have them: anybody may send
// them, and they would fill the store.
func bounded(given map[string]string) error {
	switch {
	case utf8.RuneCountInString(given["USERNAME"]) > longestUsername:
		return awserr.ParameterTooLong("USERNAME", longestUsername)
	case utf8.RuneCountInString(given["DEVICE_KEY"]) > longestDeviceKey:
		return awserr.ParameterTooLong("DEVICE_KEY", longestDeviceKey)
	default:
		return nil
	}
}

// refresh runs REFRESH_TOKEN_AUTH: no challenge, no new refresh token.
func (s *Service) refresh(ctx context.Context, pool *userpool.Pool, client *userpool.Client, params map[string]string) (*Answer, error) {
	if err := required(params, "REFRESH_TOKEN"); err != nil {
		return nil, err
	}
	// No USERNAME travels here: the hash is over the stored username of the token's user.
	check := func(username string) error {
		return account.CheckRefreshSecretHash(client, username, params["SECRET_HASH"])
	}
	result, err := s.Tokens.Refresh(ctx, pool, client, token.Presented{
		RefreshToken: params["REFRESH_TOKEN"], DeviceKey: params["DEVICE_KEY"], Caller: token.CallerOf(ctx), Authenticate: check,
	})
	if err != nil {
		return nil, err
	}
	return &Answer{Parameters: map[string]string{}, Result: result}, nil
}
