// Package kms is where data keys come from: small keys for one message each, encrypted by a key that never
// leaves its place.
//
//	Remote ─ GenerateDataKey ─▶ AWS KMS, or what speaks like it
//	Local  ─ keys of the installation's own, one for each key ARN, derived from its keyring
//	Door   ◀─ Decrypt, GenerateDataKey ─ functions, by an SDK whose KMS endpoint is this server
//
// A Local key needs no making: whatever ARN a pool names (LambdaConfig's KMSKeyID), the key of that name is the
// same for the life of the keyring, on every node, and rotation of the master key leaves it. Who may use it is
// for the policies of access keys to say (kms:Decrypt, kms:GenerateDataKey on the ARN).
//
// Sources: the AWS KMS API reference, GenerateDataKey and Decrypt.
package kms
