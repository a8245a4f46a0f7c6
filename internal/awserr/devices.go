package awserr

import "ostiary/cognitoidp"

// DeviceNotFound: the user has confirmed no device of this key, or has forgotten it. Clients look for
// the word device, drop the key and sign in without it. Operations on devices, and sign-in with a
// DEVICE_KEY.
func DeviceNotFound() error {
	return refuse(cognitoidp.ResourceNotFoundException, "Device does not exist.")
}

// DevicesNotTracked: the pool has no DeviceConfiguration. Operations on devices.
func DevicesNotTracked() error {
	return refuse(cognitoidp.InvalidUserPoolConfigurationException, "Device tracking is not enabled for the user pool.")
}

// InvalidDeviceKey: the key was not handed out in the sign-in that the access token comes from.
// Operation: ConfirmDevice.
func InvalidDeviceKey() error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid device key given.")
}

// DeviceExists: the device was confirmed before. Operation: ConfirmDevice.
func DeviceExists() error {
	return refuse(cognitoidp.DeviceKeyExistsException, "Device key already exists.")
}

// DeviceSecretMissing: without salt and verifier the device could never prove itself. Operation:
// ConfirmDevice.
func DeviceSecretMissing() error {
	return refuse(cognitoidp.InvalidParameterException, "Missing DeviceSecretVerifierConfig: Salt and PasswordVerifier are required.")
}

// InvalidDeviceSecret: a member of DeviceSecretVerifierConfig is not what it has to be. Operation:
// ConfirmDevice.
func InvalidDeviceSecret(member, needed string) error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid DeviceSecretVerifierConfig: "+member+" must be Base64 of "+needed+".")
}

// AccessTokenMissing: the access token is optional in the model, but there is nobody to act for
// without it. Operations: GetDevice, ForgetDevice.
func AccessTokenMissing() error {
	return refuse(cognitoidp.NotAuthorizedException, "Access Token is required")
}

// DeviceOwnerNotFound: nobody has the name that an administrator gave. Operations: AdminGetDevice and
// AdminListDevices, which do not declare UserNotFoundException.
func DeviceOwnerNotFound() error {
	return refuse(cognitoidp.ResourceNotFoundException, "User does not exist.")
}
