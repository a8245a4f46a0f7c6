// Package kmstest is a KMS for tests: it answers GenerateDataKey and Decrypt to requests that are signed with
// its key, and remembers what it has encrypted in place of encrypting it.
package kmstest

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"ostiary/internal/sigv4"
)

// The key that requests have to be signed with.
const (
	KeyID  = "AKIDKMSTEST000000001"
	Secret = "the secret of tests of data keys, long enough"
)

// KMS is one that runs until the end of its test. Every ARN names a key of it.
type KMS struct {
	URL string

	mu   sync.Mutex
	kept map[string]kept // by ciphertext
	log  []string
	// refusal answers all requests while it is not "".
	refusal string
}

type kept struct {
	arn       string
	context   map[string]string
	plaintext []byte
}

// Start runs a KMS.
func Start(tb testing.TB) *KMS {
	tb.Helper()
	k := &KMS{kept: map[string]kept{}}
	verifier := sigv4.For("kms")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return // the caller has hung up
		}
		if _, err := verifier.Verify(req, body, func(id string) (string, bool) { return Secret, id == KeyID }, time.Now()); err != nil {
			refuse(w, "InvalidSignatureException")
			return
		}
		k.answer(w, req.Header.Get("X-Amz-Target"), body)
	}))
	tb.Cleanup(server.Close)
	k.URL = server.URL
	return k
}

// Refuse has all requests answered with an error of that name; "" ends it.
func (k *KMS) Refuse(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refusal = name
}

// Requests are the operations so far, each with the key's ARN.
func (k *KMS) Requests() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string(nil), k.log...)
}

func (k *KMS) answer(w http.ResponseWriter, target string, body []byte) {
	var in struct {
		KeyID             string `json:"KeyId"`
		KeySpec           string
		EncryptionContext map[string]string
		CiphertextBlob    []byte
	}
	if err := json.Unmarshal(body, &in); err != nil {
		refuse(w, "SerializationException")
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.log = append(k.log, target+" "+in.KeyID)
	out := map[string]any{"KeyId": in.KeyID}
	switch {
	case k.refusal != "":
		refuse(w, k.refusal)
		return
	case target == "TrentService.GenerateDataKey" && in.KeySpec == "AES_256":
		plaintext, blob := make([]byte, 32), make([]byte, 184)
		rand.Read(plaintext) // never fails
		rand.Read(blob)
		k.kept[string(blob)] = kept{in.KeyID, in.EncryptionContext, plaintext}
		out["Plaintext"], out["CiphertextBlob"] = plaintext, blob
	case target == "TrentService.Decrypt":
		found, ok := k.kept[string(in.CiphertextBlob)]
		switch {
		case !ok || !maps.Equal(found.context, in.EncryptionContext):
			refuse(w, "InvalidCiphertextException")
			return
		case in.KeyID != "" && in.KeyID != found.arn:
			refuse(w, "IncorrectKeyException")
			return
		}
		out["KeyId"], out["Plaintext"] = found.arn, found.plaintext
	default:
		refuse(w, "ValidationException")
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	write(w, out)
}

func refuse(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(http.StatusBadRequest)
	write(w, map[string]string{"__type": name, "message": "refused"})
}

// write sends a value that is JSON. A caller who has hung up does not read it.
func write(w io.Writer, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // of a test's own values
	}
	_, _ = w.Write(text)
}
