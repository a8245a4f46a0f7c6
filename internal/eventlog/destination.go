package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"ostiary/internal/awsapi"
)

// nameIn is the name in the ARN of a log group (arn:…:log-group:NAME or with :* at its end), a delivery
// stream (arn:…:deliverystream/NAME) or a bucket (arn:aws:s3:::NAME/prefix).
func nameIn(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn
	}
	resource := parts[5]
	if name, ok := strings.CutPrefix(resource, "log-group:"); ok {
		return strings.TrimSuffix(name, ":*")
	}
	if name, ok := strings.CutPrefix(resource, "deliverystream/"); ok {
		return name
	}
	bucket, _, _ := strings.Cut(resource, "/")
	return bucket
}

// File appends records to a file, one a line. The file is opened for every batch, so that it can be moved
// away and begun again at any time.
type File string

// Deliver implements Destination.
func (f File) Deliver(_ context.Context, batch []Record) (err error) {
	var lines bytes.Buffer
	for _, r := range batch {
		lines.Write(r.JSON)
		lines.WriteByte('\n')
	}
	file, err := os.OpenFile(string(f), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the file of a log: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if n, err := file.Write(lines.Bytes()); err != nil { // one write, so that several nodes do not mix lines
		if n > 0 {
			return fmt.Errorf("append to the file of a log, in part: %w, %w", err, ErrFinal)
		}
		return fmt.Errorf("append to the file of a log: %w", err)
	}
	return nil
}

// Post sends records as a JSON array by POST. A status from 200 to 299 takes them; of the others 408, 429 and
// those from 500 ask for another try.
type Post struct {
	URL    string
	Client *http.Client
}

// Deliver implements Destination.
func (p Post) Deliver(ctx context.Context, batch []Record) error {
	lines := make([]json.RawMessage, len(batch))
	for i, r := range batch {
		lines[i] = r.JSON
	}
	body, err := json.Marshal(lines)
	if err != nil {
		return fmt.Errorf("write a batch: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: the address of a log is no URL", ErrFinal)
	}
	req.Header.Set("Content-Type", "application/json")
	_, err = send(p.Client, req)
	return err
}

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 64 << 10

// send does a request. Its errors have no address, which may have a secret in it.
func send(client *http.Client, req *http.Request) (body []byte, err error) {
	resp, err := client.Do(req)
	if err != nil {
		var where *url.Error
		if errors.As(err, &where) {
			err = where.Err
		}
		return nil, fmt.Errorf("send a batch: %w", err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case resp.StatusCode/100 == 2:
		return body, nil // whatever the rest of it was
	case err != nil:
		return nil, fmt.Errorf("read the answer to a batch: %w", err)
	case resp.StatusCode >= 500, resp.StatusCode == http.StatusRequestTimeout, resp.StatusCode == http.StatusTooManyRequests:
		return body, fmt.Errorf("the destination answers %d", resp.StatusCode)
	default:
		return body, fmt.Errorf("the destination answers %d: %w", resp.StatusCode, ErrFinal)
	}
}

// CloudWatch puts records into log groups by the API of CloudWatch Logs, signed by Signature Version 4: into
// the group that the ARN names, the stream named as the user pool.
type CloudWatch struct {
	service awsapi.Service
	client  *http.Client
}

// NewCloudWatch is the API at the service's endpoint, "" for the service itself in the region of each log group.
func NewCloudWatch(s awsapi.Service, client *http.Client) *CloudWatch {
	s.Name = "logs"
	return &CloudWatch{s, client}
}

// maxPut is how much PutLogEvents takes, in bytes, of which every event counts 26 beside its text.
const maxPut, perEvent = 1 << 20, 26

// Deliver implements Destination. A stream that does not take its records keeps no other from its own.
func (c *CloudWatch) Deliver(ctx context.Context, batch []Record) error {
	type stream struct{ arn, pool string }
	streams, order := map[stream][]Record{}, []stream{}
	for _, r := range batch {
		key := stream{r.ARN, r.PoolID}
		if streams[key] == nil {
			order = append(order, key)
		}
		streams[key] = append(streams[key], r)
	}
	var failed Partial
	for _, key := range order {
		records := streams[key]
		slices.SortStableFunc(records, func(a, b Record) int { return a.Time.Compare(b.Time) })
		for len(records) > 0 {
			n, size := 0, 0
			for n < len(records) && (n == 0 || size+len(records[n].JSON)+perEvent <= maxPut) {
				size += len(records[n].JSON) + perEvent
				n++
			}
			err := c.put(ctx, key.arn, key.pool, records[:n])
			if errors.Is(err, ErrFinal) {
				failed.Lost, failed.Err = failed.Lost+len(records), err
				break
			}
			if err != nil {
				failed.Again, failed.Err = append(failed.Again, records...), err
				break
			}
			records = records[n:]
		}
	}
	if failed.Err != nil {
		return &failed
	}
	return nil
}

func (c *CloudWatch) put(ctx context.Context, arn, stream string, records []Record) error {
	type event struct {
		Timestamp int64  `json:"timestamp"` // milliseconds since 1970
		Message   string `json:"message"`
	}
	events := make([]event, len(records))
	for i, r := range records {
		events[i] = event{r.Time.UnixMilli(), string(r.JSON)}
	}
	where := map[string]any{"logGroupName": nameIn(arn), "logStreamName": stream}
	in := map[string]any{"logGroupName": nameIn(arn), "logStreamName": stream, "logEvents": events}
	code, err := c.call(ctx, arn, "PutLogEvents", in)
	if code != "ResourceNotFoundException" {
		return err
	}
	if code, err := c.call(ctx, arn, "CreateLogStream", where); err != nil && code != "ResourceAlreadyExistsException" {
		return err
	}
	_, err = c.call(ctx, arn, "PutLogEvents", in)
	return err
}

// call answers the code of an error that the API has answered.
func (c *CloudWatch) call(ctx context.Context, arn, operation string, in any) (code string, err error) {
	parts := strings.Split(arn, ":")
	if len(parts) < 7 || parts[2] != "logs" {
		return "", fmt.Errorf("%w: not the ARN of a log group", ErrFinal)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("write %s: %w", operation, err)
	}
	req, err := c.service.Post(ctx, parts[1], parts[3], "/",
		map[string]string{"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Logs_20140328." + operation}, body)
	switch {
	case errors.Is(err, awsapi.ErrRegion):
		return "", fmt.Errorf("%w: not the ARN of a log group", ErrFinal)
	case err != nil:
		return "", err
	}
	answer, err := send(c.client, req)
	if err == nil {
		return "", nil
	}
	var refusal struct {
		Type string `json:"__type"`
	}
	_ = json.Unmarshal(answer, &refusal) // what cannot be read has no code
	code = refusal.Type[strings.LastIndexByte(refusal.Type, '#')+1:]
	err = fmt.Errorf("%s %s: %w", operation, code, err)
	if code == "ThrottlingException" || code == "ServiceUnavailableException" {
		err = errors.New(operation + ": " + code) // comes with 400, and passes
	}
	return code, err
}
