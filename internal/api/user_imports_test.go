package api

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/userimport"
	"ostiary/internal/userpool"
)

const (
	importRole = "arn:aws:iam::111122223333:role/import"
	someJob    = "import-0123456789" // nobody's
	noJob      = "ResourceNotFound: User import job import-0123456789 does not exist."
)

// importer is a service over s that can import.
func importer(s *Service) *userimport.Service {
	return &userimport.Service{
		Store: s.Store, Accounts: &account.Service{Store: s.Store, Secrets: s.Secrets, Now: s.Now, Rand: rand.Reader},
		Secrets: s.Secrets, BaseURL: "https://auth.example.com", Log: slog.New(slog.DiscardHandler), Now: s.Now, Rand: rand.Reader,
	}
}

// importStage is a stage whose pool verifies e-mail addresses.
func importStage(t *testing.T) *stage {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{"email"}}, nil)
	st.AccountID = "111122223333"
	st.Imports = importer(st.Service)
	return st
}

func (st *stage) createImport() string {
	st.t.Helper()
	out, err := st.CreateUserImportJob(st.ctx, &cognitoidp.CreateUserImportJobRequest{UserPoolId: st.poolID, JobName: "job", CloudWatchLogsRoleArn: importRole})
	if err != nil {
		st.t.Fatal(err)
	}
	return *out.UserImportJob.JobId
}

// upload gives a job a file of users by these names.
func (st *stage) upload(id string, names ...string) {
	st.t.Helper()
	header, err := st.GetCSVHeader(st.ctx, &cognitoidp.GetCSVHeaderRequest{UserPoolId: st.poolID})
	if err != nil {
		st.t.Fatal(err)
	}
	lines := []string{strings.Join(header.CSVHeader, ",")}
	for _, name := range names {
		values := map[string]string{"email": name + "@example.com", "email_verified": "true", "cognito:mfa_enabled": "false", "cognito:username": name}
		var row []string
		for _, column := range header.CSVHeader {
			row = append(row, values[column])
		}
		lines = append(lines, strings.Join(row, ","))
	}
	text := strings.Join(lines, "\n")
	u, err := url.Parse(*st.describeImport(id).PreSignedUrl)
	if err == nil {
		err = st.Imports.Receive(st.ctx, userimport.Upload{
			PoolID: st.poolID, JobID: id, Signature: u.Query().Get("X-Amz-Signature"), Size: int64(len(text)), Body: strings.NewReader(text),
		})
	}
	if err != nil {
		st.t.Fatal(err)
	}
}

func (st *stage) describeImport(id string) *cognitoidp.UserImportJobType {
	st.t.Helper()
	out, err := st.DescribeUserImportJob(st.ctx, &cognitoidp.DescribeUserImportJobRequest{UserPoolId: st.poolID, JobId: id})
	if err != nil {
		st.t.Fatal(err)
	}
	return out.UserImportJob
}

func (st *stage) startImport(id string) error {
	_, err := st.StartUserImportJob(st.ctx, &cognitoidp.StartUserImportJobRequest{UserPoolId: st.poolID, JobId: id})
	return err
}

func (st *stage) stopImport(id string) error {
	_, err := st.StopUserImportJob(st.ctx, &cognitoidp.StopUserImportJobRequest{UserPoolId: st.poolID, JobId: id})
	return err
}

// TestImportWire: what the operations answer, byte for byte, as a job goes its way.
func TestImportWire(t *testing.T) {
	st := importStage(t)
	st.now = time.UnixMilli(1548271708512)
	fill := func(text string) string { return strings.ReplaceAll(text, "POOL", st.poolID) }
	created := call(t, st.Service, "CreateUserImportJob",
		fill(`{"UserPoolId":"POOL","JobName":"import Test1","CloudWatchLogsRoleArn":"`+importRole+`"}`))
	var answer struct {
		UserImportJob struct{ JobId, PreSignedUrl string }
	}
	if err := json.Unmarshal([]byte(created), &answer); err != nil {
		t.Fatal(err)
	}
	id, address := answer.UserImportJob.JobId, answer.UserImportJob.PreSignedUrl
	if !strings.HasPrefix(id, "import-") || len(id) != len(someJob) {
		t.Errorf("id %s", id)
	}
	if want := "https://auth.example.com/_ostiary/imports/" + st.poolID + "/" + id + "?X-Amz-Date=20190123T192828Z&X-Amz-Expires=899&" +
		"X-Amz-Signature="; !strings.HasPrefix(address, want) || !strings.HasSuffix(address, "&X-Amz-SignedHeaders=host%3Bx-amz-server-side-encryption") {
		t.Errorf("address %s, want %s…", address, want)
	}
	encoded, err := json.Marshal(address)
	if err != nil {
		t.Fatal(err)
	}
	job := func(dates, status, counts string) string {
		return fill(`{"JobName":"import Test1","JobId":"` + id + `","UserPoolId":"POOL","PreSignedUrl":` + strings.ReplaceAll(string(encoded), `\u0026`, "&") +
			`,"CreationDate":1548271708.512` + dates + `,"Status":"` + status + `","CloudWatchLogsRoleArn":"` + importRole + `"` + counts + `}`)
	}
	const none = `,"ImportedUsers":0,"SkippedUsers":0,"FailedUsers":0`
	same := func(step, got, want string) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
	}
	named := fill(`{"UserPoolId":"POOL","JobId":"` + id + `"}`)
	same("CreateUserImportJob", created, `{"UserImportJob":`+job("", "Created", none)+`}`)
	same("DescribeUserImportJob", call(t, st.Service, "DescribeUserImportJob", named), created)
	st.upload(id, "ana", "ana", "ben")
	st.now = st.now.Add(10 * time.Second)
	same("StartUserImportJob", call(t, st.Service, "StartUserImportJob", named),
		`{"UserImportJob":`+job(`,"StartDate":1548271718.512`, "Pending", none)+`}`)
	st.now = st.now.Add(time.Second)
	if err := st.Imports.Work(st.ctx); err != nil {
		t.Fatal(err)
	}
	done := job(`,"StartDate":1548271718.512,"CompletionDate":1548271719.512`, "Succeeded",
		`,"ImportedUsers":2,"SkippedUsers":1,"FailedUsers":0,"CompletionMessage":"The user import job has completed."`)
	same("DescribeUserImportJob", call(t, st.Service, "DescribeUserImportJob", named), `{"UserImportJob":`+done+`}`)
	same("ListUserImportJobs", call(t, st.Service, "ListUserImportJobs", fill(`{"UserPoolId":"POOL","MaxResults":1}`)), `{"UserImportJobs":[`+done+`]}`)
	if st.status("ben") != "RESET_REQUIRED" {
		t.Errorf("ben is %s", st.status("ben"))
	}

	second := st.createImport()
	st.upload(second, "eve")
	want(t, st.startImport(second), "")
	stopped := call(t, st.Service, "StopUserImportJob", fill(`{"UserPoolId":"POOL","JobId":"`+second+`"}`))
	for _, part := range []string{`"Status":"Stopped"`, `"CompletionMessage":"The Import Job was stopped by the developer."`, `"CompletionDate":1548271719.512`} {
		if !strings.Contains(stopped, part) {
			t.Errorf("StopUserImportJob answers %s without %s", stopped, part)
		}
	}
	if err := st.Imports.Work(st.ctx); err != nil {
		t.Fatal(err)
	}
	if list, err := st.ListUsers(st.ctx, &cognitoidp.ListUsersRequest{UserPoolId: st.poolID}); err != nil || len(list.Users) != 2 {
		t.Errorf("%d users, %v", len(list.Users), err)
	}
}

// TestImportStates: what may be done to a job in each of its states, and to its pool.
func TestImportStates(t *testing.T) {
	st := importStage(t)
	cannot := func(verb, id, status string) string {
		return "PreconditionNotMet: User import job " + id + " cannot be " + verb + ". Current status is " + status
	}
	update := func() error {
		_, err := st.UpdateUserPool(st.ctx, &cognitoidp.UpdateUserPoolRequest{UserPoolId: st.poolID, AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{"email"}})
		return err
	}
	attributes := 0
	add := func() error {
		attributes++
		_, err := st.AddCustomAttributes(st.ctx, &cognitoidp.AddCustomAttributesRequest{
			UserPoolId: st.poolID, CustomAttributes: []cognitoidp.SchemaAttributeType{{Name: new(fmt.Sprintf("a%d", attributes)), AttributeDataType: "String"}},
		})
		return err
	}
	deletePool := func() error {
		_, err := st.DeleteUserPool(st.ctx, &cognitoidp.DeleteUserPoolRequest{UserPoolId: st.poolID})
		return err
	}
	free := func() {
		t.Helper()
		want(t, update(), "")
		want(t, add(), "")
	}

	a, b := st.createImport(), st.createImport()
	free()
	want(t, st.stopImport(a), cannot("stopped", a, "Created"))
	want(t, st.startImport(a), "PreconditionNotMet: No csv file was uploaded for "+a)
	st.upload(a, "ana")
	st.upload(b, "ben")
	want(t, st.startImport(a), "")
	want(t, st.startImport(a), cannot("started", a, "Pending"))
	want(t, st.startImport(b), "PreconditionNotMet: User import job "+a+" is active. A user pool runs one user import job at a time.")
	busy := "UserImportInProgress: User import job " + a + " is active in the user pool. Wait for it to end, or stop it."
	hold := func(status cognitoidp.UserImportJobStatusType) {
		t.Helper()
		st.update(func(tx store.Tx) error {
			j, err := tx.ImportJob(st.ctx, st.poolID, a)
			if err != nil {
				return err
			}
			j.Status, j.Worker, j.Due = status, "somebody", st.now.Add(time.Hour)
			return tx.SaveImportJob(st.ctx, j)
		})
		want(t, update(), busy)
		want(t, add(), busy)
		want(t, deletePool(), busy)
	}
	hold("Pending")
	hold("InProgress")
	want(t, st.startImport(a), cannot("started", a, "InProgress"))
	want(t, st.stopImport(a), "")
	if got := st.describeImport(a); got.Status != "Stopping" || got.CompletionDate != nil {
		t.Errorf("a job with a worker is %s", got.Status)
	}
	hold("Stopping")
	want(t, st.stopImport(a), cannot("stopped", a, "Stopping"))
	want(t, st.startImport(b), "PreconditionNotMet: User import job "+a+" is active. A user pool runs one user import job at a time.")
	st.now = st.now.Add(2 * time.Hour)
	if err := st.Imports.Work(st.ctx); err != nil {
		t.Fatal(err)
	}
	want(t, st.stopImport(a), cannot("stopped", a, "Stopped"))
	want(t, st.startImport(a), cannot("started", a, "Stopped"))
	free()
	want(t, st.startImport(b), "")
	if err := st.Imports.Work(st.ctx); err != nil {
		t.Fatal(err)
	}
	// The pool has got a column that b's file does not have.
	lacks := fmt.Sprintf("The header of the CSV file lacks columns: custom:a%d.", attributes)
	if got := st.describeImport(b); got.Status != "Failed" || *got.CompletionMessage != lacks {
		t.Errorf("got %s %s", got.Status, *got.CompletionMessage)
	}
	want(t, st.stopImport(b), cannot("stopped", b, "Failed"))

	c := st.createImport()
	st.upload(c, "carl")
	st.now = st.now.Add(userpool.ImportJobLife)
	want(t, st.startImport(c), cannot("started", c, "Expired"))
	want(t, st.stopImport(c), cannot("stopped", c, "Expired"))
	if got := st.describeImport(c); got.Status != "Expired" || *got.CompletionMessage != "The user import job has expired." || got.CompletionDate != nil {
		t.Errorf("got %s %v", got.Status, got.CompletionMessage)
	}
	want(t, deletePool(), "")
}

func TestImportRefusals(t *testing.T) {
	st := importStage(t)
	st.MaxImportJobs = 2
	create := func(pool, role string, hash cognitoidp.PasswordHashingAlgorithmType) error {
		_, err := st.CreateUserImportJob(st.ctx, &cognitoidp.CreateUserImportJobRequest{
			UserPoolId: pool, JobName: "job", CloudWatchLogsRoleArn: role, PasswordHashingAlgorithm: hash,
		})
		return err
	}
	header := func(pool string) error {
		_, err := st.GetCSVHeader(st.ctx, &cognitoidp.GetCSVHeaderRequest{UserPoolId: pool})
		return err
	}
	describe := func(pool, id string) error {
		_, err := st.DescribeUserImportJob(st.ctx, &cognitoidp.DescribeUserImportJobRequest{UserPoolId: pool, JobId: id})
		return err
	}
	list := func(pool string, token *string) error {
		_, err := st.ListUserImportJobs(st.ctx, &cognitoidp.ListUserImportJobsRequest{UserPoolId: pool, MaxResults: 1, PaginationToken: token})
		return err
	}
	start := func(pool, id string) error {
		_, err := st.StartUserImportJob(st.ctx, &cognitoidp.StartUserImportJobRequest{UserPoolId: pool, JobId: id})
		return err
	}
	stop := func(pool, id string) error {
		_, err := st.StopUserImportJob(st.ctx, &cognitoidp.StopUserImportJobRequest{UserPoolId: pool, JobId: id})
		return err
	}
	const bucket = "arn:aws:s3:::imports-of-users:0:x"
	want(t, create(st.poolID, bucket, ""), "InvalidParameter: CloudWatchLogsRoleArn is not the ARN of an IAM role: "+bucket)
	want(t, create(st.poolID, "arn:aws:iam::999999999999:role/import", ""), "InvalidParameter: Cross-account pass role is not allowed.")
	want(t, create(st.poolID, importRole, "BCRYPT"), "InvalidParameter: PasswordHashingAlgorithm is not supported: "+
		"password hashes cannot be imported. Leave it out; imported users set a new password.")
	plain := *barePool(t, st.Service, &cognitoidp.CreateUserPoolRequest{}).Id
	want(t, create(plain, importRole, ""), "PreconditionNotMet: The user pool needs at least one auto-verified attribute, email or phone_number, to import users.")

	job := st.createImport()
	st.upload(job, "ana")
	st.createImport()
	want(t, create(st.poolID, importRole, ""), "LimitExceeded: The user pool already has 2 user import jobs, the most it may have.")
	want(t, list(st.poolID, new("made-up")), badToken)
	for _, err := range []error{describe(st.poolID, someJob), start(st.poolID, someJob), stop(st.poolID, someJob)} {
		want(t, err, noJob)
	}
	if err := describe(plain, job); !errors.Is(err, cognitoidp.ResourceNotFoundException) {
		t.Errorf("the job is found in another pool: %v", err)
	}
	for _, err := range []error{
		create(unknownPoolID, importRole, ""), header(unknownPoolID), describe(unknownPoolID, job), list(unknownPoolID, nil),
		start(unknownPoolID, job), stop(unknownPoolID, job),
	} {
		want(t, err, poolGone)
	}
	// The pool has ceased to verify anything.
	if _, err := st.UpdateUserPool(st.ctx, &cognitoidp.UpdateUserPoolRequest{UserPoolId: st.poolID}); err != nil {
		t.Fatal(err)
	}
	want(t, start(st.poolID, job), "PreconditionNotMet: The user pool needs at least one auto-verified attribute, email or phone_number, to import users.")

	broken := errors.New("the disk is on fire")
	faulty := storetest.Faulty(st.Store)
	st.Store = faulty
	st.MaxImportJobs = 0
	for name, operation := range map[string]func() error{
		"GetCSVHeader":          func() error { return header(st.poolID) },
		"CreateUserImportJob":   func() error { return create(st.poolID, importRole, "") },
		"DescribeUserImportJob": func() error { return describe(st.poolID, job) },
		"ListUserImportJobs":    func() error { return list(st.poolID, nil) },
		"StartUserImportJob":    func() error { return start(st.poolID, job) },
		"StopUserImportJob":     func() error { return stop(st.poolID, job) },
	} {
		st.update(func(tx store.Tx) error { // so that each would do something
			p, err := tx.Pool(st.ctx, st.poolID)
			if err != nil {
				return err
			}
			p.Settings.AutoVerifiedAttributes = []cognitoidp.VerifiedAttributeType{"email"}
			j, err := tx.ImportJob(st.ctx, st.poolID, job)
			if err != nil {
				return err
			}
			if j.Status = "Created"; name == "StopUserImportJob" {
				j.Status = "Pending"
			}
			return errors.Join(tx.SavePool(st.ctx, p), tx.SaveImportJob(st.ctx, j))
		})
		faulty.FailUpdate(broken)
		faulty.FailView(broken)
		var refusal *cognitoidp.Error
		if err := operation(); !errors.Is(err, broken) || errors.As(err, &refusal) {
			t.Errorf("%s: a fault of the store came out as %v", name, err)
		}
		faulty.FailUpdate(nil)
		faulty.FailView(nil)
	}
}

// TestListImports: pages hold each job once, newest first, and never more than 50.
func TestListImports(t *testing.T) {
	st := importStage(t)
	var wanted []string
	for i := range 61 {
		if i%3 == 0 {
			st.now = st.now.Add(time.Second) // three are of one instant
		}
		wanted = append(wanted, st.createImport())
	}
	for _, size := range []int32{1, 7, 50, 60} {
		in := &cognitoidp.ListUserImportJobsRequest{UserPoolId: st.poolID, MaxResults: size}
		seen := map[string]bool{}
		last := st.now
		for page := 0; page == 0 || in.PaginationToken != nil; page++ {
			out, err := st.ListUserImportJobs(st.ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(out.UserImportJobs); n > min(int(size), 50) || n == 0 {
				t.Fatalf("a page of %d, asked for %d", n, size)
			}
			for _, j := range out.UserImportJobs {
				if seen[*j.JobId] || j.CreationDate.After(last) {
					t.Errorf("%s of %s comes twice, or after %s", *j.JobId, j.CreationDate, last)
				}
				seen[*j.JobId], last = true, *j.CreationDate
			}
			in.PaginationToken = out.PaginationToken
		}
		if len(seen) != len(wanted) {
			t.Errorf("pages of %d: %d jobs of %d", size, len(seen), len(wanted))
		}
	}
	other := *barePool(t, st.Service, &cognitoidp.CreateUserPoolRequest{}).Id
	if out, err := st.ListUserImportJobs(st.ctx, &cognitoidp.ListUserImportJobsRequest{UserPoolId: other, MaxResults: 60}); err != nil || len(out.UserImportJobs) != 0 || out.PaginationToken != nil {
		t.Errorf("another pool: %v, %v", out, err)
	}
}

// TestImportAddresses: nobody makes up the address of a job, and no two are alike.
func TestImportAddresses(t *testing.T) {
	st := importStage(t)
	signature := func(id string) string {
		u, err := url.Parse(*st.describeImport(id).PreSignedUrl)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("X-Amz-Signature")
	}
	a, b := st.createImport(), st.createImport()
	if signature(a) == signature(b) || len(signature(a)) != 64 {
		t.Errorf("%s and %s", signature(a), signature(b))
	}
	before := signature(a)
	master, err := secret.NewMasterKey(rand.Reader)
	if err == nil {
		_, st.Imports.Secrets, err = secret.NewKeyring(master)
	}
	if err != nil {
		t.Fatal(err)
	}
	if signature(a) == before {
		t.Error("another server signs alike")
	}
}
