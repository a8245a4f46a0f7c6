package test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

// importing is a pool to import into, over HTTP.
type importing struct {
	t      *testing.T
	server *ostiarytest.Server
	api    *idp.Client
	pool   *string
}

func newImporting(t *testing.T, database string) *importing {
	t.Helper()
	server := ostiarytest.Start(t, ostiarytest.WithDatabase(database))
	i := &importing{t: t, server: server, api: server.Client()}
	pool, err := i.api.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{
		PoolName: aws.String("imports"), AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"},
		UsernameAttributes: []types.UsernameAttributeType{"email"},
	})
	if err != nil {
		t.Fatal(err)
	}
	i.pool = pool.UserPool.Id
	return i
}

func (i *importing) create() *types.UserImportJobType {
	i.t.Helper()
	out, err := i.api.CreateUserImportJob(i.t.Context(), &idp.CreateUserImportJobInput{
		UserPoolId: i.pool, JobName: aws.String("job"), CloudWatchLogsRoleArn: aws.String("arn:aws:iam::000000000000:role/import"),
	})
	if err != nil {
		i.t.Fatal(err)
	}
	return out.UserImportJob
}

// file is a CSV file of n users, and a line that is none.
func (i *importing) file(n int) string {
	i.t.Helper()
	header, err := i.api.GetCSVHeader(i.t.Context(), &idp.GetCSVHeaderInput{UserPoolId: i.pool})
	if err != nil {
		i.t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintln(&b, strings.Join(header.CSVHeader, ","))
	for u := range n {
		for c, column := range header.CSVHeader {
			if c > 0 {
				b.WriteByte(',')
			}
			switch column {
			case "cognito:username", "email":
				fmt.Fprintf(&b, "user%d@example.com", u)
			case "name":
				b.WriteString(`"Doe, Jo"`)
			case "email_verified":
				b.WriteString("true")
			case "cognito:mfa_enabled":
				b.WriteString("false")
			}
		}
		b.WriteString("\r\n")
	}
	b.WriteString("no user\n")
	return b.String()
}

// put uploads, as curl -T does, and answers the status and the code of an error.
func (i *importing) put(address, text string, headers ...string) string {
	i.t.Helper()
	req, err := http.NewRequestWithContext(i.t.Context(), http.MethodPut, address, strings.NewReader(text))
	if err != nil {
		i.t.Fatal(err)
	}
	req.Header.Set("x-amz-server-side-encryption", "aws:kms")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
		if value == "" {
			req.Header.Del(name)
		}
	}
	return i.do(req)
}

func (i *importing) do(req *http.Request) string {
	i.t.Helper()
	transport := http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: time.Minute}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		i.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	if resp.StatusCode == http.StatusOK {
		if len(body) > 0 || resp.Header.Get("ETag") == "" || resp.Header.Get("x-amz-server-side-encryption") != "aws:kms" {
			i.t.Errorf("an upload was answered %q and %v", body, resp.Header)
		}
		return "200"
	}
	var refusal struct {
		XMLName                  xml.Name `xml:"Error"`
		Code, Message, RequestId string
	}
	if err := xml.Unmarshal(body, &refusal); err != nil || refusal.Message == "" || refusal.RequestId != resp.Header.Get("x-amz-request-id") ||
		resp.Header.Get("Content-Type") != "application/xml" || !bytes.HasPrefix(body, []byte("<?xml ")) {
		i.t.Errorf("no error of S3: %s", body)
	}
	return fmt.Sprint(resp.StatusCode, " ", refusal.Code)
}

func (i *importing) start(id *string) {
	i.t.Helper()
	if _, err := i.api.StartUserImportJob(i.t.Context(), &idp.StartUserImportJobInput{UserPoolId: i.pool, JobId: id}); err != nil {
		i.t.Fatal(err)
	}
}

// await asks until the job has ended, or done says so.
func (i *importing) await(id *string, done func(*types.UserImportJobType) bool) *types.UserImportJobType {
	i.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		out, err := i.api.DescribeUserImportJob(i.t.Context(), &idp.DescribeUserImportJobInput{UserPoolId: i.pool, JobId: id})
		if err != nil {
			i.t.Fatal(err)
		}
		if job := out.UserImportJob; job.CompletionDate != nil || done != nil && done(job) {
			return job
		}
		<-tick.C
	}
}

func databases() map[string]func(t *testing.T) string {
	return map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "o.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	}
}

// TestUserImport: a file is uploaded and imported, and who was imported sets a password by the code that
// is sent, and signs in.
func TestUserImport(t *testing.T) {
	for name, where := range databases() {
		t.Run(name, func(t *testing.T) {
			i := newImporting(t, where(t))
			job := i.create()
			if got := i.put(*job.PreSignedUrl, i.file(3000)); got != "200" {
				t.Fatal(got)
			}
			i.start(job.JobId)
			job = i.await(job.JobId, nil)
			if job.Status != "Succeeded" || job.ImportedUsers != 3000 || job.FailedUsers != 1 || job.SkippedUsers != 0 {
				t.Fatalf("%s %s: %d imported, %d failed", job.Status, *job.CompletionMessage, job.ImportedUsers, job.FailedUsers)
			}
			pool, err := i.api.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: i.pool})
			if err != nil || pool.UserPool.EstimatedNumberOfUsers != 3000 {
				t.Errorf("%d users, %v", pool.UserPool.EstimatedNumberOfUsers, err)
			}
			i.signIn("user2999@example.com")
		})
	}
}

func (i *importing) signIn(name string) {
	i.t.Helper()
	ctx := i.t.Context()
	client, err := i.api.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{
		UserPoolId: i.pool, ClientName: aws.String("app"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	if err != nil {
		i.t.Fatal(err)
	}
	id := client.UserPoolClient.ClientId
	if _, err := i.api.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: id, Username: &name}); err != nil {
		i.t.Fatal(err)
	}
	const password = "Passw0rd!"
	if _, err := i.api.ConfirmForgotPassword(ctx, &idp.ConfirmForgotPasswordInput{
		ClientId: id, Username: &name, ConfirmationCode: aws.String(i.server.Messages()[0].Code), Password: aws.String(password),
	}); err != nil {
		i.t.Fatal(err)
	}
	out, err := i.api.InitiateAuth(ctx, &idp.InitiateAuthInput{
		ClientId: id, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password},
	})
	if err != nil || out.AuthenticationResult == nil {
		i.t.Errorf("sign-in: %v", err)
	}
}

// TestUserImportOverRestarts: servers that stop and start in the middle of a job leave each user once.
func TestUserImportOverRestarts(t *testing.T) {
	for name, where := range databases() {
		t.Run(name, func(t *testing.T) {
			database := where(t)
			const users = 4000
			var id, pool *string
			seen := int64(0)
			for round, done := 0, false; !done; round++ {
				t.Run(fmt.Sprintf("start %d", round), func(t *testing.T) {
					var i *importing
					if round == 0 {
						i = newImporting(t, database)
						job := i.create()
						if got := i.put(*job.PreSignedUrl, i.file(users)); got != "200" {
							t.Fatal(got)
						}
						id, pool = job.JobId, i.pool
						i.start(id)
					} else {
						server := ostiarytest.Start(t, ostiarytest.WithDatabase(database))
						i = &importing{t: t, server: server, api: server.Client(), pool: pool}
					}
					i.t = t
					job := i.await(id, func(j *types.UserImportJobType) bool { return j.ImportedUsers > seen && round < 3 })
					if job.ImportedUsers < seen {
						t.Errorf("%d users after %d", job.ImportedUsers, seen)
					}
					seen, done = job.ImportedUsers, job.CompletionDate != nil
					if !done {
						return
					}
					if round == 0 {
						t.Log("done before the first restart")
					}
					all, err := i.api.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: pool})
					if err != nil || job.Status != "Succeeded" || job.ImportedUsers != users || job.FailedUsers != 1 || job.SkippedUsers != 0 ||
						all.UserPool.EstimatedNumberOfUsers != users {
						t.Errorf("%s: %d imported, %d skipped, %d failed, %d users, %v", job.Status, job.ImportedUsers, job.SkippedUsers,
							job.FailedUsers, all.UserPool.EstimatedNumberOfUsers, err)
					}
				})
				if t.Failed() {
					return
				}
			}
		})
	}
}

// TestUserImportStops, in the middle.
func TestUserImportStops(t *testing.T) {
	i := newImporting(t, "sqlite::memory:")
	job := i.create()
	if got := i.put(*job.PreSignedUrl, i.file(20_000)); got != "200" {
		t.Fatal(got)
	}
	i.start(job.JobId)
	i.await(job.JobId, func(j *types.UserImportJobType) bool { return j.ImportedUsers > 0 })
	out, err := i.api.StopUserImportJob(t.Context(), &idp.StopUserImportJobInput{UserPoolId: i.pool, JobId: job.JobId})
	if err != nil {
		t.Fatal(err)
	}
	imported := out.UserImportJob.ImportedUsers
	job = i.await(job.JobId, nil)
	if job.Status != "Stopped" || job.ImportedUsers != imported || imported == 0 || imported >= 20_000 {
		t.Errorf("%s: %d imported at the stop, %d after it", job.Status, imported, job.ImportedUsers)
	}
}

// TestImportUploads: what the address of a file refuses, as S3 does.
func TestImportUploads(t *testing.T) {
	i := newImporting(t, "sqlite::memory:")
	job, other := i.create(), i.create()
	address := *job.PreSignedUrl
	sum := md5.Sum([]byte("users"))
	digest := base64.StdEncoding.EncodeToString(sum[:])
	with := func(method string, change func(*http.Request)) string {
		req, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("x-amz-server-side-encryption", "aws:kms")
		if change != nil {
			change(req)
		}
		return i.do(req)
	}
	path, query, _ := strings.Cut(address, "?")
	_, otherQuery, _ := strings.Cut(*other.PreSignedUrl, "?")
	for name, c := range map[string]struct{ got, want string }{
		"once":                   {i.put(address, "users"), "200"},
		"again":                  {i.put(address, "users"), "200"},
		"nothing":                {i.put(address, ""), "200"},
		"with its digest":        {i.put(address, "users", "Content-MD5: "+digest), "200"},
		"with another digest":    {i.put(address, "user", "Content-MD5: "+digest), "400 BadDigest"},
		"with no digest":         {i.put(address, "users", "Content-MD5: ?"), "400 BadDigest"},
		"not encrypted":          {i.put(address, "users", "x-amz-server-side-encryption: "), "403 SignatureDoesNotMatch"},
		"otherwise encrypted":    {i.put(address, "users", "x-amz-server-side-encryption: AES256"), "403 SignatureDoesNotMatch"},
		"not signed":             {i.put(path, "users"), "403 SignatureDoesNotMatch"},
		"signed for another job": {i.put(path+"?"+otherQuery, "users"), "403 SignatureDoesNotMatch"},
		"signature changed":      {i.put(path+"?"+strings.Replace(query, "X-Amz-Signature=", "X-Amz-Signature=0", 1), "users"), "403 SignatureDoesNotMatch"},
		"refused while it sends": {i.put(path, strings.Repeat("users\n", 500_000)), "403 SignatureDoesNotMatch"},
		"of another job":         {i.put(strings.Replace(address, *job.JobId, *other.JobId, 1), "users"), "403 SignatureDoesNotMatch"},
		"read":                   {with("GET", nil), "405 MethodNotAllowed"},
		"deleted":                {with("DELETE", nil), "405 MethodNotAllowed"},
		"of unknown length":      {with("PUT", func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("users")), -1 }), "411 MissingContentLength"},
		"too long, and not begun": {with("PUT", func(r *http.Request) {
			r.ContentLength, r.Body = 100<<20+1, io.NopCloser(io.LimitReader(zeros{}, 100<<20+1))
			r.Header.Set("Expect", "100-continue")
		}), "400 EntityTooLarge"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", name, c.got, c.want)
		}
	}
	if got := i.put(address, i.file(1)); got != "200" {
		t.Fatal(got)
	}
	i.start(job.JobId)
	if got := i.put(address, "users"); got != "403 AccessDenied" {
		t.Errorf("after the start: %s", got)
	}
	if job := i.await(job.JobId, nil); job.Status != "Succeeded" {
		t.Errorf("got %s", job.Status)
	}
	i.server.Advance(15 * time.Minute)
	if got := i.put(*other.PreSignedUrl, "users"); got != "403 AccessDenied" {
		t.Errorf("after its time: %s", got)
	}
	if _, err := i.api.DeleteUserPool(t.Context(), &idp.DeleteUserPoolInput{UserPoolId: i.pool}); err != nil {
		t.Fatal(err)
	}
	if got := i.put(*other.PreSignedUrl, "users"); got != "404 NoSuchKey" {
		t.Errorf("after the pool: %s", got)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
