package api

import (
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

func TestClientOfTokens(t *testing.T) {
	st := newStage(t, nil, func(c *userpool.Client) {
		c.Secrets = []userpool.ClientSecret{{ID: "1", Value: "a-secret-of-the-client-of-24"}}
	})
	st.confirmed("ana")
	access := st.accessToken("ana")
	revoke := func(clientID, secret, text string) error {
		_, err := st.RevokeToken(st.ctx, &cognitoidp.RevokeTokenRequest{ClientId: clientID, ClientSecret: optional(secret), Token: text})
		return err
	}
	const notProved = "Unauthorized: The client could not be authenticated"
	want(t, revoke("nobody", "", access), notProved)
	want(t, revoke(st.client.ID, "", access), notProved)
	want(t, revoke(st.client.ID, "another-secret-of-the-client", access), notProved)
	want(t, revoke(st.client.ID, "a-secret-of-the-client-of-24", access), "UnsupportedTokenType: Unsupported token type: only refresh tokens can be revoked")
	want(t, revoke(st.client.ID, "a-secret-of-the-client-of-24", "garbage"), "InvalidParameter: Invalid refresh token")

	exchange := func(clientID, secret string) error {
		_, err := st.GetTokensFromRefreshToken(st.ctx, &cognitoidp.GetTokensFromRefreshTokenRequest{
			ClientId: clientID, ClientSecret: optional(secret), RefreshToken: "garbage",
		})
		return err
	}
	want(t, exchange("nobody", ""), "ResourceNotFound: User pool client nobody does not exist.")
	want(t, exchange(st.client.ID, ""), "NotAuthorized: Unable to verify secret for client "+st.client.ID)
	want(t, exchange(st.client.ID, "a-secret-of-the-client-of-24"), "NotAuthorized: Invalid Refresh Token")
}
