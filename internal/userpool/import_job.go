package userpool

import (
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// How long a user import job waits: for its file, and to be started. The service says that a job
// expires "within 24-48 hours".
const (
	ImportUploadLife = 15 * time.Minute
	ImportJobLife    = 24 * time.Hour
)

// What a job says when it has ended.
const (
	ImportSucceeded  = "The user import job has completed."
	ImportStopped    = "The Import Job was stopped by the developer."
	ImportExpired    = "The user import job has expired."
	ImportMostFailed = "Too many users have failed or been skipped during the import."
)

// ImportJob makes users of the lines of a CSV file (CreateUserImportJob).
type ImportJob struct {
	PoolID  string
	ID      string // import-…
	Name    string
	RoleARN string // CloudWatchLogsRoleArn

	Status  cognitoidp.UserImportJobStatusType
	Message string // CompletionMessage
	Created time.Time
	Started time.Time // zero until then
	Ended   time.Time // zero until then

	// Upload is the file under way, Expected its size in bytes; File is the last one that arrived whole,
	// Size its size. Both are ids of the store, "" for none.
	Upload   string
	Expected int64
	File     string
	Size     int64

	// Offset and Line are where the next row begins: bytes and lines that are done, the header included.
	Offset   int64
	Line     int64
	Imported int64
	Skipped  int64
	Failed   int64

	// Due is when a worker has to look at the job: to begin, to take over from one that is not heard of
	// any more, to let it expire. Zero once there is nothing left to do.
	Due time.Time
	// Worker is who works on the job until Due; "" for nobody.
	Worker string
}

// NewImportJob is the job that CreateUserImportJob asks for. account is whose roles it may name.
func NewImportJob(p *Pool, id string, now time.Time, account string, in *cognitoidp.CreateUserImportJobRequest) (*ImportJob, error) {
	if role := parseARN(in.CloudWatchLogsRoleArn); role.service != "iam" || !strings.HasPrefix(role.resource, "role/") {
		return nil, awserr.NotAnImportRole(in.CloudWatchLogsRoleArn)
	} else if role.account != account && account != unclaimedAccount {
		return nil, awserr.CrossAccountRole()
	}
	if in.PasswordHashingAlgorithm != "" {
		return nil, awserr.ImportedHashesNotSupported()
	}
	if err := p.CheckImportable(); err != nil {
		return nil, err
	}
	return &ImportJob{
		PoolID: p.ID, ID: id, Name: in.JobName, RoleARN: in.CloudWatchLogsRoleArn,
		Status: cognitoidp.UserImportJobStatusTypeCreated, Created: now, Due: now.Add(ImportJobLife),
	}, nil
}

// CheckImportable refuses a pool that verifies neither e-mail addresses nor phone numbers: imported
// users have no password, and set one by a code that goes to a verified address.
func (p *Pool) CheckImportable() error {
	if len(p.Settings.AutoVerifiedAttributes) == 0 {
		return awserr.NothingAutoVerified()
	}
	return nil
}

// UploadUntil is when the address for the file ceases to work.
func (j *ImportJob) UploadUntil() time.Time { return j.Created.Add(ImportUploadLife) }

// Active tells whether the job was started and has not ended. A pool has one such job.
func (j *ImportJob) Active() bool {
	switch j.Status {
	case cognitoidp.UserImportJobStatusTypePending, cognitoidp.UserImportJobStatusTypeInProgress,
		cognitoidp.UserImportJobStatusTypeStopping:
		return true
	default:
		return false
	}
}

// Rows is how many rows are done.
func (j *ImportJob) Rows() int64 { return j.Imported + j.Skipped + j.Failed }

// At is the job as it is at now: one that nobody started in time has expired, whether or not a worker
// has come to it.
func (j *ImportJob) At(now time.Time) *ImportJob {
	if j.Status != cognitoidp.UserImportJobStatusTypeCreated || now.Before(j.Created.Add(ImportJobLife)) {
		return j
	}
	expired := *j
	expired.end(cognitoidp.UserImportJobStatusTypeExpired, ImportExpired, now)
	return &expired
}

// Start lets workers take the job (StartUserImportJob).
func (j *ImportJob) Start(now time.Time) error {
	switch {
	case j.At(now).Status != cognitoidp.UserImportJobStatusTypeCreated:
		return awserr.ImportNotStartable(j.ID, j.At(now).Status)
	case j.File == "":
		return awserr.NoImportFile(j.ID)
	}
	j.Status, j.Started, j.Due = cognitoidp.UserImportJobStatusTypePending, now, now
	j.Upload, j.Expected = "", 0 // comes too late
	return nil
}

// Stop ends the job (StopUserImportJob): at once if nobody works on it, otherwise as soon as that worker
// sees it, without another user.
func (j *ImportJob) Stop(now time.Time) error {
	if j.Status != cognitoidp.UserImportJobStatusTypePending && j.Status != cognitoidp.UserImportJobStatusTypeInProgress {
		return awserr.ImportNotStoppable(j.ID, j.At(now).Status)
	}
	j.Status = cognitoidp.UserImportJobStatusTypeStopping
	if j.Worker == "" {
		j.FinishStop(now)
	}
	return nil
}

// FinishStop ends a job that is Stopping.
func (j *ImportJob) FinishStop(now time.Time) {
	j.end(cognitoidp.UserImportJobStatusTypeStopped, ImportStopped, now)
}

// Succeed ends a job that has gone through its file. With more users left out than imported it has
// failed all the same; the share is a choice of ours, the service tells none.
func (j *ImportJob) Succeed(now time.Time) {
	if j.Skipped+j.Failed > j.Imported {
		j.end(cognitoidp.UserImportJobStatusTypeFailed, ImportMostFailed, now)
		return
	}
	j.end(cognitoidp.UserImportJobStatusTypeSucceeded, ImportSucceeded, now)
}

// Fail ends a job whose file is of no use.
func (j *ImportJob) Fail(message string, now time.Time) {
	j.end(cognitoidp.UserImportJobStatusTypeFailed, message, now)
}

// maxCompletionMessage is the longest CompletionMessage, in characters.
const maxCompletionMessage = 128

func (j *ImportJob) end(status cognitoidp.UserImportJobStatusType, message string, now time.Time) {
	if text := []rune(message); len(text) > maxCompletionMessage {
		message = string(text[:maxCompletionMessage-1]) + "…"
	}
	j.Status, j.Message, j.Ended = status, message, now
	if status == cognitoidp.UserImportJobStatusTypeExpired {
		j.Ended = time.Time{} // it never ran
	}
	j.Upload, j.Expected, j.File = "", 0, "" // the file goes with the job's end
	j.Due, j.Worker = time.Time{}, ""
}
