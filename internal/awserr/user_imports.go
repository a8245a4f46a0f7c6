package awserr

import (
	"strconv"

	"ostiary/cognitoidp"
)

// ImportJobNotFound: the user pool has no import job of this id.
func ImportJobNotFound(id string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "User import job "+id+" does not exist.")
}

// NotAnImportRole: CloudWatchLogsRoleArn names something else than an IAM role. Operation:
// CreateUserImportJob.
func NotAnImportRole(arn string) error {
	return refuse(cognitoidp.InvalidParameterException, "CloudWatchLogsRoleArn is not the ARN of an IAM role: "+arn)
}

// ImportedHashesNotSupported: users are imported without a password. Operation: CreateUserImportJob.
func ImportedHashesNotSupported() error {
	return refuse(cognitoidp.InvalidParameterException,
		"PasswordHashingAlgorithm is not supported: password hashes cannot be imported. Leave it out; imported users set a new password.")
}

// NothingAutoVerified: the user pool verifies neither email nor phone_number. Operations:
// CreateUserImportJob, StartUserImportJob.
func NothingAutoVerified() error {
	return refuse(cognitoidp.PreconditionNotMetException,
		"The user pool needs at least one auto-verified attribute, email or phone_number, to import users.")
}

// TooManyImportJobs: the user pool has as many jobs as it may. Operation: CreateUserImportJob.
func TooManyImportJobs(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"The user pool already has "+strconv.Itoa(limit)+" user import jobs, the most it may have.")
}

// NoImportFile: nothing was uploaded to PreSignedUrl. Operation: StartUserImportJob.
func NoImportFile(id string) error {
	return refuse(cognitoidp.PreconditionNotMetException, "No csv file was uploaded for "+id)
}

// ImportNotStartable: a job is started once. Operation: StartUserImportJob.
func ImportNotStartable(id string, status cognitoidp.UserImportJobStatusType) error {
	return refuse(cognitoidp.PreconditionNotMetException,
		"User import job "+id+" cannot be started. Current status is "+string(status))
}

// ImportNotStoppable: only a job that waits or runs can be stopped. Operation: StopUserImportJob.
func ImportNotStoppable(id string, status cognitoidp.UserImportJobStatusType) error {
	return refuse(cognitoidp.PreconditionNotMetException,
		"User import job "+id+" cannot be stopped. Current status is "+string(status))
}

// AnotherImportActive: a user pool imports one file at a time. Operation: StartUserImportJob.
func AnotherImportActive(id string) error {
	return refuse(cognitoidp.PreconditionNotMetException,
		"User import job "+id+" is active. A user pool runs one user import job at a time.")
}

// UserImportInProgress: the user pool must not change under a running import. Operations:
// UpdateUserPool, AddCustomAttributes, DeleteUserPool.
func UserImportInProgress(id string) error {
	return refuse(cognitoidp.UserImportInProgressException,
		"User import job "+id+" is active in the user pool. Wait for it to end, or stop it.")
}

// importRow refuses a row of a CSV file. Nobody gets it as an answer: its text is the reason in the job's
// log, and says nothing of what the row has.
func importRow(reason string) error { return refuse(cognitoidp.InvalidParameterException, reason) }

// ImportNotVerified: without an address that is verified, nobody could set a password.
func ImportNotVerified() error {
	return importRow("The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).")
}

// ImportUserExists words that a row was skipped because somebody has its username.
func ImportUserExists() string { return "The user already exists." }

// ImportInternal words that a row failed for no fault of its own.
func ImportInternal() string { return "The user could not be imported because of an internal error." }

// ImportLineTooLong: limit is in characters.
func ImportLineTooLong(limit int) error {
	return importRow("The line is longer than " + strconv.Itoa(limit) + " characters.")
}

// ImportNotText: the row is in another encoding.
func ImportNotText() error { return importRow("The line is not valid UTF-8.") }

// ImportQuotes: it cannot be told where a value ends.
func ImportQuotes() error {
	return importRow("A value that begins with a quotation mark must end with one, followed by a comma or the end of the line.")
}

// ImportValues: a row has got values where the header has columns many.
func ImportValues(got, columns int) error {
	return importRow("The line has " + strconv.Itoa(got) + " values, the header has " + strconv.Itoa(columns) + " columns.")
}

// ImportUsername: the username is missing, too long, or has white space in it.
func ImportUsername() error {
	return importRow("cognito:username must have 1 to 128 characters, none of them white space.")
}

// ImportMFAFlag: cognito:mfa_enabled must be wanted.
func ImportMFAFlag(wanted string) error {
	return importRow("cognito:mfa_enabled must be " + wanted + ".")
}

// ImportBirthdate: not a date as files have it.
func ImportBirthdate() error { return importRow("birthdate must be a date of the form MM/DD/YYYY.") }

// ImportValueTooLong: limit is in characters.
func ImportValueTooLong(name string, limit int) error {
	return importRow(name + ": " + AttributeTooLong(strconv.Itoa(limit)))
}
