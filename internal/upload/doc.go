// Package upload is the front door for the files of user import jobs: the address that PreSignedUrl names.
// Clients treat it as a pre-signed address of S3, so it answers as S3 does, errors in XML included.
package upload
