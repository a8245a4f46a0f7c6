// Package eventlog exports logs of user pools to where SetLogDeliveryConfiguration says: the activity of
// users (userAuthEvents) and messages that could not be delivered (userNotification).
//
//	Activity, Notification ─▶ queue ─▶ the pool's configuration: an ARN ─▶ queue of its destination ─▶ batches
//
// Delivery is best effort, as in the service: nobody who signs in waits for it. What no destination takes, or
// would wait beyond the bounds, is dropped and counted. No record has a code or the text of a message.
package eventlog
