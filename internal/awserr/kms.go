package awserr

import "ostiary/cognitoidp"

// Codes of AWS KMS, which the service model does not have.
const (
	kmsInvalidCiphertext cognitoidp.ErrorCode = "InvalidCiphertextException"
	kmsIncorrectKey      cognitoidp.ErrorCode = "IncorrectKeyException"
	kmsInvalidKeyUsage   cognitoidp.ErrorCode = "InvalidKeyUsageException"
	kmsInvalidARN        cognitoidp.ErrorCode = "InvalidArnException"
	kmsNotFound          cognitoidp.ErrorCode = "NotFoundException"
	kmsValidation        cognitoidp.ErrorCode = "ValidationException"
	kmsDryRun            cognitoidp.ErrorCode = "DryRunOperationException"
	kmsUnsupported       cognitoidp.ErrorCode = "UnsupportedOperationException"
	kmsThrottling        cognitoidp.ErrorCode = "ThrottlingException"
)

// InvalidCiphertext: the ciphertext was changed, was encrypted elsewhere, or under another encryption context.
func InvalidCiphertext() error {
	return refuse(kmsInvalidCiphertext, "The ciphertext was not encrypted here under this encryption context")
}

// IncorrectKMSKey: KeyId names another key than the one that encrypted.
func IncorrectKMSKey() error {
	return refuse(kmsIncorrectKey, "The key ID in the request does not identify a CMK that can perform this operation.")
}

// KMSKeyUsage: keys are symmetric.
func KMSKeyUsage(algorithm string) error {
	return refuse(kmsInvalidKeyUsage, "The key does not encrypt by "+algorithm+", but by SYMMETRIC_DEFAULT")
}

// KMSKeyNotFound: there is no such key, or alias.
func KMSKeyNotFound(name string) error {
	return refuse(kmsNotFound, "Key "+name+" is not found: name it by its ARN")
}

// KMSInvalidARN: KeyId looks like an ARN and is none of KMS.
func KMSInvalidARN(name string) error { return refuse(kmsInvalidARN, "Invalid arn "+name) }

// KMSMissing: a required member is absent.
func KMSMissing(member string) error {
	return refuse(kmsValidation, "1 validation error detected: Value null at '"+member+"' failed to satisfy constraint: Member must not be null")
}

// KMSKeySize: the data key has to have a length, and only one.
func KMSKeySize() error {
	return refuse(kmsValidation, "Please specify either number of bytes, from 1 to 1024, or key spec, AES_256 or AES_128.")
}

// KMSBodyUnreadable: the body is not the JSON of the operation.
func KMSBodyUnreadable() error {
	return refuse(cognitoidp.SerializationException, "The request's body is not the JSON of the operation")
}

// KMSDryRun: the request asked only whether it may.
func KMSDryRun() error {
	return refuse(kmsDryRun, "The request would have succeeded, but the DryRun option is set.")
}

// KMSNoEnclaves: Recipient asks for an answer that only a Nitro enclave can read.
func KMSNoEnclaves() error {
	return refuse(kmsUnsupported, "Recipient is not supported")
}

// KMSRateExceeded: the client calls too often. SDKs try again.
func KMSRateExceeded() error { return refuse(kmsThrottling, "Rate exceeded") }

// UnknownKMSOperation: of KMS only what functions need is here.
func UnknownKMSOperation() error {
	return refuse(cognitoidp.UnknownOperationException, "Of TrentService there are Decrypt and GenerateDataKey here")
}
