package userpool

import "time"

// Passkey is a WebAuthn credential of a user: the credential record of Web Authentication Level 3,
// section 4.
type Passkey struct {
	PoolID   string
	Username string // the stored username of its user
	Sub      string // of its user

	ID        []byte // credential id, unique in the pool
	PublicKey []byte // COSE_Key
	RPID      string // the relying party that it was made for
	SignCount int64  // of the last ceremony; 0 where the authenticator does not count

	// BackupEligible: it can leave the device that made it (a synced passkey). BackedUp: it has.
	BackupEligible bool
	BackedUp       bool

	// UserVerified: its user proved to be present and known (PIN, biometrics) when it was made.
	UserVerified bool

	AAGUID     string // UUID of the authenticator's model; all zeros where it does not tell
	Name       string // FriendlyCredentialName
	Attachment string // platform, cross-platform or ""
	Transports []string

	Created  time.Time
	LastUsed time.Time // zero until the first sign-in with it
}

// MostPasskeys is how many passkeys a user can have.
const MostPasskeys = 20

// Method is how a sign-in by the passkey is named in the amr claim.
func (k *Passkey) Method() Method {
	if k.BackupEligible {
		return MethodSyncedKey
	}
	return MethodHardwareKey
}
