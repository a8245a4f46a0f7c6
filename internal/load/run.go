package load

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
)

// Run is a mix of operations against a server that has a crowd.
type Run struct {
	Endpoint string // URL of the server
	Crowd    *Crowd
	Mix      []string // of Operations, done in turn
	Workers  int      // how many requests there are at a time
	For      time.Duration
	// The access key that operations of administrators are signed with. A development server takes any.
	AccessKey, SecretKey string
	Rand                 io.Reader
}

// worker makes one request after the other.
type worker struct {
	*Run
	client *http.Client
	signer *v4.Signer
	runID  string
	tokens []tokens
	done   map[string]*tally
}

// tally is what came of an operation.
type tally struct {
	took   []time.Duration // of those that were answered
	errors map[string]int  // by what was wrong
}

// Do drives the server until the time is over.
func (r *Run) Do(ctx context.Context) (*Report, error) {
	floors, err := measureFloors()
	if err != nil {
		return nil, err
	}
	runID, err := secret.Token(r.Rand, 6)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: r.Workers} // and no proxy: nothing but the endpoint
	defer transport.CloseIdleConnections()
	workers := make([]*worker, r.Workers)
	for i := range workers {
		workers[i] = &worker{
			Run: r, client: &http.Client{Transport: transport, Timeout: time.Minute}, signer: v4.NewSigner(),
			runID: runID, done: map[string]*tally{},
		}
	}
	if err := workers[0].signInSome(ctx); err != nil {
		return nil, err
	}
	var calls counter
	ctx, cancel := context.WithTimeout(ctx, r.For)
	defer cancel()
	start := time.Now()
	var running sync.WaitGroup
	for _, w := range workers {
		w.tokens = workers[0].tokens
		running.Go(func() { w.work(ctx, &calls) })
	}
	running.Wait()
	return newReport(workers, floors, time.Since(start)), nil
}

// signInSome gets the tokens that some operations need; it is not measured.
func (w *worker) signInSome(ctx context.Context) error {
	for n := range min(16, w.Crowd.Able()) {
		t, err := signInAs(ctx, w, n)
		if err != nil {
			return fmt.Errorf("sign in before the run: %w", err)
		}
		w.tokens = append(w.tokens, t)
	}
	return nil
}

func (w *worker) work(ctx context.Context, calls *counter) {
	for {
		n := calls.next()
		name := w.Mix[n%len(w.Mix)]
		start := time.Now()
		err := operations[name].do(ctx, w, n)
		took := time.Since(start)
		if ctx.Err() != nil {
			return // it was cut off
		}
		t := w.done[name]
		if t == nil {
			t = &tally{errors: map[string]int{}}
			w.done[name] = t
		}
		if err != nil {
			t.errors[err.Error()]++
			continue
		}
		t.took = append(t.took, took)
	}
}

// call is one operation. Its error is the one of the API, without the message, so that equal ones count
// as equal.
func (w *worker) call(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(w.Endpoint, "/")+"/", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("address of the server: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", cognitoidp.TargetPrefix+operation)
	if o, _ := cognitoidp.OperationByName(operation); o.Signed {
		hash := sha256.Sum256(body)
		region, _, _ := strings.Cut(w.Crowd.PoolID, "_")
		key := aws.Credentials{AccessKeyID: w.AccessKey, SecretAccessKey: w.SecretKey}
		if err := w.signer.SignHTTP(ctx, key, req, hex.EncodeToString(hash[:]), "cognito-idp", region, time.Now()); err != nil {
			return fmt.Errorf("sign: %w", err)
		}
	}
	res, err := w.client.Do(req)
	if err != nil {
		return errors.New("no answer: " + errors.Unwrap(err).Error())
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		var refusal struct {
			Type string `json:"__type"`
		}
		if json.Unmarshal(answer, &refusal) != nil || refusal.Type == "" {
			return errors.New(res.Status)
		}
		return errors.New(refusal.Type)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("decode the answer: %w", err)
	}
	return nil
}
