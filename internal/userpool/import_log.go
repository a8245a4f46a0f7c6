package userpool

import "strconv"

// ImportOutcome is what became of one row of a file.
type ImportOutcome string

// The outcomes, as the job's log has them.
const (
	ImportRowImported ImportOutcome = "SUCCEEDED"
	ImportRowSkipped  ImportOutcome = "SKIPPED"
	ImportRowFailed   ImportOutcome = "FAILED"
)

// ImportLogLine is a line of a user import job's log. It names a row by its line and has nothing of what
// the row says.
type ImportLogLine struct {
	Line    int64 // where the row begins; the header's first line is 1
	Outcome ImportOutcome
	Reason  string
}

// String is the line as the service writes it.
func (l ImportLogLine) String() string {
	return "[" + string(l.Outcome) + "] Line Number " + strconv.FormatInt(l.Line, 10) + " - " + l.Reason
}
