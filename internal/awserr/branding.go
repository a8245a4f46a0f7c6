package awserr

import (
	"strconv"

	"ostiary/cognitoidp"
)

// invalidStyle refuses a part of a style. Operations: CreateManagedLoginBranding,
// UpdateManagedLoginBranding.
func invalidStyle(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// StyleExists: the app client has a style. Operation: CreateManagedLoginBranding.
func StyleExists() error {
	return refuse(cognitoidp.ManagedLoginBrandingExistsException, "The app client already has a managed login branding style.")
}

// StyleNotFound: the pool has no style of this id, or the app client none at all.
func StyleNotFound() error {
	return refuse(cognitoidp.ResourceNotFoundException, "Managed login branding style does not exist.")
}

// StyleOrDefaults: a style is either the default one or has settings of its own.
func StyleOrDefaults() error {
	return invalidStyle("useCognitoProvidedValues or settings should be specified (but not both)")
}

// SettingsNoObject: Settings are a JSON object.
func SettingsNoObject() error {
	return invalidStyle("Settings must be a JSON object.")
}

// SettingRefused: a setting is of another kind than it should be. Where is its path.
func SettingRefused(where, wanted string) error {
	return invalidStyle(where + " must be " + wanted + ".")
}

// TooManyAssets: a style has at most limit images.
func TooManyAssets(limit int) error {
	return invalidStyle("A managed login branding style can have at most " + strconv.Itoa(limit) + " assets.")
}

// AssetTwice: two images of one request are for the same.
func AssetTwice(category cognitoidp.AssetCategoryType, mode cognitoidp.ColorSchemeModeType) error {
	return invalidStyle("The asset " + string(category) + " for the color mode " + string(mode) + " is given twice.")
}

// AssetExtension: the category takes no images of this file type.
func AssetExtension(category cognitoidp.AssetCategoryType, extension cognitoidp.AssetExtensionType) error {
	return invalidStyle("The extension " + string(extension) + " is not allowed for assets of the category " + string(category) + ".")
}

// AssetEmpty: there are no bytes of the image.
func AssetEmpty(category cognitoidp.AssetCategoryType, mode cognitoidp.ColorSchemeModeType) error {
	return invalidStyle("The asset " + string(category) + " for the color mode " + string(mode) + " has no Bytes.")
}

// AssetRefused: the image has something in it that an image must not have.
func AssetRefused(category cognitoidp.AssetCategoryType, why error) error {
	return invalidStyle("The asset " + string(category) + " is not allowed: " + why.Error() + ".")
}

// invalidCustomization refuses a customization of the hosted UI. Operation: SetUICustomization.
func invalidCustomization(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// CustomizationNeedsDomain: without a domain there are no pages to customize.
func CustomizationNeedsDomain() error {
	return invalidCustomization("A domain must be associated with this user pool.")
}

// CSSClass: the selector is none of those that the pages have for this.
func CSSClass(selector string) error {
	return invalidCustomization("The CSS class " + selector + " is not in the list of allowed classes.")
}

// CSSUnreadable: the CSS is more, or less, than declarations for classes.
func CSSUnreadable(why string) error {
	return invalidCustomization("The CSS is not valid: " + why + ".")
}

// LogoFormat: the logo is an image of another format.
func LogoFormat() error {
	return invalidCustomization("ImageFile must be a PNG or JPEG image.")
}
