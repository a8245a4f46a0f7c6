package awserr

import "ostiary/cognitoidp"

// invalidLogDelivery refuses where logs should go. Operation: SetLogDeliveryConfiguration.
func invalidLogDelivery(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// LogSourceTwice: two configurations of one event source.
func LogSourceTwice(source cognitoidp.EventSourceName) error {
	return invalidLogDelivery("Following event sources appear more then once in a request: " + string(source))
}

// WrongLogLevel: each event source has one level.
func WrongLogLevel(source cognitoidp.EventSourceName, level cognitoidp.LogLevel) error {
	return invalidLogDelivery("The log level of " + string(source) + " must be " + string(level) + ".")
}

// OneLogDestination: a configuration with no destination, or with several.
func OneLogDestination() error {
	return invalidLogDelivery("A log configuration must have exactly one destination.")
}

// NotificationsToLogGroup: userNotification goes to CloudWatch alone.
func NotificationsToLogGroup() error {
	return invalidLogDelivery("The destination of userNotification must be CloudWatchLogsConfiguration.")
}

// InvalidLogDestination: an ARN of something else than the member is for; "" if it is missing.
func InvalidLogDestination(arn string) error {
	return invalidLogDelivery("Invalid log destination ARN: " + arn)
}

// LogDestinationRegion: a destination in another region than the user pool.
func LogDestinationRegion() error {
	return invalidLogDelivery("ARN does not belong to current region")
}

// LogDestinationAccount: a destination in another account than the user pool.
func LogDestinationAccount() error {
	return invalidLogDelivery("ARN does not belong to current account")
}
