package metrics

import (
	"database/sql"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/signin"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// TestDocumented compares the registry with docs/metrics.md: names and labels.
func TestDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(ostiary_\\w+)` \\| (?:counter|gauge|histogram) \\| ([^|]*)\\| ").FindAllStringSubmatch(string(page), -1) {
		documented[row[1]] = strings.NewReplacer("`", "", " ", "").Replace(row[2])
	}
	registered := map[string]string{}
	descriptions := make(chan *prometheus.Desc)
	go func() {
		New(Sources{}).registry.Describe(descriptions)
		close(descriptions)
	}()
	form := regexp.MustCompile(`fqName: "(\w+)", help: "(.*)",(?: unit: "",)? constLabels: \{.*\}, variableLabels: \{(.*)\}\}$`)
	for d := range descriptions {
		parts := form.FindStringSubmatch(d.String())
		switch {
		case parts == nil:
			t.Errorf("cannot read %s", d)
		case strings.HasPrefix(parts[1], "go_"), strings.HasPrefix(parts[1], "process_"):
		default:
			registered[parts[1]] = parts[3]
		}
	}
	if len(registered) == 0 {
		t.Fatal("nothing is registered")
	}
	if diff := cmp.Diff(documented, registered); diff != "" {
		t.Errorf("docs/metrics.md (-) and the registry (+) differ:\n%s", diff)
	}
}

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestCounted(t *testing.T) {
	m := New(Sources{
		Triggers: func() []trigger.Count {
			return []trigger.Count{{Trigger: "PreSignUp", Outcome: trigger.Threw, Times: 3, Took: 1500 * time.Millisecond}}
		},
		FunctionRetries: func() uint64 { return 4 },
		StoreRetries:    func() uint64 { return 5 },
		Databases: func() map[string]sql.DBStats {
			return map[string]sql.DBStats{"all": {InUse: 1, Idle: 2, MaxOpenConnections: 9, WaitCount: 7, WaitDuration: time.Second}}
		},
		OutboxDepth: func() float64 { return 6 },
		Logs:        func() Logs { return Logs{Delivered: 10, Dropped: 11, Failures: 12, Waiting: 13} },
	})
	m.Request("SignUp", "", 20*time.Millisecond)
	m.Request("SignUp", cognitoidp.UsernameExistsException, time.Millisecond)
	m.Request("", cognitoidp.UnknownOperationException, 0)
	m.SignIn(cognitoidp.AuthFlowTypeUserSrpAuth, "", &signin.Answer{Challenge: cognitoidp.ChallengeNameTypePasswordVerifier}, nil)
	m.SignIn("", cognitoidp.ChallengeNameTypePasswordVerifier, &signin.Answer{Result: &cognitoidp.AuthenticationResultType{}}, nil)
	m.SignIn("", cognitoidp.ChallengeNameTypePasswordVerifier, nil, awserr.IncorrectUsernameOrPassword())
	m.SignIn("", cognitoidp.ChallengeNameTypePasswordVerifier, nil, errors.New("disk on fire"))
	m.Tokens("sign_in")
	m.Message(cognitoidp.DeliveryMediumTypeSms, "CustomMessage_SignUp", nil)
	m.Message(cognitoidp.DeliveryMediumTypeSms, "CustomMessage_SignUp", errors.New("no"))
	m.Refused(Quota, "SignUp")
	m.Refused(WebAccessList, "")
	m.ImportRows(userpool.ImportRowSkipped, 17)
	m.Swept(18, time.Unix(19, 500_000_000), nil)
	m.Swept(1, time.Unix(99, 0), errors.New("no"))
	text := scrape(t, m)
	for _, line := range []string{
		`ostiary_requests_total{code="OK",operation="SignUp"} 1`,
		`ostiary_requests_total{code="UsernameExistsException",operation="SignUp"} 1`,
		`ostiary_requests_total{code="UnknownOperationException",operation="unknown"} 1`,
		`ostiary_request_duration_seconds_bucket{operation="SignUp",le="0.01"} 1`,
		`ostiary_request_duration_seconds_count{operation="SignUp"} 2`,
		`ostiary_sign_in_steps_total{challenge="",flow="USER_SRP_AUTH",result="PASSWORD_VERIFIER"} 1`,
		`ostiary_sign_in_steps_total{challenge="PASSWORD_VERIFIER",flow="",result="tokens"} 1`,
		`ostiary_sign_in_steps_total{challenge="PASSWORD_VERIFIER",flow="",result="NotAuthorizedException"} 1`,
		`ostiary_sign_in_steps_total{challenge="PASSWORD_VERIFIER",flow="",result="InternalErrorException"} 1`,
		`ostiary_tokens_issued_total{grant="sign_in"} 1`,
		`ostiary_messages_total{medium="SMS",outcome="taken",trigger="CustomMessage_SignUp"} 1`,
		`ostiary_messages_total{medium="SMS",outcome="failed",trigger="CustomMessage_SignUp"} 1`,
		`ostiary_rate_limited_total{limit="quota",operation="SignUp"} 1`,
		`ostiary_rate_limited_total{limit="web_access_list",operation=""} 1`,
		`ostiary_import_rows_total{outcome="skipped"} 17`,
		`ostiary_sweeps_total{outcome="done"} 1`, `ostiary_sweeps_total{outcome="failed"} 1`,
		`ostiary_swept_records_total 19`, `ostiary_last_sweep_timestamp_seconds 19.5`,
		`ostiary_trigger_invocations_total{outcome="threw",trigger="PreSignUp"} 3`,
		`ostiary_trigger_duration_seconds_total{outcome="threw",trigger="PreSignUp"} 1.5`,
		`ostiary_function_retries_total 4`, `ostiary_store_retries_total 5`, `ostiary_outbox_messages 6`,
		`ostiary_database_connections{pool="all",state="in_use"} 1`, `ostiary_database_connections{pool="all",state="idle"} 2`,
		`ostiary_database_connections_max{pool="all"} 9`, `ostiary_database_waits_total{pool="all"} 7`, `ostiary_database_wait_seconds_total{pool="all"} 1`,
		`ostiary_exported_log_records_total{outcome="delivered"} 10`, `ostiary_exported_log_records_total{outcome="dropped"} 11`,
		`ostiary_exported_log_failures_total 12`, `ostiary_exported_log_records_waiting 13`,
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("lacks %s", line)
		}
	}
}

// TestNone: parts need not know whether anybody counts.
func TestNone(*testing.T) {
	var m *Metrics
	m.Request("SignUp", "", 0)
	m.SignIn("", "", nil, nil)
	m.Tokens("")
	m.Message("", "", nil)
	m.Refused("", "")
	m.ImportRows("", 1)
	m.Swept(1, time.Time{}, nil)
}
