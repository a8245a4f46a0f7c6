package metrics

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ostiary/cognitoidp"
	"ostiary/internal/signin"
	"ostiary/internal/userpool"
)

// Metrics counts. Make it with New; it is safe for concurrent use. A nil Metrics counts nothing.
type Metrics struct {
	registry *prometheus.Registry

	requests    *prometheus.CounterVec
	durations   *prometheus.HistogramVec
	signIns     *prometheus.CounterVec
	tokens      *prometheus.CounterVec
	messages    *prometheus.CounterVec
	refused     *prometheus.CounterVec
	importRows  *prometheus.CounterVec
	sweeps      *prometheus.CounterVec
	sweptRows   prometheus.Counter
	sweptLastly prometheus.Gauge
}

// durationBuckets are in seconds: an operation takes from a fraction of a millisecond to the thirty seconds
// after which it is given up.
var durationBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// New makes metrics that read what the sources have counted.
func New(sources Sources) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ostiary_" + name, Help: help}, labels)
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: counter("requests_total", "Requests to the API, by operation and error code (OK for success).", "operation", "code"),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ostiary_request_duration_seconds", Help: "How long requests to the API took, by operation.", Buckets: durationBuckets,
		}, []string{"operation"}),
		signIns: counter("sign_in_steps_total", "Steps of sign-ins, by the flow that began or the challenge that was answered, and what came of it: tokens, the next challenge, or an error code.",
			"flow", "challenge", "result"),
		tokens:     counter("tokens_issued_total", "How often tokens were issued, by what for.", "grant"),
		messages:   counter("messages_total", "E-mails and SMS messages, by medium, trigger and outcome (taken or failed).", "medium", "trigger", "outcome"),
		refused:    counter("rate_limited_total", "Requests refused for their rate or origin, by what refused them and operation.", "limit", "operation"),
		importRows: counter("import_rows_total", "Rows of user import jobs, by outcome.", "outcome"),
		sweeps:     counter("sweeps_total", "Runs of the removal of what has expired, by outcome.", "outcome"),
		sweptRows:  prometheus.NewCounter(prometheus.CounterOpts{Name: "ostiary_swept_records_total", Help: "Expired records that were removed."}),
		sweptLastly: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "ostiary_last_sweep_timestamp_seconds", Help: "When expired records were last removed without an error, in seconds since 1970.",
		}),
	}
	m.registry.MustRegister(m.requests, m.durations, m.signIns, m.tokens, m.messages, m.refused, m.importRows,
		m.sweeps, m.sweptRows, m.sweptLastly, sources,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers the metrics in the form that the one who asks prefers.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Request counts one request to the API; operation is "" for one that named none there is.
func (m *Metrics) Request(operation string, code cognitoidp.ErrorCode, took time.Duration) {
	if m == nil {
		return
	}
	if operation == "" {
		operation = "unknown"
	}
	m.requests.WithLabelValues(operation, orOK(code)).Inc()
	m.durations.WithLabelValues(operation).Observe(took.Seconds())
}

func orOK(code cognitoidp.ErrorCode) string {
	if code == "" {
		return "OK"
	}
	return string(code)
}

// SignIn counts one step of a sign-in: its beginning by a flow, or the answer to a challenge.
func (m *Metrics) SignIn(flow cognitoidp.AuthFlowType, challenge cognitoidp.ChallengeNameType, answer *signin.Answer, err error) {
	if m == nil {
		return
	}
	result := "tokens"
	switch {
	case err != nil:
		result = codeOf(err)
	case answer.Result == nil:
		result = string(answer.Challenge)
	}
	m.signIns.WithLabelValues(string(flow), string(challenge), result).Inc()
}

// codeOf is the code of an error as the door answers it.
func codeOf(err error) string {
	var refusal *cognitoidp.Error
	if errors.As(err, &refusal) {
		return string(refusal.Code)
	}
	return string(cognitoidp.InternalErrorException)
}

// Tokens counts tokens that were issued.
func (m *Metrics) Tokens(grant string) {
	if m != nil {
		m.tokens.WithLabelValues(grant).Inc()
	}
}

// Message counts a message that was handed over, or was not.
func (m *Metrics) Message(medium cognitoidp.DeliveryMediumType, trigger string, err error) {
	if m != nil {
		m.messages.WithLabelValues(string(medium), trigger, outcome(err, "taken")).Inc()
	}
}

// The limits that refuse requests.
const (
	Quota         = "quota"
	WebAccessList = "web_access_list"
)

// Refused counts a request that a limit has refused; operation is "" where it was not looked at.
func (m *Metrics) Refused(limit, operation string) {
	if m != nil {
		m.refused.WithLabelValues(limit, operation).Inc()
	}
}

// ImportRows counts rows of user import jobs with one outcome.
func (m *Metrics) ImportRows(outcome userpool.ImportOutcome, n int) {
	if m != nil {
		m.importRows.WithLabelValues(strings.ToLower(string(outcome))).Add(float64(n))
	}
}

// Swept counts a removal of what had expired.
func (m *Metrics) Swept(removed int, at time.Time, err error) {
	if m == nil {
		return
	}
	m.sweeps.WithLabelValues(outcome(err, "done")).Inc()
	m.sweptRows.Add(float64(removed))
	if err == nil {
		m.sweptLastly.Set(float64(at.UnixNano()) / 1e9)
	}
}

func outcome(err error, well string) string {
	if err != nil {
		return "failed"
	}
	return well
}
