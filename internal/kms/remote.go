package kms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"ostiary/internal/awsapi"
	"ostiary/internal/encryptionsdk"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// Remote makes data keys by GenerateDataKey of AWS KMS, or of what speaks like it.
type Remote struct {
	service *awsapi.Service
	client  *http.Client
}

// NewRemote is KMS at an endpoint, "" for the service itself in the region of each key.
func NewRemote(s awsapi.Service, client *http.Client) *Remote {
	s.Name, s.Host = "kms", ""
	return &Remote{&s, client}
}

// GenerateDataKey asks for a data key by the key of that ARN. Its errors are faults, for the log: they have the
// name of the service's error and nothing else of its answer.
func (r *Remote) GenerateDataKey(ctx context.Context, keyARN string, encryptionContext map[string]string) (*encryptionsdk.DataKey, error) {
	parts := strings.Split(keyARN, ":")
	if len(parts) < 6 {
		return nil, errors.New("kms: KMSKeyID is not the ARN of a key")
	}
	body, err := json.Marshal(struct {
		KeyID             string `json:"KeyId"`
		KeySpec           string
		EncryptionContext map[string]string `json:",omitempty"`
	}{keyARN, "AES_256", encryptionContext})
	if err != nil {
		return nil, fmt.Errorf("kms: write the request: %w", err)
	}
	req, err := r.service.Post(ctx, parts[1], parts[3], "/", map[string]string{
		"Content-Type": contentType, "X-Amz-Target": target + "GenerateDataKey",
	}, body)
	if err != nil {
		return nil, fmt.Errorf("kms: %w", err)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("kms: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	defer clear(answer)
	if err != nil {
		return nil, fmt.Errorf("kms: read the answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("kms: status %d %s", resp.StatusCode, errorName(answer))
	}
	var out struct {
		CiphertextBlob, Plaintext []byte
		KeyID                     string `json:"KeyId"`
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return nil, errors.New("kms: the answer cannot be read") // a part of it may be the key
	}
	if len(out.Plaintext) != encryptionsdk.DataKeySize || len(out.CiphertextBlob) == 0 {
		clear(out.Plaintext)
		return nil, errors.New("kms: the answer has no data key")
	}
	if out.KeyID == "" {
		out.KeyID = keyARN
	}
	return &encryptionsdk.DataKey{Plaintext: out.Plaintext, Encrypted: out.CiphertextBlob, KeyARN: out.KeyID}, nil
}

// errorName is the name of an error of the service, "" if it has none.
func errorName(answer []byte) string {
	var e struct {
		Type string `json:"__type"`
	}
	_ = json.Unmarshal(answer, &e) // what cannot be read stays empty
	name := e.Type[strings.LastIndexByte(e.Type, '#')+1:]
	if len(name) > 100 || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) {
		return ""
	}
	return name
}
