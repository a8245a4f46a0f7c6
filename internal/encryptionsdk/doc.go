// Package encryptionsdk writes messages that the AWS Encryption SDKs decrypt: a text under a data key, the data
// key under the key of a KMS, and what binds the two together, in one value.
//
//	header   version, suite, message id, encryption context, the encrypted data key; authenticated
//	frames   AES-256-GCM of the text, 4,096 bytes each, under a key derived from the data key
//	footer   an ECDSA signature of all before it, whose public key is in the encryption context
//
// There is one algorithm suite, that in which the service encrypts codes for custom sender functions: 0x0378
// in message format version 1, AES-256-GCM with HKDF-SHA-384 and ECDSA on P-384, without key commitment. SDKs
// from version 2 on decrypt it if their commitment policy is one that allows it, as those of such functions
// have to. Reading messages is for the SDKs.
//
// Sources: the AWS Encryption SDK developer guide, "AWS Encryption SDK message format reference", "Algorithms
// reference", "Body additional authenticated data (AAD) reference" and "Initialization vector reference"; the
// AWS Encryption SDK specification, data-format/message-header.md, message-body.md and message-footer.md, and
// framework/default-cmm.md for the public key in the context.
package encryptionsdk
