package server

import (
	"bytes"
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
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/config"
	"ostiary/internal/load"
	"ostiary/internal/srp"
	"ostiary/internal/store/storetest/pgtest"
)

// The operations of everyday, through the whole handler on both engines on disk, in a small and in a
// larger pool, each beside what it cannot do without (BenchmarkFloor). Compare figures of one run only:
//
//	go test ./internal/server -run '^$' -bench . -benchtime 300x
//	OSTIARY_BENCH_USERS=1000,100000,1000000 go test ./internal/server -run '^$' -bench Server -benchtime 300x -timeout 2h

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
	crowd   *load.Crowd
	next    int
}

// benchSizes are how many users pools have whose figures are to be compared: OSTIARY_BENCH_USERS, numbers
// separated by commas, or two sizes that are quickly made.
func benchSizes(b *testing.B) []int {
	b.Helper()
	text := os.Getenv("OSTIARY_BENCH_USERS")
	if text == "" {
		text = "1000,10000"
	}
	var sizes []int
	for _, field := range strings.Split(text, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			b.Fatalf("OSTIARY_BENCH_USERS: %q", field)
		}
		sizes = append(sizes, n)
	}
	return sizes
}

// inWorlds runs a benchmark on each engine, in pools of each size.
func inWorlds(b *testing.B, run func(b *testing.B, w *world, users int)) {
	b.Helper()
	for _, engine := range []struct {
		name string
		url  func(*testing.B) string
	}{
		{"SQLite", func(b *testing.B) string { return "sqlite:" + filepath.Join(b.TempDir(), "bench.db") }},
		{"PostgreSQL", func(b *testing.B) string { return pgtest.URL(b) }},
	} {
		for _, users := range benchSizes(b) {
			b.Run(fmt.Sprintf("%s/users=%d", engine.name, users), func(b *testing.B) {
				run(b, newWorld(b, engine.url(b), users), users)
			})
		}
	}
}

func newWorld(b *testing.B, database string, users int) *world {
	b.Helper()
	none := func(string) (string, bool) { return "", false }
	cfg, err := config.Load("", none, map[string]string{
		"listen": "127.0.0.1:0", "database": database, "data": b.TempDir(),
	})
	if err != nil {
		b.Fatal(err)
	}
	db, keyring, err := OpenStore(b.Context(), cfg, rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	filling := load.Filling{
		Store: db, Keyring: keyring, Region: cfg.Region, Account: cfg.Account, Now: time.Now, Rand: rand.Reader,
	}
	w := new(world)
	start := time.Now()
	if w.crowd, err = filling.Fill(b.Context(), users); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d users made in %s", users, time.Since(start).Round(time.Millisecond))
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	s, err := New(b.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	w.handler = s.http.Handler
	w.call(b, "SetUserPoolMfaConfig", `{"UserPoolId":"`+w.crowd.PoolID+`","MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true}}`, nil)
	return w
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
	return load.Username(w.crowd.AbleUser(w.next))
}

// anyone is the number of another user, all over the pool.
func (w *world) anyone() int {
	w.next++
	return int(uint64(w.next) * 2654435761 % uint64(w.crowd.Users))
}

type signedIn struct {
	AuthenticationResult struct{ AccessToken, RefreshToken string }
}

func (w *world) passwordSignIn(b *testing.B, name string) signedIn {
	b.Helper()
	var out signedIn
	w.call(b, "InitiateAuth", `{"ClientId":"`+w.crowd.ClientID+`","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"`+name+`","PASSWORD":"`+w.crowd.Password+`"}}`, &out)
	if out.AuthenticationResult.AccessToken == "" {
		b.Fatal("no tokens")
	}
	return out
}

func BenchmarkServer(b *testing.B) {
	inWorlds(b, func(b *testing.B, w *world, _ int) {
		run := func(name string, op func(b *testing.B, m *meter)) {
			b.Run(name, func(b *testing.B) {
				measure(b, func(m *meter) { op(b, m) })
			})
		}
		run("password sign-in", func(b *testing.B, m *meter) {
			w.passwordSignIn(b, w.someone())
		})
		run("SRP sign-in", func(b *testing.B, m *meter) {
			w.srpSignIn(b, m, w.someone())
		})
		tokens := make([]signedIn, 0, w.crowd.Able())
		for range w.crowd.Able() {
			tokens = append(tokens, w.passwordSignIn(b, w.someone()))
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
			w.call(b, "AdminGetUser", `{"UserPoolId":"`+w.crowd.PoolID+`","Username":"`+w.someone()+`"}`, nil)
		})
		run("refresh", func(b *testing.B, m *meter) {
			w.call(b, "InitiateAuth", `{"ClientId":"`+w.crowd.ClientID+`","AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"`+someTokens().AuthenticationResult.RefreshToken+`"}}`, nil)
		})
		w.benchUsers(b, run)
	})
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
	w.call(b, "InitiateAuth", `{"ClientId":"`+w.crowd.ClientID+`","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"`+name+`","SRP_A":"`+client.HexA()+`"}}`, &challenge)
	var body []byte
	m.aside(func() {
		p := challenge.ChallengeParameters
		block, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
		if err != nil {
			b.Fatal(err)
		}
		claim := srp.Claim{Prefix: w.crowd.PoolID[strings.IndexByte(w.crowd.PoolID, '_')+1:], ID: p["USER_ID_FOR_SRP"], SecretBlock: block, Timestamp: srp.FormatTimestamp(time.Now())}
		signature, err := client.Sign(claim, w.crowd.Password, p["SALT"], p["SRP_B"])
		if err != nil {
			b.Fatal(err)
		}
		body, err = json.Marshal(map[string]any{
			"ClientId": w.crowd.ClientID, "ChallengeName": "PASSWORD_VERIFIER",
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
