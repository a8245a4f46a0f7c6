package mfa_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
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

// signInBySRP proves the password without sending it.
func (u *user) signInBySRP(t reporter, pass string) answer {
	t.Helper()
	n, _ := new(big.Int).SetString(srpPrime, 16)
	g := big.NewInt(2)
	number := func(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
	random := make([]byte, 32)
	rand.Read(random)
	a := number(random)
	bigA := new(big.Int).Exp(g, a, n)

	out := must[*idp.InitiateAuthOutput](t, "InitiateAuth USER_SRP_AUTH")(u.api.InitiateAuth(u.ctx, &idp.InitiateAuthInput{
		ClientId: &u.client, AuthFlow: types.AuthFlowTypeUserSrpAuth,
		AuthParameters: map[string]string{"USERNAME": u.name, "SRP_A": bigA.Text(16)},
	}))
	p := out.ChallengeParameters
	bigB, okB := new(big.Int).SetString(p["SRP_B"], 16)
	salt, okSalt := new(big.Int).SetString(p["SALT"], 16)
	block, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
	if out.ChallengeName != "PASSWORD_VERIFIER" || !okB || !okSalt || err != nil {
		t.Fatalf("USER_SRP_AUTH: %s %v", out.ChallengeName, p)
	}
	_, poolName, _ := strings.Cut(u.id, "_")
	id := p["USER_ID_FOR_SRP"]

	k := number(sum(padded(n), padded(g)))
	bigU := number(sum(padded(bigA), padded(bigB)))
	x := number(sum(padded(salt), sum([]byte(poolName+id+":"+pass))))
	base := new(big.Int).Sub(bigB, new(big.Int).Mul(k, new(big.Int).Exp(g, x, n)))
	s := new(big.Int).Exp(base.Mod(base, n), new(big.Int).Add(a, new(big.Int).Mul(bigU, x)), n)
	key := mac(mac(padded(bigU), padded(s)), []byte("Caldera Derived Key\x01"))[:16]
	timestamp := u.now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	signature := mac(key, []byte(poolName+id), block, []byte(timestamp))

	var session string
	if out.Session != nil {
		session = *out.Session
	}
	return u.respond(publicly, u.client, "PASSWORD_VERIFIER", session, map[string]string{
		"USERNAME": id, "TIMESTAMP": timestamp, "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(signature),
	})
}
