package userpool

import (
	"time"

	"ostiary/cognitoidp"
)

// LoginStyle is the look of an app client's managed login pages (CreateManagedLoginBranding). A client has
// one at most. Package branding has its rules.
type LoginStyle struct {
	ID       string // UUID
	PoolID   string
	ClientID string

	UseDefaults bool // UseCognitoProvidedValues: no settings or assets of its own
	Settings    cognitoidp.Document
	Assets      []cognitoidp.AssetType

	Created  time.Time
	Modified time.Time
}

// AllClients stands for an app client in the customization that those have who have none of their own.
const AllClients = "ALL"

// UICustomization is the look of the classic hosted UI of an app client, or of AllClients
// (SetUICustomization).
type UICustomization struct {
	PoolID   string
	ClientID string

	CSS      string
	Version  string // of the CSS: when it was set, YYYYMMDDhhmmss in UTC
	Logo     []byte // nil for none
	LogoType string // its media type
	Created  time.Time
	Modified time.Time
}
