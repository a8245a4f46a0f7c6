package kms_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ostiary/internal/awsapi"
	"ostiary/internal/kms"
	"ostiary/internal/kms/kmstest"
)

const keyARN = "arn:aws:kms:eu-west-1:123456789012:key/1a2b3c4d-0000-4444-8888-123456789abc"

func remote(endpoint, secret string) *kms.Remote {
	return kms.NewRemote(awsapi.Service{Endpoint: endpoint, Credentials: awsapi.Keys(kmstest.KeyID, secret), Now: time.Now}, http.DefaultClient)
}

func TestRemote(t *testing.T) {
	service := kmstest.Start(t)
	r := remote(service.URL, kmstest.Secret)
	first, err := r.GenerateDataKey(t.Context(), keyARN, map[string]string{"a": "b"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.GenerateDataKey(t.Context(), keyARN, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Plaintext) != 32 || len(first.Encrypted) != 184 || first.KeyARN != keyARN || bytes.Equal(first.Plaintext, second.Plaintext) {
		t.Errorf("%+v, %+v", first, second)
	}
	if got := strings.Join(service.Requests(), ","); got != strings.Repeat(",TrentService.GenerateDataKey "+keyARN, 2)[1:] {
		t.Errorf("asked %s", got)
	}
}

// TestRemoteRefuses: the log reads which error it was, and never a part of an answer, in which there may be keys.
func TestRemoteRefuses(t *testing.T) {
	service := kmstest.Start(t)
	service.Refuse("DisabledException")
	answering := func(status int, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	const leak = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	for name, tt := range map[string]struct {
		ctx                        context.Context
		endpoint, secret, key, end string
	}{
		"disabled":          {t.Context(), service.URL, kmstest.Secret, keyARN, "kms: status 400 DisabledException"},
		"another secret":    {t.Context(), service.URL, "wrong", keyARN, "kms: status 400 InvalidSignatureException"},
		"no ARN":            {t.Context(), service.URL, kmstest.Secret, "alias/codes", "not the ARN of a key"},
		"no region":         {t.Context(), service.URL, kmstest.Secret, "arn:aws:kms:../x:1:key/2", "not the name of a region"},
		"nobody there":      {t.Context(), "http://127.0.0.1:1", kmstest.Secret, keyARN, "refused"},
		"the caller gone":   {gone, service.URL, kmstest.Secret, keyARN, "canceled"},
		"a name to be none": {t.Context(), answering(500, `{"__type":"<`+leak+`>"}`), kmstest.Secret, keyARN, "kms: status 500 "},
		"no JSON":           {t.Context(), answering(200, `{"Plaintext":"`+leak), kmstest.Secret, keyARN, "cannot be read"},
		"a short key":       {t.Context(), answering(200, `{"Plaintext":"AAEC","CiphertextBlob":"AA=="}`), kmstest.Secret, keyARN, "no data key"},
		"no ciphertext":     {t.Context(), answering(200, `{"Plaintext":"`+leak+`="}`), kmstest.Secret, keyARN, "no data key"},
		"an endless answer": {t.Context(), answering(200, `{"Plaintext":"`+strings.Repeat("A", 1<<20)+`"}`), kmstest.Secret, keyARN, "cannot be read"},
	} {
		key, err := remote(tt.endpoint, tt.secret).GenerateDataKey(tt.ctx, tt.key, nil)
		if key != nil || err == nil || !strings.HasSuffix(err.Error(), tt.end) || strings.Contains(err.Error(), leak) {
			t.Errorf("%s: %+v, %v", name, key, err)
		}
	}
}
