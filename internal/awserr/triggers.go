package awserr

import (
	"fmt"

	"ostiary/cognitoidp"
)

// TriggerFailed: the function threw an error, whose text the caller reads.
func TriggerFailed(trigger, message string) error {
	return refuse(cognitoidp.UserLambdaValidationException, trigger+" failed with error "+message+".")
}

// TriggerNotReached: the function could not be run.
func TriggerNotReached(trigger, cause string) error {
	return refuse(cognitoidp.UnexpectedLambdaException, trigger+" invocation failed due to "+cause+".")
}

// TriggerAnswerUnreadable: the function returned something else than its event with a response.
func TriggerAnswerUnreadable() error {
	return refuse(cognitoidp.InvalidLambdaResponseException, "Unrecognizable lambda output")
}

// UnknownVerdict: DefineAuthChallenge decided nothing, or for a challenge that cannot stand there.
func UnknownVerdict() error {
	return refuse(cognitoidp.InvalidLambdaResponseException,
		"DefineAuthChallenge must issue tokens, fail the authentication or name a challenge that can follow")
}

// AutoVerifiedWithoutValue: PreSignUp verifies an attribute that the user has not given.
func AutoVerifiedWithoutValue(attribute string) error {
	return refuse(cognitoidp.InvalidLambdaResponseException,
		"PreSignUp cannot verify the "+attribute+" of a user who has none")
}

// CustomMessageLacks: the text has no place for what the message is to bring.
func CustomMessageLacks(place string) error {
	return refuse(cognitoidp.InvalidLambdaResponseException, "CustomMessage returned a text without "+place)
}

// CustomMessageTooLong: the text has more characters than such a message may have.
func CustomMessageTooLong(body, subject int) error {
	return refuse(cognitoidp.InvalidLambdaResponseException,
		fmt.Sprintf("CustomMessage returned a text of more than %d characters, or a subject of more than %d", body, subject))
}

// MigrationRefused: the user whom UserMigration has brought cannot be made.
func MigrationRefused(clientID string) error {
	return refuse(cognitoidp.UserNotFoundException, "Exception migrating user in app client "+clientID)
}
