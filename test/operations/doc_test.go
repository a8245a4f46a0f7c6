// Package operations shows every operation of the service by a script of its name, testdata/<Operation>.script,
// which runs over HTTP against real servers: how it is called with success, and each error that it declares.
//
// A script is lines, each a command; a line that begins with a blank goes on with the one before.
//
//	# text                      says why
//	pool [JSON]                 makes a user pool, $pool, with the members of the JSON
//	client [JSON]               makes an app client of $pool with every flow, $client
//	user NAME [JSON]            makes a user with a password, with attributes by the JSON
//	signin NAME                 signs the user in: $NAME has the tokens
//	call OPERATION JSON         must succeed; $OPERATION has the answer
//	repeat N OPERATION JSON     calls it N times, $i is which
//	fail CODE OPERATION JSON    must be refused
//	want PATH JSON              what the last answer has at the path
//	let NAME JSON               names a value
//	clock DURATION              moves the time of this script's server on
//	code USERNAME               $code is the last code that the user was sent
//	put URL N TEXT              uploads a file of the text N times
//	replica                     the next call is meant for the region of the pool's replica
//	gate BEHAVIOUR              what the function $gate does from now on: obliges, throws, garbles, gone
//	passkey ORIGIN [TWIST]      $passkey answers the registration under way; stolen or unverified if so
//	from ADDRESS AGENT          is where the next calls come from
//	notice USERNAME             $event and $feedback are what the last notice of a risk says
//	totp SECRET                 $totp is what an authenticator app shows
//
// In JSON, $name.path stands for a value. Before the first success of its own operation the engine tries
// everything that can be wrong with any request of that kind (wrong_test.go): the script has only what is
// special. An error that cannot happen here is in docs/divergences.md, with the reason.
package operations
