package test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"ostiary/internal/srp"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

const srpPassword = "Correct-horse-7"

// srpWorld is a server with a pool, a client and users who sign in by SRP.
type srpWorld struct {
	*testing.T
	server       *ostiarytest.Server
	api          *idp.Client
	pool, client string
}

func newSRPWorld(t *testing.T, options ...ostiarytest.Option) *srpWorld {
	t.Helper()
	w := &srpWorld{T: t, server: ostiarytest.Start(t, options...)}
	w.api = w.server.Client()
	pool, err := w.api.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{PoolName: aws.String("srp")})
	if err != nil {
		t.Fatal(err)
	}
	w.pool = *pool.UserPool.Id
	client, err := w.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{UserPoolId: &w.pool, ClientName: aws.String("app")})
	if err != nil {
		t.Fatal(err)
	}
	w.client = *client.UserPoolClient.ClientId
	for _, name := range []string{"ana", "ben"} {
		if _, err := w.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &w.pool, Username: &name, MessageAction: types.MessageActionTypeSuppress}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: &w.pool, Username: &name, Password: aws.String(srpPassword), Permanent: true}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// challenge begins a sign-in by SRP.
func (w *srpWorld) challenge(name string) (*srp.Client, map[string]string) {
	w.Helper()
	a, err := srp.NewClient(rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	out, err := w.api.InitiateAuth(w.Context(), &idp.InitiateAuthInput{
		ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserSrpAuth,
		AuthParameters: map[string]string{"USERNAME": name, "SRP_A": a.HexA()},
	})
	if err != nil {
		w.Fatal(err)
	}
	if out.Session != nil {
		w.Error("PASSWORD_VERIFIER has a Session; SECRET_BLOCK stands in for it")
	}
	return a, out.ChallengeParameters
}

// proof answers a challenge; timestamp is signed as it is given.
func (w *srpWorld) proof(a *srp.Client, challenge map[string]string, password, timestamp string) map[string]string {
	w.Helper()
	block, err := base64.StdEncoding.DecodeString(challenge["SECRET_BLOCK"])
	if err != nil {
		w.Fatal(err)
	}
	_, suffix, _ := strings.Cut(w.pool, "_")
	claim := srp.Claim{Prefix: suffix, ID: challenge["USER_ID_FOR_SRP"], SecretBlock: block, Timestamp: timestamp}
	signature, err := a.Sign(claim, password, challenge["SALT"], challenge["SRP_B"])
	if err != nil {
		w.Fatal(err)
	}
	return map[string]string{
		"USERNAME": challenge["USER_ID_FOR_SRP"], "TIMESTAMP": timestamp,
		"PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"], "PASSWORD_CLAIM_SIGNATURE": signature,
	}
}

// respond answers; want is "" for tokens, otherwise the error's code and text.
func (w *srpWorld) respond(what string, answers map[string]string, want string) {
	w.Helper()
	out, err := w.api.RespondToAuthChallenge(w.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: &w.client, ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeResponses: answers,
	})
	var refused smithy.APIError
	switch {
	case want == "" && (err != nil || out.AuthenticationResult == nil):
		w.Errorf("%s: no tokens: %v", what, err)
	case want == "":
	case !errors.As(err, &refused):
		w.Errorf("%s: got %v, want %s", what, err, want)
	default:
		if got := refused.ErrorCode() + ": " + refused.ErrorMessage(); got != want {
			w.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
}

// TestSRP signs in by the arithmetic alone, and is refused wherever something in it is not right.
func TestSRP(t *testing.T) {
	const wrong = "NotAuthorizedException: Incorrect username or password."
	for name, options := range map[string]func(t *testing.T) []ostiarytest.Option{
		"SQLite": func(*testing.T) []ostiarytest.Option { return nil },
		"PostgreSQL": func(t *testing.T) []ostiarytest.Option {
			return []ostiarytest.Option{ostiarytest.WithDatabase(pgtest.URL(t))}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSRPWorld(t, options(t)...)
			now := func() string { return srp.FormatTimestamp(w.server.Now()) }

			a, challenge := w.challenge("ana")
			right := w.proof(a, challenge, srpPassword, now())
			w.respond("a wrong password", w.proof(a, challenge, "Wrong-horse-7", now()), wrong)
			w.respond("the right one after it", right, "")
			w.respond("the same proof again", right, wrong)
			w.respond("the same block with another proof", w.proof(a, challenge, srpPassword, now()), wrong)

			a, challenge = w.challenge("ana")
			early, late := srp.FormatTimestamp(w.server.Now().Add(-6*time.Minute)), srp.FormatTimestamp(w.server.Now().Add(6*time.Minute))
			w.respond("an old timestamp", w.proof(a, challenge, srpPassword, early), wrong)
			w.respond("a timestamp of the future", w.proof(a, challenge, srpPassword, late), wrong)
			w.respond("no timestamp at all", w.proof(a, challenge, srpPassword, "yesterday"),
				"InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
			madeUp := w.proof(a, challenge, srpPassword, now())
			madeUp["PASSWORD_CLAIM_SECRET_BLOCK"] = base64.StdEncoding.EncodeToString(make([]byte, 64))
			w.respond("a made-up block", madeUp, wrong)
			_, ofBen := w.challenge("ben")
			swapped := w.proof(a, challenge, srpPassword, now())
			swapped["PASSWORD_CLAIM_SECRET_BLOCK"] = ofBen["SECRET_BLOCK"]
			w.respond("the block of another user", swapped, wrong)
			swapped["USERNAME"] = "ben"
			w.respond("the block and name of another user", swapped, wrong)
			last := w.proof(a, challenge, srpPassword, now())
			w.server.Advance(4 * time.Minute) // AuthSessionValidity is three minutes
			w.respond("a block that is too old", last, wrong)

			modulus := modulusOfGroup(t)
			for what, value := range map[string]string{
				"zero": "0", "N": modulus.Text(16), "2 N": new(big.Int).Lsh(modulus, 1).Text(16), "no number": "xyz", "negative": "-5",
			} {
				_, err := w.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
					ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserSrpAuth,
					AuthParameters: map[string]string{"USERNAME": "ana", "SRP_A": value},
				})
				var refused *types.InvalidParameterException
				if !errors.As(err, &refused) {
					t.Errorf("SRP_A of %s: %v", what, err)
				}
			}
		})
	}
}

// modulusOfGroup computes N of RFC 3526, group 15, from its definition: 2^3072 - 2^3008 - 1 + 2^64 *
// ( [2^2942 pi] + 1690314 ).
func modulusOfGroup(t *testing.T) *big.Int {
	t.Helper()
	// pi to 2942 bits and some, by Machin's formula in whole numbers.
	const bits = 2942 + 64
	one := new(big.Int).Lsh(big.NewInt(1), bits)
	arctan := func(x int64) *big.Int { // arctan(1/x)
		sum, power := new(big.Int), new(big.Int).Div(one, big.NewInt(x))
		square := big.NewInt(x * x)
		for n := int64(1); power.Sign() != 0; n += 2 {
			term := new(big.Int).Div(power, big.NewInt(n))
			if n%4 == 1 {
				sum.Add(sum, term)
			} else {
				sum.Sub(sum, term)
			}
			power.Div(power, square)
		}
		return sum
	}
	pi := new(big.Int).Mul(arctan(5), big.NewInt(16))
	pi.Sub(pi, new(big.Int).Mul(arctan(239), big.NewInt(4)))
	pi.Rsh(pi, 64)

	n := new(big.Int).Lsh(big.NewInt(1), 3072)
	n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 3008))
	n.Sub(n, big.NewInt(1))
	tail := pi.Add(pi, big.NewInt(1690314))
	n.Add(n, tail.Lsh(tail, 64))
	if !n.ProbablyPrime(1) {
		t.Fatal("N is not prime: the test computes it wrongly")
	}
	return n
}
