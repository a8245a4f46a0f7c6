package signin_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Flags of authenticator data (Web Authentication, section 6.1).
const (
	userPresent  = 0x01
	userVerified = 0x04
	attestedData = 0x40
)

// authenticator is a security key with one credential (Web Authentication Level 2): what a browser and a
// passkey provider do together.
type authenticator struct {
	key   *ecdsa.PrivateKey
	id    []byte
	user  string // the user handle, in base64url
	flags byte   // userPresent, and userVerified unless it cannot
	count uint32
	// origin is that of the page that asks, unless it is the pool's own.
	origin string
}

func newAuthenticator(t reporter) *authenticator {
	t.Helper()
	id := make([]byte, 16)
	rand.Read(id)
	return &authenticator{key: must[*ecdsa.PrivateKey](t, "a key")(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), id: id, flags: userPresent | userVerified}
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func clientData(kind, challenge string) []byte { return clientDataOf(origin, kind, challenge) }

func clientDataOf(origin, kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false})
	if err != nil {
		panic(err) // texts and a boolean
	}
	return text
}

// data is authenticator data without extensions.
func (a *authenticator) data(rp string, flags byte, attested []byte) []byte {
	a.count++
	hash := sha256.Sum256([]byte(rp))
	return append(binary.BigEndian.AppendUint32(append(hash[:], flags), a.count), attested...)
}

// create answers navigator.credentials.create: a RegistrationResponseJSON without attestation.
func (a *authenticator) create(options map[string]any) (map[string]any, error) {
	challenge, _ := options["challenge"].(string)
	rp, _ := options["rp"].(map[string]any)
	user, _ := options["user"].(map[string]any)
	rpID, _ := rp["id"].(string)
	handle, _ := user["id"].(string)
	if challenge == "" || rpID == "" || handle == "" {
		return nil, fmt.Errorf("not creation options: %v", options)
	}
	a.user = handle
	// The point is 0x04, X, Y.
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	x, y := point[1:33], point[33:]
	// COSE_Key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
	cose := append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}, x...)
	cose = append(append(cose, 0x22, 0x58, 0x20), y...)
	attested := make([]byte, 16, 200) // no AAGUID
	attested = binary.BigEndian.AppendUint16(attested, uint16(len(a.id)))
	attested = append(append(attested, a.id...), cose...)
	data := a.data(rpID, a.flags|attestedData, attested)
	// {"fmt": "none", "attStmt": {}, "authData": data}
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(append(object, 0x58, byte(len(data))), data...)
	return map[string]any{
		"id": base64url(a.id), "rawId": base64url(a.id), "type": "public-key",
		"authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": base64url(clientData("webauthn.create", challenge)), "attestationObject": base64url(object),
			"transports": []string{"internal"},
		},
	}, nil
}

// get answers navigator.credentials.get for CREDENTIAL_REQUEST_OPTIONS: an AuthenticationResponseJSON.
func (a *authenticator) get(requestOptions string) (string, error) {
	var options struct {
		Challenge        string
		RPID             string `json:"rpId"`
		AllowCredentials []struct{ ID, Type string }
	}
	if err := json.Unmarshal([]byte(requestOptions), &options); err != nil {
		return "", fmt.Errorf("not request options: %w", err)
	}
	if options.Challenge == "" || options.RPID == "" {
		return "", fmt.Errorf("not request options: %s", requestOptions)
	}
	client := clientData("webauthn.get", options.Challenge)
	if a.origin != "" {
		client = clientDataOf(a.origin, "webauthn.get", options.Challenge)
	}
	data := a.data(options.RPID, a.flags, nil)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{
		"id": base64url(a.id), "rawId": base64url(a.id), "type": "public-key",
		"authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": base64url(client), "authenticatorData": base64url(data),
			"signature": base64url(signature), "userHandle": a.user,
		},
	})
	return string(text), err
}
