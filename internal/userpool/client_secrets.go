package userpool

import (
	"slices"
	"strconv"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// MaxClientSecrets is how many secrets of an app client can be in force at once.
const MaxClientSecrets = 2

// AddSecret puts one more secret in force and answers it. Errors are those of AddUserPoolClientSecret.
func (c *Client) AddSecret(value string, now time.Time) (ClientSecret, error) {
	if err := c.managesSecrets(); err != nil {
		return ClientSecret{}, err
	}
	if len(c.Secrets) >= MaxClientSecrets {
		return ClientSecret{}, awserr.TooManyClientSecrets(MaxClientSecrets)
	}
	return c.addSecret(value, now), nil
}

// addSecret gives a secret its id, <client id>--<epoch seconds of creation>, a second later if that
// is taken.
func (c *Client) addSecret(value string, now time.Time) ClientSecret {
	at := now.Unix()
	id := func() string { return c.ID + "--" + strconv.FormatInt(at, 10) }
	for c.secret(id()) >= 0 {
		at++
	}
	secret := ClientSecret{ID: id(), Value: value, Created: now}
	c.Secrets = append(slices.Clip(c.Secrets), secret)
	return secret
}

// DeleteSecret takes a secret out of force. Errors are those of DeleteUserPoolClientSecret.
func (c *Client) DeleteSecret(id string) error {
	if err := c.managesSecrets(); err != nil {
		return err
	}
	i := c.secret(id)
	if i < 0 {
		return awserr.ClientSecretNotFound(id)
	}
	if len(c.Secrets) == 1 {
		return awserr.LastClientSecret()
	}
	c.Secrets = slices.Delete(slices.Clone(c.Secrets), i, i+1)
	return nil
}

func (c *Client) managesSecrets() error {
	if c.Settings.ClientType == cognitoidp.ClientTypeTypeDcr {
		return awserr.RegisteredClientSecret(c.ID)
	}
	if !c.Confidential() {
		return awserr.PublicClientSecret(c.ID)
	}
	return nil
}

func (c *Client) secret(id string) int {
	return slices.IndexFunc(c.Secrets, func(s ClientSecret) bool { return s.ID == id })
}
