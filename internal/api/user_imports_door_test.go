package api_test

import (
	"net/http"
	"strings"
	"testing"

	"ostiary/internal/quota"
	"ostiary/internal/store/storetest"
)

// TestImportsAtTheDoor: what every operation answers to a malformed request, to one on a pool that is not
// there, and past its rate.
func TestImportsAtTheDoor(t *testing.T) {
	const pool, job = `"UserPoolId":"us-west-2_gone"`, `"JobId":"import-0123456789"`
	for operation, body := range map[string]string{
		"GetCSVHeader":          `{` + pool + `}`,
		"CreateUserImportJob":   `{` + pool + `,"JobName":"job","CloudWatchLogsRoleArn":"arn:aws:iam::111122223333:role/import"}`,
		"DescribeUserImportJob": `{` + pool + `,` + job + `}`,
		"ListUserImportJobs":    `{` + pool + `,"MaxResults":1}`,
		"StartUserImportJob":    `{` + pool + `,` + job + `}`,
		"StopUserImportJob":     `{` + pool + `,` + job + `}`,
	} {
		t.Run(operation, func(t *testing.T) {
			some := storetest.New(t)
			door, _ := newDoor(t, some)
			door.Service.AccountID = "111122223333"
			answers := func(body string, status int, code string) {
				t.Helper()
				if w := post(t, door, operation, body); w.Code != status || !strings.Contains(w.Body.String(), `"__type":"`+code+`"`) {
					t.Errorf("%d %s, want %s", w.Code, w.Body, code)
				}
			}
			answers(body, http.StatusBadRequest, "ResourceNotFoundException")
			answers(`{}`, http.StatusBadRequest, "InvalidParameterException")
			answers(strings.NewReplacer("import-0", "export-0", `"MaxResults":1`, `"MaxResults":61`, `us-west-2_gone`, `us-west-2`).Replace(body),
				http.StatusBadRequest, "InvalidParameterException")
			door.Service.Store = brokenStore{some}
			answers(body, http.StatusInternalServerError, "InternalErrorException")
			door.Service.Store = some
			door.Service.Quota = quota.New()
			for range 1000 {
				if w := post(t, door, operation, body); !strings.Contains(w.Body.String(), `"ResourceNotFoundException"`) {
					if !strings.Contains(w.Body.String(), `"__type":"TooManyRequestsException"`) {
						t.Errorf("past its rate: %d %s", w.Code, w.Body)
					}
					return
				}
			}
			t.Error("1,000 requests at once were taken")
		})
	}
}
