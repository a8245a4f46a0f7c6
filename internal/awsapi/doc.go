// Package awsapi makes signed requests to services of AWS, or to what speaks like them: where a service is,
// credentials, Signature Version 4. What is asked and answered is for its users: lambda, message, kms and eventlog.
package awsapi
