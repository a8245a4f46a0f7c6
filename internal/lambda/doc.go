// Package lambda reaches the Lambda functions of triggers (trigger.Functions): through the Invoke operation
// of a Lambda API, at an address of their own, or as a command on this machine.
//
//	Invoke ─ where does it run? ─ a place among those that run at once ─ up to three attempts of five seconds
//	                                                                        api.go      POST …/invocations, signed
//	                                                                        address.go  POST of the event
//	                                                                        command.go  event in, answer out
//
// What a function throws ends it at once; a time that is over, throttling and errors of the service are tried
// again. Events carry passwords and codes: no error made here has a part of one.
package lambda
