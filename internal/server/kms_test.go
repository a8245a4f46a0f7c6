package server_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"ostiary/internal/kms/kmstest"
	"ostiary/internal/server"
)

const (
	codeKey      = "arn:aws:kms:us-east-1:000000000000:key/codes"
	otherKey     = "arn:aws:kms:us-east-1:000000000000:key/other"
	senderKey    = "AKIDSENDERFUNCTION01"
	makerKey     = "AKIDMAKEROFDATAKEYS1"
	senderSecret = "the secret of the function that sends"
)

// kmsCaller calls operations of KMS as an SDK does, signed by a key for a service.
type kmsCaller struct {
	t                       *testing.T
	r                       *running
	key, secret, as, region string
}

// call answers status and body; a member of the answer is found by value.
func (c kmsCaller) call(operation, body string, change ...func(*http.Request)) (int, string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.r.url+"/", strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", operation)
	hash := sha256.Sum256([]byte(body))
	credentials := aws.Credentials{AccessKeyID: c.key, SecretAccessKey: c.secret}
	if err := v4.NewSigner().SignHTTP(c.t.Context(), credentials, req, hex.EncodeToString(hash[:]), c.as, c.region, time.Now()); err != nil {
		c.t.Fatal(err)
	}
	for _, f := range change {
		f(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if resp.Header.Get("X-Amzn-Requestid") == "" {
		c.t.Errorf("%s %s: no request id", operation, body)
	}
	return resp.StatusCode, string(out)
}

// dataKey is an answer of KMS.
type dataKey struct {
	KeyID                     string `json:"KeyId"`
	Plaintext, CiphertextBlob []byte
	EncryptionAlgorithm       string
}

func (c kmsCaller) ok(operation, body string) (out dataKey) {
	c.t.Helper()
	status, text := c.call("TrentService."+operation, body)
	if err := json.Unmarshal([]byte(text), &out); err != nil || status != http.StatusOK {
		c.t.Fatalf("%s: status %d %s", operation, status, text)
	}
	return out
}

// refused fails the test unless the operation answers that error.
func (c kmsCaller) refused(name, operation, body, want string, change ...func(*http.Request)) {
	c.t.Helper()
	status, text := c.call(operation, body, change...)
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil || status != http.StatusBadRequest || !strings.HasPrefix(e.Type+": "+e.Message, want) {
		c.t.Errorf("%s: status %d %s, want %s", name, status, text, want)
	}
}

// TestKMS: functions decrypt with the server's own keys what their access key is allowed to, and nobody else
// does; every wrong request gets the error of AWS KMS.
func TestKMS(t *testing.T) {
	r := start(t, production(t, fmt.Sprintf(`
  - {id: %s, secret: %q, user: sender, policy: {Statement: [{Effect: Allow, Action: "kms:Decrypt", Resource: %q}]}}
  - {id: %s, secret: %q, user: maker, policy: {Statement: [{Effect: Allow, Action: "kms:*", Resource: "*"}, {Effect: Deny, Action: "kms:GenerateDataKey", Resource: "arn:aws:kms:*:*:key/denied"}]}}
`, senderKey, senderSecret, codeKey, makerKey, senderSecret)), nil, server.Options{})
	sender := kmsCaller{t, r, senderKey, senderSecret, "kms", "us-east-1"}
	maker, admin := sender, sender
	maker.key, admin.key, admin.secret = makerKey, adminKey, adminSecret

	made := maker.ok("GenerateDataKey", fmt.Sprintf(`{"KeyId":%q,"KeySpec":"AES_256","EncryptionContext":{"userpool-id":"p","a":"b"}}`, codeKey))
	if len(made.Plaintext) != 32 || made.KeyID != codeKey || len(made.CiphertextBlob) == 0 {
		t.Fatalf("%+v", made)
	}
	blob := base64.StdEncoding.EncodeToString(made.CiphertextBlob)
	const right = `"EncryptionContext":{"a":"b","userpool-id":"p"}`
	decrypt := func(more string) string { return `{"CiphertextBlob":"` + blob + `",` + more + `}` }
	for _, body := range []string{
		decrypt(right),
		decrypt(right + `,"KeyId":"` + codeKey + `","GrantTokens":[],"EncryptionAlgorithm":"SYMMETRIC_DEFAULT"`),
		decrypt(right + `,"KeyId":"codes","Recipient":null`),
	} {
		if got := sender.ok("Decrypt", body); !bytes.Equal(got.Plaintext, made.Plaintext) || got.KeyID != codeKey || got.EncryptionAlgorithm != "SYMMETRIC_DEFAULT" || got.CiphertextBlob != nil {
			t.Errorf("%s: %+v", body, got)
		}
	}
	for size, more := range map[int]string{16: `"KeySpec":"AES_128"`, 1: `"NumberOfBytes":1`, 1024: `"NumberOfBytes":1024`} {
		if got := maker.ok("GenerateDataKey", `{"KeyId":"codes",`+more+`}`); len(got.Plaintext) != size || got.KeyID != codeKey {
			t.Errorf("%s: %+v", more, got)
		}
	}

	const (
		d, g  = "TrentService.Decrypt", "TrentService.GenerateDataKey"
		allow = "AccessDeniedException: User: arn:aws:iam::000000000000:user/"
	)
	other := maker.ok("GenerateDataKey", fmt.Sprintf(`{"KeyId":%q,"KeySpec":"AES_256"}`, otherKey))
	ofOther := `{"CiphertextBlob":"` + base64.StdEncoding.EncodeToString(other.CiphertextBlob) + `"}`
	forged := bytes.Replace(other.CiphertextBlob, []byte("key/other"), []byte("key/codes"), 1)
	changed := bytes.Clone(made.CiphertextBlob)
	changed[len(changed)-1] ^= 1
	for name, tt := range map[string]struct {
		as                    kmsCaller
		operation, body, want string
	}{
		"another key's ciphertext":    {sender, d, ofOther, allow + "sender is not authorized to perform: kms:Decrypt on resource: " + otherKey + " because"},
		"an administrator of pools":   {admin, d, decrypt(right), allow + adminKey},
		"a sender who makes keys":     {sender, g, `{"KeyId":"` + codeKey + `","KeySpec":"AES_256"}`, allow + "sender is not authorized to perform: kms:GenerateDataKey"},
		"a denied key":                {maker, g, `{"KeyId":"denied","KeySpec":"AES_256"}`, "AccessDeniedException: "},
		"no context":                  {sender, d, `{"CiphertextBlob":"` + blob + `"}`, "InvalidCiphertextException"},
		"another context":             {sender, d, decrypt(`"EncryptionContext":{"a":"b","userpool-id":"q"}`), "InvalidCiphertextException"},
		"more context":                {sender, d, decrypt(`"EncryptionContext":{"a":"b","userpool-id":"p","c":"d"}`), "InvalidCiphertextException"},
		"a ciphertext of nobody":      {sender, d, `{"CiphertextBlob":"AQID"}`, "InvalidCiphertextException"},
		"a ciphertext that changed":   {sender, d, `{"CiphertextBlob":"` + base64.StdEncoding.EncodeToString(changed) + `",` + right + `}`, "InvalidCiphertextException"},
		"a ciphertext made another's": {sender, d, `{"CiphertextBlob":"` + base64.StdEncoding.EncodeToString(forged) + `"}`, "InvalidCiphertextException"},
		"another key":                 {sender, d, decrypt(right + `,"KeyId":"` + otherKey + `"`), "IncorrectKeyException"},
		"an alias":                    {sender, d, decrypt(right + `,"KeyId":"alias/codes"`), "NotFoundException"},
		"no key's ARN":                {sender, d, decrypt(right + `,"KeyId":"arn:aws:s3:::bucket"`), "InvalidArnException"},
		"another algorithm":           {sender, d, decrypt(right + `,"EncryptionAlgorithm":"RSAES_OAEP_SHA_1"`), "InvalidKeyUsageException"},
		"no ciphertext":               {sender, d, `{}`, "ValidationException: 1 validation error detected: Value null at 'ciphertextBlob'"},
		"a dry run":                   {sender, d, decrypt(right + `,"DryRun":true`), "DryRunOperationException"},
		"an enclave":                  {sender, d, decrypt(right + `,"Recipient":{"KeyEncryptionAlgorithm":"RSAES_OAEP_SHA_256"}`), "UnsupportedOperationException"},
		"no JSON":                     {sender, d, `CiphertextBlob`, "SerializationException"},
		"a number for a ciphertext":   {sender, d, `{"CiphertextBlob":7}`, "SerializationException"},
		"too long a body":             {sender, d, `{"CiphertextBlob":"` + strings.Repeat("A", 70_000) + `"}`, "RequestEntityTooLargeException"},
		"no key":                      {maker, g, `{"KeySpec":"AES_256"}`, "ValidationException: 1 validation error detected: Value null at 'keyId'"},
		"no size":                     {maker, g, `{"KeyId":"codes"}`, "ValidationException"},
		"two sizes":                   {maker, g, `{"KeyId":"codes","KeySpec":"AES_256","NumberOfBytes":32}`, "ValidationException"},
		"too great a size":            {maker, g, `{"KeyId":"codes","NumberOfBytes":1025}`, "ValidationException"},
		"a size of nothing":           {maker, g, `{"KeyId":"codes","NumberOfBytes":0}`, "ValidationException"},
		"another specification":       {maker, g, `{"KeyId":"codes","KeySpec":"RSA_2048"}`, "ValidationException"},
		"a dry run of a key":          {maker, g, `{"KeyId":"codes","KeySpec":"AES_256","DryRun":true}`, "DryRunOperationException"},
		"another operation":           {maker, "TrentService.ScheduleKeyDeletion", `{"KeyId":"codes"}`, "UnknownOperationException"},
	} {
		tt.as.refused(name, tt.operation, tt.body, tt.want)
	}

	nobody, wrong, elsewhere := sender, sender, sender
	nobody.key, wrong.secret, elsewhere.as = "AKIDNOBODYNOBODY00", adminSecret, "cognito-idp"
	nobody.refused("nobody's key", d, decrypt(right), "UnrecognizedClientException")
	wrong.refused("a wrong secret", d, decrypt(right), "InvalidSignatureException")
	elsewhere.refused("a signature for another service", d, decrypt(right), "InvalidSignatureException: Credential should be scoped to correct service: 'kms'.")
	sender.refused("no signature", d, decrypt(right), "MissingAuthenticationTokenException", func(req *http.Request) { req.Header.Del("Authorization") })
	sender.refused("a signature for another operation", d, decrypt(right), "InvalidSignatureException",
		func(req *http.Request) { req.Header.Set("X-Amz-Target", g) })
	sender.refused("a session of STS", d, decrypt(right), "UnrecognizedClientException", func(req *http.Request) { req.Header.Set("X-Amz-Security-Token", "x") })
	// A signature for KMS is none for the API.
	sender.refused("the API", "AWSCognitoIdentityProviderService.ListUserPools", `{"MaxResults":1}`, "InvalidSignatureException: Credential should be scoped to correct service: 'cognito-idp'.")

	log := r.log.String()
	for _, secret := range []string{base64.StdEncoding.EncodeToString(made.Plaintext), blob, hex.EncodeToString(made.Plaintext), senderSecret} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %s", secret)
		}
	}
	if !strings.Contains(log, `"operation":"kms:Decrypt","key":"`+codeKey+`"`) || !strings.Contains(log, `"code":"InvalidCiphertextException"`) {
		t.Errorf("the log does not tell what was asked for:\n%s", log)
	}
}

// TestKMSRate: one client address asks only so often, whoever it says it is; before its body is read. It is counted.
func TestKMSRate(t *testing.T) {
	at := time.Now()
	r := start(t, production(t, ""), map[string]string{"quotas": "true", "metrics_listen": "127.0.0.1:0"}, server.Options{Now: func() time.Time { return at }})
	nobody := kmsCaller{t, r, "AKIDNOBODYNOBODY00", senderSecret, "kms", "us-east-1"}
	codes := map[string]int{}
	for range 210 {
		_, answer := nobody.call("TrentService.Decrypt", `{}`)
		var refusal struct {
			Type string `json:"__type"`
		}
		if err := json.Unmarshal([]byte(answer), &refusal); err != nil {
			t.Fatal(err)
		}
		codes[refusal.Type]++
	}
	if codes["UnrecognizedClientException"] != 200 || codes["ThrottlingException"] != 10 {
		t.Errorf("answered %v", codes)
	}
	nobody.refused("another operation", "TrentService.Encrypt", `{}`, "UnknownOperationException")
	resp, err := http.Get("http://" + r.MetricsAddr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`ostiary_requests_total{code="UnrecognizedClientException",operation="kms:Decrypt"} 200`,
		`ostiary_requests_total{code="ThrottlingException",operation="kms:Decrypt"} 10`,
		`ostiary_requests_total{code="UnknownOperationException",operation="unknown"} 1`,
		`ostiary_rate_limited_total{limit="quota",operation="kms:Decrypt"} 10`,
	} {
		if !strings.Contains(string(text), line) {
			t.Errorf("no %s in the metrics", line)
		}
	}
}

// TestKMSInDevelopment: any signature will do there, but not one of another machine's page.
func TestKMSInDevelopment(t *testing.T) {
	r := start(t, "", nil, server.Options{})
	c := kmsCaller{t, r, "any", "any", "kms", "us-east-1"}
	if made := c.ok("GenerateDataKey", `{"KeyId":"codes","KeySpec":"AES_256"}`); made.KeyID != codeKey {
		t.Errorf("%+v", made)
	}
	c.refused("another machine's page", "TrentService.GenerateDataKey", `{"KeyId":"codes","KeySpec":"AES_256"}`, "AccessDeniedException: In development",
		func(req *http.Request) { req.Header.Set("Origin", "https://evil.example") })
}

// TestKMSElsewhere: where another KMS has the keys, the server answers for none.
func TestKMSElsewhere(t *testing.T) {
	r := start(t, "", map[string]string{"kms-endpoint": kmstest.Start(t).URL}, server.Options{})
	c := kmsCaller{t, r, "any", "any", "kms", "us-east-1"}
	c.refused("no keys of its own", "TrentService.GenerateDataKey", `{"KeyId":"codes","KeySpec":"AES_256"}`, "UnknownOperationException")
}
