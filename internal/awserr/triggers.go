package awserr

import "ostiary/cognitoidp"

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
