package signin_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/big"
	"time"
)

// The group of RFC 3526, 3072 bits.
const srpPrime = "" +
	"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

var (
	srpN, _ = new(big.Int).SetString(srpPrime, 16)
	srpG    = big.NewInt(2)
)

// padded is the bytes of a number as a two's complement.
func padded(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		return append([]byte{0}, b...)
	}
	return b
}

func sum(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func number(b []byte) *big.Int { return new(big.Int).SetBytes(b) }

// srpClient is the client's half of an SRP exchange, for passwords and for devices.
type srpClient struct{ a, bigA *big.Int }

func newSRPClient() srpClient {
	random := make([]byte, 32)
	rand.Read(random)
	a := number(random)
	return srpClient{a, new(big.Int).Exp(srpG, a, srpN)}
}

// A is SRP_A.
func (c srpClient) A() string { return c.bigA.Text(16) }

// claim is the responses that prove the password, without the names. who is the pool's name or the
// device's group, id the user or device.
func (c srpClient) claim(params map[string]string, who, id, password string, at time.Time) (map[string]string, error) {
	bigB, okB := new(big.Int).SetString(params["SRP_B"], 16)
	salt, okSalt := new(big.Int).SetString(params["SALT"], 16)
	block, err := base64.StdEncoding.DecodeString(params["SECRET_BLOCK"])
	if !okB || !okSalt || err != nil || len(block) == 0 {
		return nil, fmt.Errorf("not the parameters of SRP: %v", params)
	}
	k := number(sum(padded(srpN), padded(srpG)))
	u := number(sum(padded(c.bigA), padded(bigB)))
	x := number(sum(padded(salt), sum([]byte(who+id+":"+password))))
	base := new(big.Int).Sub(bigB, new(big.Int).Mul(k, new(big.Int).Exp(srpG, x, srpN)))
	s := new(big.Int).Exp(base.Mod(base, srpN), new(big.Int).Add(c.a, new(big.Int).Mul(u, x)), srpN)
	key := mac(mac(padded(u), padded(s)), []byte("Caldera Derived Key\x01"))[:16]
	timestamp := at.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	return map[string]string{
		"TIMESTAMP": timestamp, "PASSWORD_CLAIM_SECRET_BLOCK": params["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(mac(key, []byte(who+id), block, []byte(timestamp))),
	}, nil
}

// deviceVerifier is the salt and verifier that ConfirmDevice takes, in Base64.
func deviceVerifier(group, key, password string) (salt, verifier string) {
	random := make([]byte, 16)
	rand.Read(random)
	s := number(random)
	x := number(sum(padded(s), sum([]byte(group+key+":"+password))))
	v := new(big.Int).Exp(srpG, x, srpN)
	return base64.StdEncoding.EncodeToString(padded(s)), base64.StdEncoding.EncodeToString(padded(v))
}

// otp is RFC 6238 with SHA-1, six digits and steps of thirty seconds.
func otp(t reporter, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatalf("the secret is not Base32: %v", err)
	}
	h := hmac.New(sha1.New, key)
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(at.Unix()/30))
	h.Write(step[:])
	digest := h.Sum(nil)
	offset := digest[len(digest)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(digest[offset:offset+4])&0x7fffffff%1_000_000)
}

// wrong is another code of the same form.
func wrong(code string) string {
	digits := []byte(code)
	for i := range digits {
		digits[i] = '0' + (digits[i]-'0'+5)%10
	}
	return string(digits)
}
