package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"ostiary/internal/quota"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/token"
)

var errBroken = errors.New("the disk is on fire")

// brokenStore fails whatever is asked of it.
type brokenStore struct{ store.Store }

func (brokenStore) View(context.Context, func(store.Reader) error) error { return errBroken }
func (brokenStore) Update(context.Context, func(store.Tx) error) error   { return errBroken }

// TestResourceServersAtTheDoor: what the door answers in the place of these operations is among their
// errors.
func TestResourceServersAtTheDoor(t *testing.T) {
	const pool, server = `"UserPoolId":"us-east-1_Unknown00"`, `"Identifier":"orders"`
	for operation, body := range map[string]string{
		"CreateResourceServer":   `{` + pool + `,` + server + `,"Name":"API"}`,
		"DescribeResourceServer": `{` + pool + `,` + server + `}`,
		"UpdateResourceServer":   `{` + pool + `,` + server + `,"Name":"API"}`,
		"DeleteResourceServer":   `{` + pool + `,` + server + `}`,
		"ListResourceServers":    `{` + pool + `}`,
		"GetClientToken":         `{"ClientId":"nobody","Secret":"0123456789abcdefghijklmnop"}`,
		"GetSigningCertificate":  `{` + pool + `}`,
	} {
		t.Run(operation, func(t *testing.T) {
			some := storetest.New(t)
			door, log := newDoor(t, some)
			door.Service.Tokens = &token.Service{Store: some, Now: door.Service.Now}
			answers := func(body string, status int, code string) {
				t.Helper()
				if w := post(t, door, operation, body); w.Code != status || !strings.Contains(w.Body.String(), `"__type":"`+code+`"`) {
					t.Errorf("%d %s, want %s", w.Code, w.Body, code)
				}
			}
			answers(body, http.StatusBadRequest, "ResourceNotFoundException")
			answers(`{}`, http.StatusBadRequest, "InvalidParameterException")

			door.Service.Store = brokenStore{some}
			door.Service.Tokens.Store = brokenStore{some}
			answers(body, http.StatusInternalServerError, "InternalErrorException")
			if !strings.Contains(log.String(), errBroken.Error()) {
				t.Error("the log does not say why")
			}
			door.Service.Store = some
			if operation == "GetSigningCertificate" {
				return // its model has no error for too many requests
			}
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
