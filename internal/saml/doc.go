// Package saml reads the metadata of SAML 2.0 identity providers and makes the certificates that the
// pool shows them. It is pure: documents and keys in, values or an error out.
//
// What is said in messages (requests, responses, their signatures) belongs to the federation flows.
package saml
