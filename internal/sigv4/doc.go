// Package sigv4 tells who signed a request: it checks AWS Signature Version 4 on requests to
// the service cognito-idp.
//
//	Authorization ──ParseHeader──▶ Header ──Verifier.Verify──▶ the access key that signed
//
// ParseHeader looks only at the form and is what development mode asks for, where every key is
// welcome. Verify looks at everything: credential scope, clock, access key, and the signature
// over method, path, query, signed headers and body. What the key may do is decided by package
// policy; whether an operation has to be signed at all is known from the service model, by the
// caller.
//
// Only the Authorization header is read. A presigned URL (X-Amz-Signature in the query) counts
// as no signature, since the service takes none. Keys are long-lived, so there are no session
// tokens: a request that brings one is signed with credentials from elsewhere.
//
// The error texts are the service's. The one for an incomplete signature repeats the
// Authorization header to its sender, so a log should hold the code and not the text.
//
// Sources: "Create a signed AWS API request" and "Troubleshoot Signature Version 4 signing for
// AWS API requests" in the IAM user guide. One step of the published algorithm is left out on
// purpose: dot segments and doubled slashes of a path are not folded, because the API has the
// one path "/" and stricter is safer.
package sigv4
