package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/branding"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// CreateManagedLoginBranding gives the managed login pages of an app client a style.
func (s *Service) CreateManagedLoginBranding(ctx context.Context, in *cognitoidp.CreateManagedLoginBrandingRequest) (*cognitoidp.CreateManagedLoginBrandingResponse, error) {
	id, err := secret.UUID(s.Rand)
	if err != nil {
		return nil, err
	}
	style, invalid := branding.NewStyle(id, s.wireTime(), in) // outside, for it reads images
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, _, err := poolAndClient(ctx, tx, in.UserPoolId, in.ClientId); err != nil {
			return err
		}
		if invalid != nil {
			return invalid
		}
		if err := tx.CreateLoginStyle(ctx, style); errors.Is(err, store.ErrExists) {
			return awserr.StyleExists()
		} else if err != nil {
			return fmt.Errorf("create login style: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateManagedLoginBrandingResponse{ManagedLoginBranding: describeStyle(style)}, nil
}

// DescribeManagedLoginBranding answers a style by its id.
func (s *Service) DescribeManagedLoginBranding(ctx context.Context, in *cognitoidp.DescribeManagedLoginBrandingRequest) (*cognitoidp.DescribeManagedLoginBrandingResponse, error) {
	out, err := s.describeStyle(ctx, in.ReturnMergedResources, func(r store.Reader) (*userpool.LoginStyle, error) {
		return poolStyle(ctx, r, in.UserPoolId, in.ManagedLoginBrandingId)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeManagedLoginBrandingResponse{ManagedLoginBranding: out}, nil
}

// DescribeManagedLoginBrandingByClient answers the style of an app client.
func (s *Service) DescribeManagedLoginBrandingByClient(ctx context.Context, in *cognitoidp.DescribeManagedLoginBrandingByClientRequest) (*cognitoidp.DescribeManagedLoginBrandingByClientResponse, error) {
	out, err := s.describeStyle(ctx, in.ReturnMergedResources, func(r store.Reader) (*userpool.LoginStyle, error) {
		if _, _, err := poolAndClient(ctx, r, in.UserPoolId, in.ClientId); err != nil {
			return nil, err
		}
		return foundStyle(r.LoginStyleByClient(ctx, in.UserPoolId, in.ClientId))
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeManagedLoginBrandingByClientResponse{ManagedLoginBranding: out}, nil
}

// describeStyle reads a style and, if merged is asked for, fills in what it does not customize.
func (s *Service) describeStyle(ctx context.Context, merged *bool, read func(store.Reader) (*userpool.LoginStyle, error)) (*cognitoidp.ManagedLoginBrandingType, error) {
	var style *userpool.LoginStyle
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		style, err = read(r)
		return err
	})
	if err == nil && merged != nil && *merged {
		style, err = branding.Merged(style)
	}
	if err != nil {
		return nil, err
	}
	return describeStyle(style), nil
}

// UpdateManagedLoginBranding changes what it is given of a style.
func (s *Service) UpdateManagedLoginBranding(ctx context.Context, in *cognitoidp.UpdateManagedLoginBrandingRequest) (*cognitoidp.UpdateManagedLoginBrandingResponse, error) {
	switch { // the model requires neither
	case in.UserPoolId == nil:
		return nil, awserr.MissingParameter("UserPoolId")
	case in.ManagedLoginBrandingId == nil:
		return nil, awserr.MissingParameter("ManagedLoginBrandingId")
	}
	now := s.wireTime()
	var style *userpool.LoginStyle
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if style, err = poolStyle(ctx, tx, *in.UserPoolId, *in.ManagedLoginBrandingId); err != nil {
			return err
		}
		if err := branding.UpdateStyle(style, now, in); err != nil {
			return err
		}
		if err := tx.SaveLoginStyle(ctx, style); err != nil {
			return fmt.Errorf("save login style: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateManagedLoginBrandingResponse{ManagedLoginBranding: describeStyle(style)}, nil
}

// DeleteManagedLoginBranding removes a style; its app client can have another.
func (s *Service) DeleteManagedLoginBranding(ctx context.Context, in *cognitoidp.DeleteManagedLoginBrandingRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		style, err := poolStyle(ctx, tx, in.UserPoolId, in.ManagedLoginBrandingId)
		if err != nil {
			return err
		}
		if err := tx.DeleteLoginStyle(ctx, style.PoolID, style.ID); err != nil {
			return fmt.Errorf("delete login style: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// poolStyle finds a style by its pool and its id.
func poolStyle(ctx context.Context, r store.Reader, poolID, id string) (*userpool.LoginStyle, error) {
	if _, err := pool(ctx, r, poolID); err != nil {
		return nil, err
	}
	return foundStyle(r.LoginStyle(ctx, poolID, id))
}

func foundStyle(style *userpool.LoginStyle, err error) (*userpool.LoginStyle, error) {
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.StyleNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("read login style: %w", err)
	}
	return style, nil
}

// describeStyle is a style as the API answers it.
func describeStyle(style *userpool.LoginStyle) *cognitoidp.ManagedLoginBrandingType {
	return &cognitoidp.ManagedLoginBrandingType{
		ManagedLoginBrandingId: &style.ID, UserPoolId: &style.PoolID, UseCognitoProvidedValues: &style.UseDefaults,
		Settings: style.Settings, Assets: style.Assets, CreationDate: &style.Created, LastModifiedDate: &style.Modified,
	}
}

// SetUICustomization replaces CSS and logo of the classic hosted UI, of one app client or of all that have
// none of their own. With neither it takes back what was set.
func (s *Service) SetUICustomization(ctx context.Context, in *cognitoidp.SetUICustomizationRequest) (*cognitoidp.SetUICustomizationResponse, error) {
	now := s.wireTime()
	c := &userpool.UICustomization{
		PoolID: in.UserPoolId, ClientID: value(in.ClientId), CSS: value(in.CSS), Logo: in.ImageFile, Created: now, Modified: now,
		Version: branding.Version("", now),
	}
	if c.ClientID == "" {
		c.ClientID = userpool.AllClients
	}
	invalid := branding.CheckCSS(c.CSS)
	if len(c.Logo) == 0 {
		c.Logo = nil
	} else if invalid == nil {
		c.LogoType, invalid = branding.LogoType(c.Logo)
	}
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		if err := customizable(ctx, tx, c.PoolID, c.ClientID); err != nil {
			return err
		}
		domains, err := tx.DomainsOf(ctx, c.PoolID)
		switch {
		case err != nil:
			return fmt.Errorf("read domains: %w", err)
		case len(domains) == 0:
			return awserr.CustomizationNeedsDomain()
		case invalid != nil:
			return invalid
		}
		if c.CSS == "" && c.Logo == nil {
			if err := tx.DeleteUICustomization(ctx, c.PoolID, c.ClientID); err != nil {
				return fmt.Errorf("delete customization: %w", err)
			}
			return nil
		}
		old, err := tx.UICustomization(ctx, c.PoolID, c.ClientID)
		switch {
		case err == nil:
			c.Created, c.Version = old.Created, branding.Version(old.Version, now)
		case errors.Is(err, store.ErrNotFound):
			c.Created, c.Version = now, branding.Version("", now)
		default:
			return fmt.Errorf("read customization: %w", err)
		}
		if err := tx.PutUICustomization(ctx, c); err != nil {
			return fmt.Errorf("keep customization: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.SetUICustomizationResponse{UICustomization: s.describeCustomization(c)}, nil
}

// GetUICustomization answers CSS and logo that the classic hosted UI has for an app client: its own, or
// those for all, or nothing.
func (s *Service) GetUICustomization(ctx context.Context, in *cognitoidp.GetUICustomizationRequest) (*cognitoidp.GetUICustomizationResponse, error) {
	out := &cognitoidp.GetUICustomizationResponse{UICustomization: &cognitoidp.UICustomizationType{}}
	clients := []string{value(in.ClientId), userpool.AllClients}
	if clients[0] == "" {
		clients = clients[1:]
	}
	err := s.Store.View(ctx, func(r store.Reader) error {
		if err := customizable(ctx, r, in.UserPoolId, clients[0]); err != nil {
			return err
		}
		for _, client := range clients {
			c, err := r.UICustomization(ctx, in.UserPoolId, client)
			switch {
			case err == nil:
				out.UICustomization = s.describeCustomization(c)
				return nil
			case !errors.Is(err, store.ErrNotFound):
				return fmt.Errorf("read customization: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// customizable refuses a pool or an app client that is not there.
func customizable(ctx context.Context, r store.Reader, poolID, clientID string) error {
	if clientID == userpool.AllClients {
		_, err := pool(ctx, r, poolID)
		return err
	}
	_, _, err := poolAndClient(ctx, r, poolID, clientID)
	return err
}

// describeCustomization is a customization as the API answers it.
func (s *Service) describeCustomization(c *userpool.UICustomization) *cognitoidp.UICustomizationType {
	out := &cognitoidp.UICustomizationType{
		UserPoolId: &c.PoolID, ClientId: &c.ClientID, CSS: optional(c.CSS), CSSVersion: &c.Version,
		CreationDate: &c.Created, LastModifiedDate: &c.Modified,
	}
	if c.Logo != nil {
		out.ImageUrl = new(s.BaseURL + branding.LogoPath(c))
	}
	return out
}
