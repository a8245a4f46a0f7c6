package signin_test

import (
	"crypto/rand"
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/srp"
)

const (
	deviceSRP      = types.ChallengeNameTypeDeviceSrpAuth
	deviceVerifier = types.ChallengeNameTypeDevicePasswordVerifier
	totp           = types.ChallengeNameTypeSoftwareTokenMfa
)

// knownDevice is a device as its client knows it.
type knownDevice struct{ key, group, password string }

// confirm confirms the device that came with tokens.
func (s *stage) confirm(tokens *types.AuthenticationResultType) knownDevice {
	s.Helper()
	if tokens.NewDeviceMetadata == nil {
		s.Fatal("no NewDeviceMetadata")
	}
	d := knownDevice{key: *tokens.NewDeviceMetadata.DeviceKey, group: *tokens.NewDeviceMetadata.DeviceGroupKey}
	password, salt, verifier, err := srp.DeviceSecret(rand.Reader, d.group, d.key)
	s.must(err)
	d.password = password
	_, err = s.api.ConfirmDevice(s.Context(), &idp.ConfirmDeviceInput{AccessToken: tokens.AccessToken, DeviceKey: &d.key,
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{Salt: &salt, PasswordVerifier: &verifier}})
	s.must(err)
	return d
}

// proveDevice answers both challenges of a device.
func (s *stage) proveDevice(asked *answer, username string, d knownDevice) (*answer, error) {
	s.Helper()
	c, err := srp.NewClient(rand.Reader)
	s.must(err)
	to := s.asked(s.right(s.respond(asked, deviceSRP, params{"USERNAME": username, "DEVICE_KEY": d.key, "SRP_A": c.HexA()})), deviceVerifier)
	block, err := base64.StdEncoding.DecodeString(to.params["SECRET_BLOCK"])
	s.must(err)
	claim := srp.Claim{Prefix: d.group, ID: d.key, SecretBlock: block, Timestamp: srp.FormatTimestamp(s.server.Now())}
	signature, err := c.Sign(claim, d.password, to.params["SALT"], to.params["SRP_B"])
	s.must(err)
	return s.respond(to, deviceVerifier, params{
		"USERNAME": username, "DEVICE_KEY": d.key, "PASSWORD_CLAIM_SECRET_BLOCK": to.params["SECRET_BLOCK"],
		"TIMESTAMP": claim.Timestamp, "PASSWORD_CLAIM_SIGNATURE": signature,
	})
}

func trackingPool(challenge, prompt bool) *idp.CreateUserPoolInput {
	return &idp.CreateUserPoolInput{DeviceConfiguration: &types.DeviceConfigurationType{
		ChallengeRequiredOnNewDevice: challenge, DeviceOnlyRememberedOnUserPrompt: prompt}}
}

// TestTrustedDevice: a remembered device takes the place of the code, on proof and for its own user alone;
// forgotten, it does no more.
func TestTrustedDevice(t *testing.T) {
	s := newStage(t, trackingPool(true, false))
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	s.user("ben")
	withKey := func(name, key string) (*answer, error) {
		p := params{"USERNAME": name, "PASSWORD": password}
		if key != "" {
			p["DEVICE_KEY"] = key
		}
		return s.initiate(types.AuthFlowTypeUserPasswordAuth, p)
	}
	first := s.asked(s.right(withKey("ana", "")), "")
	code := s.app(first.tokens.AccessToken, true)
	benCode := s.app(s.asked(s.right(withKey("ben", "")), "").tokens.AccessToken, true)

	asked := s.asked(s.right(withKey("ana", "")), totp)
	signedIn := s.asked(s.right(s.respond(asked, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), "")
	d := s.confirm(signedIn.tokens)
	if got := claims(t, signedIn.tokens.AccessToken)["device_key"]; got != d.key {
		t.Errorf("device_key is %v, not the one handed out", got)
	}

	asked = s.asked(s.right(withKey("ana", d.key)), deviceSRP)
	byDevice := s.asked(s.right(s.proveDevice(asked, "ana", d)), "")
	if byDevice.tokens.NewDeviceMetadata != nil {
		t.Error("a known device is handed another key")
	}
	if got := claims(t, byDevice.tokens.AccessToken)["device_key"]; got != d.key {
		t.Errorf("device_key is %v", got)
	}

	// Neither another secret nor another user.
	other := d
	other.password = "another secret"
	_, err := s.proveDevice(s.asked(s.right(withKey("ana", d.key)), deviceSRP), "ana", other)
	s.refused(err, "NotAuthorizedException: Incorrect username or password.")
	asked = s.asked(s.right(withKey("ben", d.key)), totp)
	_, err = s.respond(asked, deviceSRP, params{"USERNAME": "ben", "DEVICE_KEY": d.key, "SRP_A": "abc123"})
	s.refused(err, "NotAuthorizedException: Invalid session for the user.")
	s.asked(s.right(s.respond(asked, totp, params{"USERNAME": "ben", "SOFTWARE_TOKEN_MFA_CODE": benCode()})), "")

	// By SRP, with the key beside the proof.
	srpA, prove := s.srp(password)
	challenge := s.asked(s.right(s.initiate(types.AuthFlowTypeUserSrpAuth, params{"USERNAME": "ana", "SRP_A": srpA})), verifier)
	proof := prove(challenge)
	proof["DEVICE_KEY"] = d.key
	asked = s.asked(s.right(s.respond(challenge, verifier, proof)), deviceSRP)
	s.asked(s.right(s.proveDevice(asked, "ana", d)), "")

	_, err = s.api.ForgetDevice(t.Context(), &idp.ForgetDeviceInput{AccessToken: byDevice.tokens.AccessToken, DeviceKey: aws.String(d.key)})
	s.must(err)
	s.asked(s.right(withKey("ana", d.key)), totp)
	srpA, prove = s.srp(password)
	challenge = s.asked(s.right(s.initiate(types.AuthFlowTypeUserSrpAuth, params{"USERNAME": "ana", "SRP_A": srpA, "DEVICE_KEY": d.key})), verifier)
	proof = prove(challenge)
	proof["DEVICE_KEY"] = d.key
	_, err = s.respond(challenge, verifier, proof)
	s.refused(err, "ResourceNotFoundException: Device does not exist.")
	delete(proof, "DEVICE_KEY") // the clients send the same proof again, without the key
	s.asked(s.right(s.respond(challenge, verifier, proof)), totp)
}

// TestTrackedDevice: where devices stand in for nothing, the code is asked for and then the device; clients
// may answer with the session of the code.
func TestTrackedDevice(t *testing.T) {
	s := newStage(t, trackingPool(false, false))
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	signIn := func(key string) *answer {
		t.Helper()
		return s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password, "DEVICE_KEY": key}))
	}
	first := s.asked(signIn(""), "")
	d := s.confirm(first.tokens)
	code := s.app(first.tokens.AccessToken, true)
	codeStep := s.asked(signIn(d.key), totp)
	asked := s.asked(s.right(s.respond(codeStep, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), deviceSRP)
	asked.session = codeStep.session
	s.asked(s.right(s.proveDevice(asked, "ana", d)), "")
	_, err := s.respond(codeStep, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})
	s.refused(err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	_, err = s.respond(asked, deviceSRP, params{"USERNAME": "ana", "DEVICE_KEY": d.key, "SRP_A": "abc123"})
	s.refused(err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
}
