package passkey

import (
	"crypto/x509"

	"github.com/go-webauthn/webauthn/protocol"

	"ostiary/internal/awserr"
)

// Members of attestation statements (section 8).
const (
	textMember = iota
	numberMember
	bytesMember
	certificatesMember
)

// statements are the members that each form of attestation must have. Other members may be there.
var statements = map[protocol.AttestationFormat]map[string]int{
	protocol.AttestationFormatNone:                      {},
	protocol.AttestationFormatPacked:                    {"alg": numberMember, "sig": bytesMember},
	protocol.AttestationFormatTPM:                       {"ver": textMember, "alg": numberMember, "sig": bytesMember, "certInfo": bytesMember, "pubArea": bytesMember, "x5c": certificatesMember},
	protocol.AttestationFormatAndroidKey:                {"alg": numberMember, "sig": bytesMember, "x5c": certificatesMember},
	protocol.AttestationFormatAndroidSafetyNet:          {"ver": textMember, "response": bytesMember},
	protocol.AttestationFormatFIDOUniversalSecondFactor: {"sig": bytesMember, "x5c": certificatesMember},
	protocol.AttestationFormatApple:                     {"x5c": certificatesMember},
}

// checkAttestation checks that what the authenticator says of itself is well-formed, and no more: no
// model of authenticator is preferred to another, so whom the certificates come from, and until when
// they are valid, decides nothing. But self attestation, which the new key itself signs, must be right:
// whoever cannot sign by the key does not have it.
func checkAttestation(object *protocol.AttestationObject, clientDataHash []byte) error {
	format := protocol.AttestationFormat(object.Format)
	members, known := statements[format]
	if !known {
		return awserr.WebAuthnCredentialNotSupported("The form of its attestation is not known.")
	}
	for name, kind := range members {
		if !isMember(object.AttStatement[name], kind) {
			return awserr.InvalidCredential()
		}
	}
	certificates, certified := object.AttStatement["x5c"]
	if certified && !isMember(certificates, certificatesMember) {
		return awserr.InvalidCredential()
	}
	if format == protocol.AttestationFormatNone || format == protocol.AttestationFormatPacked && !certified {
		if object.VerifyAttestation(clientDataHash, nil, protocol.AttestationPolicy{}, protocol.SignaturePolicy{}) != nil {
			return awserr.InvalidCredential()
		}
	}
	return nil
}

func isMember(value any, kind int) bool {
	switch v := value.(type) {
	case string:
		return kind == textMember
	case int64, uint64:
		return kind == numberMember
	case []byte:
		return kind == bytesMember
	case []any:
		for _, element := range v {
			der, _ := element.([]byte)
			if _, err := x509.ParseCertificate(der); err != nil {
				return false
			}
		}
		return kind == certificatesMember && len(v) > 0
	default:
		return false
	}
}
