package policy

import (
	"fmt"
	"strings"
)

// Policy is one document, read and understood. Make it with Parse or FromValue.
type Policy struct {
	statements []statement
}

type statement struct {
	deny      bool
	actions   patterns // in lower case
	resources patterns
}

// patterns is a list of which one has to match, or none of which may (NotAction, NotResource).
type patterns struct {
	any []string
	not bool
}

func (p patterns) cover(s string) bool {
	for _, pattern := range p.any {
		if match(pattern, s) {
			return !p.not
		}
	}
	return p.not
}

// Set is all policies of one principal. The empty Set allows nothing.
type Set []*Policy

// Evaluate decides on action, such as "cognito-idp:ListUsers", and resource, the ARN of a pool
// or "*".
func (s Set) Evaluate(action, resource string) Decision {
	action = strings.ToLower(action)
	decision := NotAllowed
	for _, p := range s {
		for _, st := range p.statements {
			switch {
			case !st.actions.cover(action) || !st.resources.cover(resource):
			case st.deny:
				return Denied
			default:
				decision = Allowed
			}
		}
	}
	return decision
}

// Evaluate decides as a Set of this policy alone.
func (p *Policy) Evaluate(action, resource string) Decision { return Set{p}.Evaluate(action, resource) }

// Decision is the outcome of an evaluation. Only Allowed lets a request pass.
type Decision int

const (
	NotAllowed Decision = iota // no statement allows it
	Denied                     // a statement denies it
	Allowed
)

func (d Decision) String() string {
	switch d {
	case Allowed:
		return "allowed"
	case Denied:
		return "denied"
	default:
		return "not allowed"
	}
}

// Refusal is the message of the AccessDeniedException that a decision other than Allowed calls
// for. The principal is an ARN, such as arn:aws:iam::000000000000:user/ana.
func (d Decision) Refusal(principal, action, resource string) string {
	text := fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s ", principal, action, resource)
	if d == Denied {
		return text + "with an explicit deny in an identity-based policy"
	}
	return text + "because no identity-based policy allows the " + action + " action"
}
