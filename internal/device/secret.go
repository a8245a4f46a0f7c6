package device

import (
	"encoding/base64"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/srp"
	"ostiary/internal/userpool"
)

// longestText bounds a member of DeviceSecretVerifierConfig before it is decoded, in characters. A
// verifier has 516 at most.
const longestText = 1024

// ParseSecret reads what a client made of the secret that it drew for its device: Base64 of a salt of
// 1 to 64 bytes and of a verifier in the group. Both must be there, for without them the device could
// never prove itself. All refusals are InvalidParameterException.
func ParseSecret(in *cognitoidp.DeviceSecretVerifierConfigType) (salt, verifier []byte, err error) {
	if in == nil || in.Salt == nil || in.PasswordVerifier == nil {
		return nil, nil, awserr.DeviceSecretMissing()
	}
	if salt, err = parse(*in.Salt, srp.ParseSalt); err != nil {
		return nil, nil, awserr.InvalidDeviceSecret("Salt", "1 to 64 bytes")
	}
	if verifier, err = parse(*in.PasswordVerifier, srp.ParseVerifier); err != nil {
		return nil, nil, awserr.InvalidDeviceSecret("PasswordVerifier", "a number of the 3072-bit SRP group")
	}
	return salt, verifier, nil
}

func parse(text string, number func([]byte) ([]byte, error)) ([]byte, error) {
	if len(text) > longestText {
		return nil, base64.CorruptInputError(longestText)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return number(raw)
}

// Claim is what the client of d signs to prove that it has the device's secret: the answer to
// DEVICE_PASSWORD_VERIFIER, with PASSWORD_CLAIM_SECRET_BLOCK decoded and TIMESTAMP as sent.
func Claim(d *userpool.Device, secretBlock []byte, timestamp string) srp.Claim {
	return srp.Claim{Prefix: d.GroupKey, ID: d.Key, SecretBlock: secretBlock, Timestamp: timestamp}
}
