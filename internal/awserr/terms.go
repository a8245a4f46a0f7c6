package awserr

import "ostiary/cognitoidp"

// TermsNotFound: the user pool has no such terms documents.
func TermsNotFound() error {
	return refuse(cognitoidp.ResourceNotFoundException, "Terms not found.")
}

// TermsExist: the app client has terms documents of this name. Operations: CreateTerms, UpdateTerms.
func TermsExist() error {
	return refuse(cognitoidp.TermsExistsException, "Terms with the name already exist for the app client.")
}

// NoDefaultTerms: no link for languages without their own. Operations: CreateTerms, UpdateTerms.
func NoDefaultTerms() error {
	return refuse(cognitoidp.InvalidParameterException, "Links must have a URL for cognito:default.")
}

// InvalidTermsLink: not an http or https URL. Operations: CreateTerms, UpdateTerms.
func InvalidTermsLink() error {
	return refuse(cognitoidp.InvalidParameterException, "Each of Links must be a URL that begins with https:// or http://.")
}
