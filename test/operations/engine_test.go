package operations

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"ostiary/cognitoidp"
	"ostiary/internal/mfa"
	"ostiary/internal/passkey/authenticator"
)

const (
	region      = "us-east-1"
	otherRegion = "us-west-2" // where replicas are
	password    = "Correct-horse-7"
	keyID       = "AKIDSCRIPT0000000001"
	keySecret   = "any secret will do in development"
)

// script is one that runs.
type script struct {
	*testing.T
	*servers
	of     *cognitoidp.Operation
	line   int
	vars   map[string]any
	last   any
	region string // of the next call
	agent  string // what the caller is called
	from   string // the caller's address, "" for its own
	shown  map[cognitoidp.ErrorCode]bool
	worked bool
}

// refusal is an error as the wire has it.
type refusal struct {
	code    cognitoidp.ErrorCode
	message string
}

func (r *refusal) Error() string { return string(r.code) + ": " + r.message }

// run does what the text says.
func (s *script) run(text string) {
	s.Helper()
	known := verbs()
	for _, c := range commands(text) {
		s.line = c.line
		name, rest, _ := strings.Cut(c.text, " ")
		do, ok := known[name]
		if !ok {
			s.fatalf("no command %s", name)
		}
		do(s, strings.TrimSpace(rest))
	}
}

func (s *script) fatalf(format string, args ...any) {
	s.Helper()
	s.Fatalf("line %d: %s", s.line, fmt.Sprintf(format, args...))
}

type command struct {
	line int
	text string
}

// commands are the lines without comments, with what continues them.
func commands(text string) []command {
	var list []command
	for i, line := range strings.Split(text, "\n") {
		switch {
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"):
		case line[0] == ' ' || line[0] == '\t':
			list[len(list)-1].text += " " + strings.TrimSpace(line)
		default:
			list = append(list, command{i + 1, line})
		}
	}
	return list
}

// verbs are the commands of the language (doc_test.go).
func verbs() map[string]func(*script, string) {
	return map[string]func(*script, string){
		"pool": func(s *script, rest string) {
			in := s.over(map[string]any{"PoolName": "script"}, rest)
			s.vars["pool"] = s.must(s.send("CreateUserPool", in)).(map[string]any)["UserPool"].(map[string]any)["Id"]
		},
		"client": func(s *script, rest string) {
			in := s.over(map[string]any{"UserPoolId": s.vars["pool"], "ClientName": "app", "ExplicitAuthFlows": everyFlow}, rest)
			s.vars["client"] = s.must(s.send("CreateUserPoolClient", in)).(map[string]any)["UserPoolClient"].(map[string]any)["ClientId"]
		},
		"user": func(s *script, rest string) {
			name, attributes, _ := strings.Cut(rest, " ")
			s.user(name, s.over(map[string]any{}, attributes))
		},
		"signin":  func(s *script, name string) { s.vars[name] = s.signIn(s.vars["client"], name) },
		"call":    (*script).call,
		"repeat":  (*script).repeat,
		"fail":    (*script).fail,
		"want":    (*script).want,
		"let":     func(s *script, rest string) { name, value, _ := strings.Cut(rest, " "); s.vars[name] = s.json(value) },
		"replica": func(s *script, _ string) { s.region = otherRegion },
		"gate":    func(s *script, behaviour string) { s.servers.gate(s.gateName(), behaviour) },
		"clock": func(s *script, rest string) {
			d, err := time.ParseDuration(rest)
			if err != nil {
				s.fatalf("%v", err)
			}
			s.advance(d)
		},
		"code": func(s *script, name string) {
			pool := s.vars["pool"].(string)
			for _, m := range s.main.Inbox.Messages() {
				if m.UserPoolID == pool && m.Username == s.text(name) {
					s.vars["code"] = m.Code
					return
				}
			}
			s.fatalf("no message for %s", name)
		},
		"passkey": (*script).passkey,
		"from":    func(s *script, rest string) { s.from, s.agent, _ = strings.Cut(rest, " ") },
		"notice": func(s *script, name string) {
			for _, m := range s.main.Inbox.Messages() {
				if words := strings.Fields(m.Body); m.UserPoolID == s.vars["pool"] && m.Username == name && len(words) == 5 {
					s.vars["event"], s.vars["feedback"] = words[1], words[3]
					return
				}
			}
			s.fatalf("no notice for %s", name)
		},
		"totp": func(s *script, secret string) {
			key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(s.text(secret))
			if err != nil {
				s.fatalf("%v", err)
			}
			s.vars["totp"] = mfa.Code(key, mfa.Step(s.main.Now()))
		},
		"put": func(s *script, rest string) {
			to, rest, _ := strings.Cut(rest, " ")
			times, text, _ := strings.Cut(rest, " ")
			var line string
			n, err := strconv.Atoi(times)
			if err := errors.Join(err, json.Unmarshal([]byte(text), &line)); err != nil {
				s.fatalf("%v", err)
			}
			req, err := http.NewRequestWithContext(s.Context(), http.MethodPut, s.text(to), strings.NewReader(strings.Repeat(line, n)))
			if err != nil {
				s.fatalf("%v", err)
			}
			req.Header.Set("x-amz-server-side-encryption", "aws:kms")
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				s.fatalf("%v", err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				s.fatalf("upload: %s", resp.Status)
			}
		},
	}
}

var everyFlow = []any{"ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH",
	"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}

// call must succeed. Before the first success of the script's own operation, everything wrong is tried.
func (s *script) call(rest string) {
	s.Helper()
	op, text, _ := strings.Cut(rest, " ")
	in := s.over(map[string]any{}, text)
	if op == s.of.Name && !s.worked {
		s.everythingWrong(in)
	}
	s.last = s.must(s.send(op, in))
	s.vars[op] = s.last
	s.worked = s.worked || op == s.of.Name
}

// repeat calls without looking at the model's walk: to fill something up.
func (s *script) repeat(rest string) {
	s.Helper()
	times, rest, _ := strings.Cut(rest, " ")
	op, text, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(times)
	if err != nil {
		s.fatalf("%v", err)
	}
	for i := range n {
		s.vars["i"] = strconv.Itoa(i)
		s.must(s.send(op, s.over(map[string]any{}, text)))
	}
}

func (s *script) fail(rest string) {
	s.Helper()
	code, rest, _ := strings.Cut(rest, " ")
	op, text, _ := strings.Cut(strings.TrimSpace(rest), " ")
	_, err := s.send(op, s.over(map[string]any{}, text))
	var r *refusal
	if !errors.As(err, &r) || string(r.code) != code {
		s.fatalf("%s: got %v, want %s", op, err, code)
	}
	if op == s.of.Name {
		s.shown[r.code] = true
	}
}

func (s *script) want(rest string) {
	s.Helper()
	path, text, _ := strings.Cut(rest, " ")
	got, ok := at(s.last, strings.Split(path, "."))
	want := s.json(text)
	if !ok && want != nil || !reflect.DeepEqual(got, want) {
		s.fatalf("%s is %v, want %v", path, got, want)
	}
}

// passkey makes one for the options of the last StartWebAuthnRegistration, in a page of the origin.
func (s *script) passkey(rest string) {
	s.Helper()
	origin, twist, _ := strings.Cut(rest, " ")
	options, err := json.Marshal(s.value("StartWebAuthnRegistration.CredentialCreationOptions"))
	if err != nil {
		s.fatalf("%v", err)
	}
	device := &authenticator.Authenticator{Origin: origin, Flags: authenticator.UserVerified}
	made, err := device.Create(options, func(c *authenticator.Ceremony) {
		switch twist {
		case "stolen":
			c.RPID = "evil.example"
		case "unverified":
			c.Flags &^= authenticator.UserVerified
		}
	})
	if err != nil {
		s.fatalf("%v", err)
	}
	s.vars["passkey"] = s.json(string(made))
}

func (s *script) user(name string, attributes map[string]any) {
	s.Helper()
	var list []any
	for k, v := range attributes {
		list = append(list, map[string]any{"Name": k, "Value": v})
	}
	s.must(s.send("AdminCreateUser", map[string]any{"UserPoolId": s.vars["pool"], "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": list}))
	s.must(s.send("AdminSetUserPassword", map[string]any{"UserPoolId": s.vars["pool"], "Username": name, "Password": password, "Permanent": true}))
}

func (s *script) signIn(client any, name string) any {
	s.Helper()
	out := s.must(s.send("InitiateAuth", map[string]any{"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
		"AuthParameters": map[string]any{"USERNAME": name, "PASSWORD": password}}))
	return out.(map[string]any)["AuthenticationResult"]
}

func (s *script) must(out any, err error) any {
	s.Helper()
	if err != nil {
		s.fatalf("%v", err)
	}
	return out
}

// over is base with the members of a JSON object over it.
func (s *script) over(base map[string]any, text string) map[string]any {
	s.Helper()
	if text = strings.TrimSpace(text); text != "" {
		object, ok := s.json(text).(map[string]any)
		if !ok {
			s.fatalf("no JSON object: %s", text)
		}
		for k, v := range object {
			base[k] = v
		}
	}
	return base
}

func (s *script) json(text string) any {
	s.Helper()
	var v any
	if err := json.Unmarshal([]byte(strings.TrimSpace(text)), &v); err != nil {
		s.fatalf("%v: %s", err, text)
	}
	return s.fill(v)
}

var place = regexp.MustCompile(`\$([A-Za-z]\w*(?:\.\w+)*)`)

// fill puts values in their places.
func (s *script) fill(v any) any {
	s.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = s.fill(e)
		}
		return v
	case []any:
		for i, e := range v {
			v[i] = s.fill(e)
		}
		return v
	case string:
		if m := place.FindString(v); m != "" && m == v {
			return s.value(m[1:])
		}
		return s.text(v)
	default:
		return v
	}
}

func (s *script) text(v string) string {
	s.Helper()
	return place.ReplaceAllStringFunc(v, func(m string) string { return fmt.Sprint(s.value(m[1:])) })
}

func (s *script) value(path string) any {
	s.Helper()
	if path == "gate" {
		return "arn:aws:lambda:" + region + ":000000000000:function:" + s.gateName()
	}
	v, ok := at(s.vars, strings.Split(path, "."))
	if !ok {
		s.fatalf("nothing at $%s", path)
	}
	return v
}

func (s *script) gateName() string { return "gate-" + s.of.Name }

func at(v any, path []string) (any, bool) {
	if len(path) == 0 {
		return v, true
	}
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[path[0]]
		if !ok {
			return nil, false
		}
		return at(next, path[1:])
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(v) {
			return nil, false
		}
		return at(v[i], path[1:])
	default:
		return nil, false
	}
}

// send calls an operation of the main server.
func (s *script) send(op string, in map[string]any) (any, error) {
	s.Helper()
	meant := s.region
	s.region = region
	return s.post(s.url, op, in, meant)
}

// post calls an operation as an SDK does; the error is a *refusal.
func (s *script) post(url, op string, in map[string]any, region string) (any, error) {
	s.Helper()
	o, ok := cognitoidp.OperationByName(op)
	if !ok {
		s.fatalf("no operation %s", op)
	}
	body, err := json.Marshal(in)
	if err != nil {
		s.fatalf("%v", err)
	}
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, url+"/", bytes.NewReader(body))
	if err != nil {
		s.fatalf("%v", err)
	}
	req.Header.Set("Content-Type", cognitoidp.ContentType)
	req.Header.Set("User-Agent", s.agent)
	if s.from != "" {
		req.Header.Set("X-Forwarded-For", s.from)
	}
	req.Header.Set("X-Amz-Target", cognitoidp.TargetPrefix+op)
	if o.Signed {
		hash := sha256.Sum256(body)
		key := aws.Credentials{AccessKeyID: keyID, SecretAccessKey: keySecret}
		if err := v4.NewSigner().SignHTTP(context.Background(), key, req, hex.EncodeToString(hash[:]), "cognito-idp", region, s.main.Now()); err != nil {
			s.fatalf("%v", err)
		}
	} else {
		req.Host = "cognito-idp." + region + ".example.com"
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.fatalf("%v", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.fatalf("%v", err)
	}
	var out map[string]any
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &out); err != nil {
			s.fatalf("%s: %v: %s", op, err, raw)
		}
	}
	if resp.StatusCode != http.StatusOK {
		code, _ := out["__type"].(string)
		message, _ := out["message"].(string)
		return nil, &refusal{cognitoidp.ErrorCode(code[strings.LastIndex(code, "#")+1:]), message}
	}
	if o.Output == nil && len(raw) > 0 {
		s.fatalf("%s answers a body: %s", op, raw)
	}
	return out, nil
}

// declared tells whether the script's operation declares an error.
func (s *script) declared(code cognitoidp.ErrorCode) bool { return slices.Contains(s.of.Errors, code) }
