package risk

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// maxEncodedData is how much of a client's word about itself is read, in bytes. The real ones have about
// two thousand.
const maxEncodedData = 32 << 10

// clientData is what a client says about itself. None of it is proved.
type clientData struct {
	fingerprint string
	timezone    string
	userAgent   string
}

// contextData is the part of EncodedData that describes the machine, as the scripts and libraries for
// browsers, Android and iOS name it. What else they send (versions of system and app, build numbers)
// changes by itself and says nothing about which machine it is.
type contextData struct {
	DeviceID          scalar `json:"DeviceId"` // random, made once and kept by the client
	DeviceFingerprint scalar
	DeviceName        scalar
	DevicePlatform    scalar // browsers
	Platform          scalar // Android, iOS
	DeviceLanguage    scalar
	ScreenHeight      scalar `json:"ScreenHeightPixels"`
	ScreenWidth       scalar `json:"ScreenWidthPixels"`
	ClientTimezone    scalar
	UserAgent         scalar
}

// scalar is a string, or a number as it is written: clients differ. Anything else counts as absent.
type scalar string

// UnmarshalJSON never fails.
func (s *scalar) UnmarshalJSON(text []byte) error {
	var asString string
	var asNumber json.Number
	switch {
	case json.Unmarshal(text, &asString) == nil:
		*s = scalar(asString)
	case json.Unmarshal(text, &asNumber) == nil:
		*s = scalar(asNumber)
	}
	return nil
}

// readEncodedData reads EncodedData. The scripts make it of base64 around {"payload", "signature",
// "version"}, where payload is again JSON as text, with contextData beside user name and time. The signature
// is keyed by the id of the app client, which is no secret, so it would prove nothing and is not checked.
//
// The fingerprint is a hash: of DeviceId where the client has one, which outlives updates of the browser,
// and else of what describes the machine. Whatever is JSON of another form may hold the time or a nonce and
// would differ in each request; it counts as unknown. Anything else is what an application has chosen by
// itself to recognize a device by, and is hashed as it is.
func readEncodedData(encoded string) clientData {
	encoded = strings.TrimSpace(encoded)
	if encoded == "" || len(encoded) > maxEncodedData {
		return clientData{}
	}
	text, ok := decodeBase64(encoded)
	if !ok {
		text = []byte(encoded)
	}
	var envelope struct {
		Payload string `json:"payload"`
	}
	var payload struct {
		ContextData *contextData `json:"contextData"`
	}
	if !isJSON(text) {
		return clientData{fingerprint: hashOf("opaque", encoded)}
	}
	if json.Unmarshal(text, &envelope) != nil || json.Unmarshal([]byte(envelope.Payload), &payload) != nil ||
		payload.ContextData == nil {
		return clientData{}
	}
	c := payload.ContextData
	return clientData{
		fingerprint: c.fingerprint(),
		timezone:    normalTimezone(string(c.ClientTimezone)),
		userAgent:   string(c.UserAgent),
	}
}

func (c *contextData) fingerprint() string {
	if c.DeviceID != "" {
		return hashOf("id", string(c.DeviceID))
	}
	described := string(c.DeviceFingerprint + c.DeviceName + c.ScreenHeight + c.ScreenWidth)
	if described == "" {
		return "" // platform and language alone are those of millions
	}
	var parts []string
	for _, part := range []scalar{
		c.DeviceFingerprint, c.DeviceName, c.ScreenHeight, c.ScreenWidth,
		c.DevicePlatform, c.Platform, c.DeviceLanguage,
	} {
		parts = append(parts, string(part))
	}
	return hashOf("machine", parts...)
}

// isJSON tells whether text is an object or a list: a bare number may be anything.
func isJSON(text []byte) bool {
	text = bytes.TrimSpace(text)
	return len(text) > 0 && (text[0] == '{' || text[0] == '[') && json.Valid(text)
}

// hashOf is 32 hexadecimal digits; kind keeps what was made in different ways apart.
func hashOf(kind string, parts ...string) string {
	h := sha256.New()
	for _, part := range append([]string{kind}, parts...) {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// decodeBase64 reads base64 as clients write it: in lines, for URLs, with padding or without.
func decodeBase64(s string) ([]byte, bool) {
	s = strings.NewReplacer("\r", "", "\n", "", "-", "+", "_", "/").Replace(s)
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	return b, err == nil
}
