package store

import (
	"context"

	"ostiary/internal/userpool"
)

// BrandingReader reads how login pages look. Each call is one index search, and one for the images.
type BrandingReader interface {
	LoginStyle(ctx context.Context, poolID, id string) (*userpool.LoginStyle, error)
	LoginStyleByClient(ctx context.Context, poolID, clientID string) (*userpool.LoginStyle, error)
	// UICustomization finds that of an app client, or of userpool.AllClients.
	UICustomization(ctx context.Context, poolID, clientID string) (*userpool.UICustomization, error)
}

// BrandingWriter writes how login pages look.
type BrandingWriter interface {
	// CreateLoginStyle adds a style; ErrExists if its id is taken in the pool, or its client has one.
	CreateLoginStyle(ctx context.Context, s *userpool.LoginStyle) error
	// SaveLoginStyle replaces an existing style, of its images those that changed; ErrNotFound if it is
	// gone.
	SaveLoginStyle(ctx context.Context, s *userpool.LoginStyle) error
	// DeleteLoginStyle removes a style with its images; ErrNotFound if it is gone.
	DeleteLoginStyle(ctx context.Context, poolID, id string) error
	// PutUICustomization adds or replaces the customization of its client.
	PutUICustomization(ctx context.Context, c *userpool.UICustomization) error
	// DeleteUICustomization removes a customization; nothing happens if there is none.
	DeleteUICustomization(ctx context.Context, poolID, clientID string) error
}
