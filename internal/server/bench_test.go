package server

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/config"
	"ostiary/internal/password"
	"ostiary/internal/srp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// The operations of everyday, through the whole handler on SQLite on disk, in a small and in a large
// pool, each beside what it cannot do without (BenchmarkFloor). Compare figures of one run only:
//
//	go test ./internal/server -run '^$' -bench . -benchtime 2s

// meter measures the processor time of a loop, which other programs on the machine disturb less than
// they do the clock.
type meter struct {
	b     *testing.B
	spent time.Duration
	since time.Duration
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure runs op in the benchmark's loop.
func measure(b *testing.B, op func(m *meter)) {
	b.Helper()
	m := &meter{b: b}
	n := 0
	m.since = processorTime(b)
	for b.Loop() {
		op(m)
		n++
	}
	m.spent += processorTime(b) - m.since
	b.ReportMetric(float64(m.spent.Nanoseconds())/float64(n), "cpu-ns/op")
}

// aside runs what is not the server's work.
func (m *meter) aside(f func()) {
	m.b.StopTimer()
	m.spent += processorTime(m.b) - m.since
	f()
	m.since = processorTime(m.b)
	m.b.StartTimer()
}

const benchPassword = "Correct-horse-7"

// world is a server with one pool of many users, of whom some can sign in.
type world struct {
	handler http.Handler
	store   store.Store
	pool    *userpool.Pool
	client  string
	names   []string // who can sign in
	next    int
}

func newWorld(b *testing.B, users int) *world {
	b.Helper()
	none := func(string) (string, bool) { return "", false }
	cfg, err := config.Load("", none, map[string]string{
		"listen": "127.0.0.1:0", "database": "sqlite:" + filepath.Join(b.TempDir(), "bench.db"),
		"data": b.TempDir(),
	})
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(context.Background(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	w := &world{handler: s.http.Handler, store: s.store}
	var pool struct{ UserPool struct{ Id string } }
	w.call(b, "CreateUserPool", `{"PoolName":"bench"}`, &pool)
	w.call(b, "SetUserPoolMfaConfig", `{"UserPoolId":"`+pool.UserPool.Id+`","MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true}}`, nil)
	var client struct{ UserPoolClient struct{ ClientId string } }
	w.call(b, "CreateUserPoolClient", `{"UserPoolId":"`+pool.UserPool.Id+`","ClientName":"bench","ExplicitAuthFlows":["ALLOW_USER_PASSWORD_AUTH","ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]}`, &client)
	w.client = client.UserPoolClient.ClientId
	w.fillPool(b, s.store, pool.UserPool.Id, users)
	return w
}

// fillPool adds users below the API, since only a few of them need passwords of their own.
func (w *world) fillPool(b *testing.B, db store.Store, poolID string, users int) {
	b.Helper()
	ctx := context.Background()
	const able, batch = 64, 1000
	if err := db.View(ctx, func(r store.Reader) (err error) {
		w.pool, err = r.Pool(ctx, poolID)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	var anyPassword *userpool.Password
	for from := 0; from < users; from += batch {
		var made []*userpool.User
		for i := from; i < min(from+batch, users); i++ {
			u := &userpool.User{
				PoolID: poolID, Username: fmt.Sprintf("user-%07d", i), Sub: fmt.Sprintf("%08x-0000-4000-8000-000000000000", i),
				Status: cognitoidp.UserStatusTypeConfirmed, Enabled: true, Created: time.Now(), Modified: time.Now(),
				Attributes: map[string]string{"email": fmt.Sprintf("user-%07d@example.com", i), "email_verified": "true", "given_name": "Ana"},
			}
			if anyPassword == nil || i%max(1, users/able) == 0 {
				p, err := password.New(rand.Reader, w.pool, u.Username, benchPassword, time.Now())
				if err != nil {
					b.Fatal(err)
				}
				anyPassword = p
				w.names = append(w.names, u.Username)
			}
			u.Password = anyPassword
			w.pool.Index(u)
			made = append(made, u)
		}
		if err := db.Update(ctx, func(tx store.Tx) error {
			for _, u := range made {
				if err := tx.CreateUser(ctx, u); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// call runs one operation through the handler; the answer must be a success.
func (w *world) call(b *testing.B, operation, body string, answer any) {
	b.Helper()
	req := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader([]byte(body)))
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", cognitoidp.TargetPrefix+operation)
	if o, _ := cognitoidp.OperationByName(operation); o.Signed {
		req.Header.Set("X-Amz-Date", "20260101T000000Z")
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature="+
			"0000000000000000000000000000000000000000000000000000000000000000")
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	if rec.Code != http.StatusOK {
		b.Fatalf("%s: %d %s", operation, rec.Code, rec.Body)
	}
	if answer != nil {
		if err := json.Unmarshal(rec.Body.Bytes(), answer); err != nil {
			b.Fatal(err)
		}
	}
}

// someone is another of the users who can sign in, in turn.
func (w *world) someone() string {
	w.next++
	return w.names[w.next%len(w.names)]
}

type signedIn struct {
	AuthenticationResult struct{ AccessToken, RefreshToken string }
}

func (w *world) passwordSignIn(b *testing.B, name string) signedIn {
	b.Helper()
	var out signedIn
	w.call(b, "InitiateAuth", `{"ClientId":"`+w.client+`","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"`+name+`","PASSWORD":"`+benchPassword+`"}}`, &out)
	if out.AuthenticationResult.AccessToken == "" {
		b.Fatal("no tokens")
	}
	return out
}

func BenchmarkServer(b *testing.B) {
	for _, users := range []int{1_000, 100_000} {
		w := newWorld(b, users)
		run := func(name string, op func(b *testing.B, m *meter)) {
			b.Run(fmt.Sprintf("%s/users=%d", name, users), func(b *testing.B) {
				measure(b, func(m *meter) { op(b, m) })
			})
		}
		run("password sign-in", func(b *testing.B, m *meter) {
			w.passwordSignIn(b, w.someone())
		})
		run("SRP sign-in", func(b *testing.B, m *meter) {
			w.srpSignIn(b, m, w.someone())
		})
		tokens := make([]signedIn, 0, len(w.names))
		for _, name := range w.names {
			tokens = append(tokens, w.passwordSignIn(b, name))
		}
		next := 0
		someTokens := func() signedIn { next++; return tokens[next%len(tokens)] }
		run("GetUser", func(b *testing.B, m *meter) {
			w.call(b, "GetUser", `{"AccessToken":"`+someTokens().AuthenticationResult.AccessToken+`"}`, nil)
		})
		run("SetUserMFAPreference", func(b *testing.B, m *meter) {
			w.call(b, "SetUserMFAPreference", `{"AccessToken":"`+someTokens().AuthenticationResult.AccessToken+`","SoftwareTokenMfaSettings":{"Enabled":false}}`, nil)
		})
		run("AdminGetUser", func(b *testing.B, m *meter) {
			w.call(b, "AdminGetUser", `{"UserPoolId":"`+w.pool.ID+`","Username":"`+w.someone()+`"}`, nil)
		})
		run("refresh", func(b *testing.B, m *meter) {
			w.call(b, "InitiateAuth", `{"ClientId":"`+w.client+`","AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"`+someTokens().AuthenticationResult.RefreshToken+`"}}`, nil)
		})
	}
}

// srpSignIn stops the clock for the client's half of the arithmetic.
func (w *world) srpSignIn(b *testing.B, m *meter, name string) {
	b.Helper()
	var client *srp.Client
	m.aside(func() {
		var err error
		if client, err = srp.NewClient(rand.Reader); err != nil {
			b.Fatal(err)
		}
	})
	var challenge struct{ ChallengeParameters map[string]string }
	w.call(b, "InitiateAuth", `{"ClientId":"`+w.client+`","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"`+name+`","SRP_A":"`+client.HexA()+`"}}`, &challenge)
	var body []byte
	m.aside(func() {
		p := challenge.ChallengeParameters
		block, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
		if err != nil {
			b.Fatal(err)
		}
		claim := srp.Claim{Prefix: w.pool.Suffix(), ID: p["USER_ID_FOR_SRP"], SecretBlock: block, Timestamp: srp.FormatTimestamp(time.Now())}
		signature, err := client.Sign(claim, benchPassword, p["SALT"], p["SRP_B"])
		if err != nil {
			b.Fatal(err)
		}
		body, err = json.Marshal(map[string]any{
			"ClientId": w.client, "ChallengeName": "PASSWORD_VERIFIER",
			"ChallengeResponses": map[string]string{
				"USERNAME": p["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"],
				"TIMESTAMP": claim.Timestamp, "PASSWORD_CLAIM_SIGNATURE": signature,
			},
		})
		if err != nil {
			b.Fatal(err)
		}
	})
	var out signedIn
	w.call(b, "RespondToAuthChallenge", string(body), &out)
	if out.AuthenticationResult.AccessToken == "" {
		b.Fatal("no tokens")
	}
}

// BenchmarkFloor is what the operations cannot do without: their cryptography, or a handler that
// reads and writes JSON and does nothing else.
func BenchmarkFloor(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	digest := sha256.Sum256([]byte("header.payload"))
	sign := func() []byte {
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
		if err != nil {
			b.Fatal(err)
		}
		return signature
	}
	salt, err := srp.NewSalt(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	verifier := srp.Verifier("abcdefghi", "ana", benchPassword, salt)
	b.Run("password sign-in: one verifier, two signatures", func(b *testing.B) {
		measure(b, func(*meter) {
			srp.CheckPassword("abcdefghi", "ana", benchPassword, salt, verifier)
			sign()
			sign()
		})
	})
	a, err := srp.ParseA(new(big.Int).Lsh(big.NewInt(3), 3000).Text(16))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("SRP sign-in: both powers, two signatures", func(b *testing.B) {
		measure(b, func(*meter) {
			x, err := srp.NewExchange(rand.Reader, a, verifier)
			if err != nil {
				b.Fatal(err)
			}
			x.Proves(verifier, srp.Claim{Prefix: "abcdefghi", ID: "ana", SecretBlock: []byte("x")}, nil)
			sign()
			sign()
		})
	})
	b.Run("refresh: two signatures", func(b *testing.B) {
		measure(b, func(*meter) {
			sign()
			sign()
		})
	})
	signature := sign()
	b.Run("GetUser: one signature checked, bare JSON handler", func(b *testing.B) {
		handler := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			body, err := io.ReadAll(req.Body)
			if err != nil {
				b.Error(err)
			}
			in := new(cognitoidp.GetUserRequest)
			if err := json.Unmarshal(body, in); err != nil {
				b.Error(err)
			}
			if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature); err != nil {
				b.Error(err)
			}
			if err := json.NewEncoder(w).Encode(cognitoidp.GetUserResponse{Username: "ana"}); err != nil {
				b.Error(err)
			}
		})
		body := []byte(`{"AccessToken":"` + base64.RawURLEncoding.EncodeToString(make([]byte, 800)) + `"}`)
		measure(b, func(*meter) {
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body)))
		})
	})
}
