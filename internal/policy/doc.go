// Package policy decides what an access key may do: it reads identity-based policies written in
// the IAM JSON policy language and evaluates them.
//
//	{"Version": "2012-10-17", "Statement": [
//	  {"Effect": "Allow", "Action": "cognito-idp:*", "Resource": "*"},
//	  {"Effect": "Deny", "Action": "cognito-idp:Delete*",
//	   "Resource": "arn:aws:cognito-idp:*:*:userpool/eu-west-1_Prod00001"}]}
//
// An explicit deny wins over every allow, and what no statement allows is denied. In Action and
// Resource "*" stands for any characters, none too and colons and slashes too, and "?" for one.
// Actions are compared without regard to case, resources with.
//
// A document is refused unless all of it is understood: a Condition that was skipped would turn
// "only from the office" into "from anywhere". So Condition, Principal and policy variables
// (${aws:username}) are errors, and so is any name that is misspelled or given twice.
//
// Which resource an operation acts on is the caller's knowledge. An operation on no particular
// pool, such as ListUserPools, is evaluated on the resource "*", which only the pattern "*"
// covers.
//
// Sources: "Grammar of the IAM JSON policy language", "IAM JSON policy elements reference" and
// "Policy evaluation logic" in the IAM user guide.
package policy
