package eventlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ostiary/internal/awsapi"
)

func records(n int) []Record {
	list := make([]Record, n)
	for i := range list {
		list[i] = Record{ARN: groupARN + ":*", PoolID: "us-east-1_p", Time: time.UnixMilli(int64(1000 - i)), JSON: fmt.Appendf(nil, `{"n":%d}`, i)}
	}
	return list
}

func TestNames(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:logs:us-east-1:000000000000:log-group:/aws/a:*": "/aws/a", groupARN: "group",
		"arn:aws:firehose:us-east-1:000000000000:deliverystream/s": "s", "arn:aws:s3:::bucket/a/b": "bucket", "arn:aws:s3:::bucket": "bucket", "x": "x",
	} {
		if got := nameIn(arn); got != want {
			t.Errorf("%s: %q, want %q", arn, got, want)
		}
	}
}

// TestFile: lines are appended, also after the file was moved away.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.jsonl")
	for range 2 {
		if err := File(path).Deliver(t.Context(), records(2)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := File(path).Deliver(t.Context(), records(1)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{path + ".1": "{\"n\":0}\n{\"n\":1}\n{\"n\":0}\n{\"n\":1}\n", path: "{\"n\":0}\n"} {
		got, err := os.ReadFile(name)
		if err != nil || string(got) != want {
			t.Errorf("%v %q", err, got)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", err, info.Mode())
		}
	}
	if err := File(filepath.Join(path, "no")).Deliver(t.Context(), records(1)); err == nil || errors.Is(err, ErrFinal) {
		t.Error(err)
	}
}

func TestPost(t *testing.T) {
	status, body := 0, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		text, _ := io.ReadAll(req.Body)
		body = req.Method + " " + req.Header.Get("Content-Type") + " " + string(text)
		w.WriteHeader(status)
	}))
	defer server.Close()
	for _, test := range []struct {
		status      int
		well, final bool
	}{{200, true, false}, {204, true, false}, {400, false, true}, {401, false, true}, {408, false, false}, {429, false, false}, {503, false, false}} {
		status = test.status
		err := Post{server.URL + "/in?key=hunter2", server.Client()}.Deliver(t.Context(), records(2))
		if (err == nil) != test.well || errors.Is(err, ErrFinal) != test.final {
			t.Errorf("%d: %v", test.status, err)
		}
		if want := `POST application/json [{"n":0},{"n":1}]`; body != want {
			t.Errorf("got %s", body)
		}
	}
	server.Close()
	if err := (Post{server.URL + "/in?key=hunter2", server.Client()}).Deliver(t.Context(), records(1)); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

// logs is CloudWatch Logs with one group.
type logs struct {
	t       *testing.T
	group   string
	streams map[string][]string // the texts in each
	calls   []string
	refuse  string // the error that the next call gets
}

func (l *logs) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var in struct {
		LogGroupName, LogStreamName string
		LogEvents                   []struct {
			Timestamp int64
			Message   string
		}
	}
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		l.t.Error(err)
	}
	if a := req.Header.Get("Authorization"); !strings.HasPrefix(a, "AWS4-HMAC-SHA256 Credential=AKID/") || !strings.Contains(a, "/us-east-1/logs/aws4_request") {
		l.t.Errorf("signature %q", a)
	}
	operation := strings.TrimPrefix(req.Header.Get("X-Amz-Target"), "Logs_20140328.")
	l.calls = append(l.calls, operation)
	fail := func(code string) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":"com.amazonaws.logs#%s","message":"m"}`, code)
	}
	_, exists := l.streams[in.LogStreamName]
	switch {
	case l.refuse != "":
		fail(l.refuse)
		l.refuse = ""
	case in.LogGroupName != l.group:
		fail("ResourceNotFoundException")
	case operation == "CreateLogStream" && exists:
		fail("ResourceAlreadyExistsException")
	case operation == "CreateLogStream":
		l.streams[in.LogStreamName] = nil
		fmt.Fprint(w, "{}")
	case !exists:
		fail("ResourceNotFoundException")
	default:
		last := int64(0)
		for _, e := range in.LogEvents {
			if e.Timestamp < last {
				l.t.Error("out of order")
			}
			last = e.Timestamp
			l.streams[in.LogStreamName] = append(l.streams[in.LogStreamName], e.Message)
		}
		fmt.Fprint(w, `{"nextSequenceToken":"1"}`)
	}
}

// TestCloudWatch: the stream is made when it is missing, events are in order, and what is too much for one
// call goes in several.
func TestCloudWatch(t *testing.T) {
	l := &logs{t: t, group: "group", streams: map[string][]string{}}
	server := httptest.NewServer(l)
	defer server.Close()
	w := NewCloudWatch(awsapi.Service{Endpoint: server.URL, Credentials: awsapi.Keys("AKID", "secret"), Now: time.Now}, server.Client())
	if err := w.Deliver(t.Context(), records(3)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(l.calls, l.streams); got != `[PutLogEvents CreateLogStream PutLogEvents] map[us-east-1_p:[{"n":2} {"n":1} {"n":0}]]` {
		t.Error(got)
	}
	l.calls = nil
	large := records(3)
	for i := range large {
		large[i].JSON = fmt.Appendf(nil, "%q", strings.Repeat("x", 500_000))
	}
	if err := w.Deliver(t.Context(), large); err != nil || len(l.calls) != 2 || len(l.streams["us-east-1_p"]) != 6 {
		t.Errorf("%v %v", err, l.calls)
	}
	for code, final := range map[string]bool{"ThrottlingException": false, "AccessDeniedException": true} {
		l.refuse = code
		if err := w.Deliver(t.Context(), records(1)); err == nil || errors.Is(err, ErrFinal) != final || !strings.Contains(err.Error(), code) {
			t.Errorf("%s: %v", code, err)
		}
	}
	l.group = "another"
	if err := w.Deliver(t.Context(), records(1)); !errors.Is(err, ErrFinal) {
		t.Errorf("no group: %v", err)
	}
	// What one pool has named wrongly costs no other its records.
	l.group, l.streams = "group", map[string][]string{}
	mixed := records(4)
	mixed[0].ARN, mixed[0].PoolID = "arn:aws:logs:us-east-1:0:log-group:gone", "us-east-1_q"
	var partial *Partial
	if err := w.Deliver(t.Context(), mixed); !errors.As(err, &partial) || partial.Lost != 1 || partial.Again != nil || !errors.Is(err, ErrFinal) || len(l.streams["us-east-1_p"]) != 3 {
		t.Errorf("%v %v", err, l.streams)
	}
	l.refuse = "ThrottlingException"
	if err := w.Deliver(t.Context(), mixed); !errors.As(err, &partial) || partial.Lost != 0 || len(partial.Again) != 1 || len(l.streams["us-east-1_p"]) != 6 {
		t.Errorf("%v %v", err, l.streams)
	}
	elsewhere := records(1)
	elsewhere[0].ARN = "arn:aws:logs:evil.example/:0:log-group:group"
	if err := w.Deliver(t.Context(), elsewhere); !errors.Is(err, ErrFinal) {
		t.Errorf("an odd region: %v", err)
	}
}
