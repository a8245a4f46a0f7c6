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
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
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
//	go test ./internal/server -run '^$' -bench . -benchtime 2s -users 1000,100000,1000000

var (
	benchUsers  = flag.String("users", "1000,100000", "how many users the pools of benchmarks have")
	benchEvents = flag.Int("events", 30, "how many events each user has who signs in under threat protection")
)

// benchSizes are those of -users.
func benchSizes(b *testing.B) []int {
	b.Helper()
	var sizes []int
	for text := range strings.SplitSeq(*benchUsers, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		sizes = append(sizes, n)
	}
	return sizes
}

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
	pool    *userpool.Pool
	client  string
	store   store.Store
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
	w.call(b, "CreateUserPool", `{"PoolName":"bench","AliasAttributes":["email","phone_number","preferred_username"]}`, &pool)
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
				Attributes: map[string]string{
					"email": fmt.Sprintf("user-%07d@example.com", i), "email_verified": "true",
					"phone_number": fmt.Sprintf("+1555%07d", i), "phone_number_verified": "true",
					"preferred_username": fmt.Sprintf("nick-%07d", i), "name": fmt.Sprintf("Ana %07d", i),
					"given_name": "Ana", "family_name": fmt.Sprintf("Family %05d", i%10_000), // one for all, and one for some
				},
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
	for _, users := range benchSizes(b) {
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
		of := func(form string) string { return fmt.Sprintf(form, strings.TrimPrefix(w.someone(), "user-")) }
		for alias, form := range map[string]string{"e-mail": "user-%s@example.com", "phone number": "+1555%s", "preferred username": "nick-%s"} {
			run("AdminGetUser by "+alias, func(b *testing.B, m *meter) {
				w.call(b, "AdminGetUser", `{"UserPoolId":"`+w.pool.ID+`","Username":"`+of(form)+`"}`, nil)
			})
		}
		run("AdminGetUser by sub", func(b *testing.B, m *meter) {
			n, _ := strconv.Atoi(of("%s"))
			w.call(b, "AdminGetUser", fmt.Sprintf(`{"UserPoolId":"%s","Username":"%08x-0000-4000-8000-000000000000"}`, w.pool.ID, n), nil)
		})
		created := 0
		run("AdminCreateUser", func(b *testing.B, m *meter) {
			created++
			w.call(b, "AdminCreateUser", fmt.Sprintf(`{"UserPoolId":"%s","Username":"made-%07d","MessageAction":"SUPPRESS","UserAttributes":[{"Name":"email","Value":"made-%07d@example.com"}]}`, w.pool.ID, created, created), nil)
		})
		for _, filter := range []string{
			"", `username = "user-%s"`, `username ^= "user-%s"`, `email = "user-%s@example.com"`, `email ^= "user-%s"`,
			`phone_number = "+1555%s"`, `phone_number ^= "+1555%s"`, `preferred_username = "nick-%s"`, `preferred_username ^= "nick-%s"`,
			`name = "Ana %s"`, `name ^= "Ana %s"`, `given_name = "Ana"`, `given_name ^= "A"`, `family_name ^= "Family 0000"`, `family_name = "nobody"`,
			`cognito:user_status = "CONFIRMED"`, `cognito:user_status = "RESET_REQUIRED"`, `status = "Enabled"`, `status = "Disabled"`, `sub = "%s"`,
		} {
			run("ListUsers "+filter, func(b *testing.B, m *meter) {
				body := map[string]any{"UserPoolId": w.pool.ID, "Limit": 10}
				if filter != "" {
					body["Filter"] = strings.ReplaceAll(filter, "%s", of("%s"))
				}
				text, err := json.Marshal(body)
				if err != nil {
					b.Fatal(err)
				}
				w.call(b, "ListUsers", string(text), nil)
			})
		}
		watched := w.watch(b, *benchEvents)
		run("password sign-in under threat protection", func(b *testing.B, m *meter) {
			watched(b)
		})
		run("refresh", func(b *testing.B, m *meter) {
			w.call(b, "InitiateAuth", `{"ClientId":"`+w.client+`","AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"`+someTokens().AuthenticationResult.RefreshToken+`"}}`, nil)
		})
	}
}

// watch puts the pool under threat protection, gives those who sign in a past, and answers a sign-in.
func (w *world) watch(b *testing.B, events int) func(b *testing.B) {
	b.Helper()
	w.call(b, "UpdateUserPool", `{"UserPoolId":"`+w.pool.ID+`","UserPoolTier":"PLUS","UserPoolAddOns":{"AdvancedSecurityMode":"ENFORCED"}}`, nil)
	w.call(b, "SetRiskConfiguration", `{"UserPoolId":"`+w.pool.ID+`","AccountTakeoverRiskConfiguration":{"Actions":{"HighAction":{"EventAction":"NO_ACTION","Notify":false}}}}`, nil)
	err := w.store.Update(context.Background(), func(tx store.Tx) error {
		for _, name := range w.names {
			for i := range events {
				err := tx.PutAuthEvent(context.Background(), &userpool.AuthEvent{
					PoolID: w.pool.ID, Username: name, ID: fmt.Sprintf("event-%d", i), Type: cognitoidp.EventTypeSignIn, Response: cognitoidp.EventResponseTypePass,
					Created: time.Now().Add(-time.Duration(i+1) * 24 * time.Hour), Origin: userpool.Origin{IP: "192.0.2.1", Network: "192.0.2.0/24", DeviceName: "Firefox, Linux", Agent: "Firefox Linux"},
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return func(b *testing.B) { w.passwordSignIn(b, w.someone()) }
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
