package branding

import (
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// MaxAssets is how many images a style may have.
const MaxAssets = 40

// NewStyle is the style that CreateManagedLoginBranding asks for.
func NewStyle(id string, now time.Time, in *cognitoidp.CreateManagedLoginBrandingRequest) (*userpool.LoginStyle, error) {
	s := &userpool.LoginStyle{ID: id, PoolID: in.UserPoolId, ClientID: in.ClientId, Created: now}
	if !useDefaults(in.UseCognitoProvidedValues) && len(in.Settings) == 0 {
		return nil, awserr.StyleOrDefaults()
	}
	return s, change(s, now, in.UseCognitoProvidedValues, in.Settings, in.Assets)
}

// UpdateStyle makes the whole change that UpdateManagedLoginBranding asks for, or refuses it and leaves s
// untouched. What is given joins what is there: settings member by member, images by what they are for.
// UseCognitoProvidedValues instead removes both.
func UpdateStyle(s *userpool.LoginStyle, now time.Time, in *cognitoidp.UpdateManagedLoginBrandingRequest) error {
	if !useDefaults(in.UseCognitoProvidedValues) && len(in.Settings) == 0 && len(in.Assets) == 0 {
		return awserr.StyleOrDefaults()
	}
	next := *s
	if err := change(&next, now, in.UseCognitoProvidedValues, in.Settings, in.Assets); err != nil {
		return err
	}
	*s = next
	return nil
}

func useDefaults(flag *bool) bool { return flag != nil && *flag }

func change(s *userpool.LoginStyle, now time.Time, defaults *bool, settings cognitoidp.Document, assets []cognitoidp.AssetType) (err error) {
	s.Modified = now
	if useDefaults(defaults) {
		if len(settings) > 0 || len(assets) > 0 {
			return awserr.StyleOrDefaults()
		}
		s.UseDefaults, s.Settings, s.Assets = true, nil, nil
		return nil
	}
	s.UseDefaults = false
	if len(settings) > 0 {
		if s.Settings, err = joinSettings(s.Settings, settings); err != nil {
			return err
		}
	}
	s.Assets, err = joinAssets(s.Assets, assets)
	return err
}

// slot is what an image is for. Providers' buttons have an icon each, told apart by ResourceId.
type slot struct {
	category cognitoidp.AssetCategoryType
	mode     cognitoidp.ColorSchemeModeType
	resource string
}

func slotOf(a cognitoidp.AssetType) slot {
	s := slot{category: a.Category, mode: a.ColorMode}
	if a.Category == cognitoidp.AssetCategoryTypeIdpButtonIcon && a.ResourceId != nil {
		s.resource = *a.ResourceId
	}
	return s
}

// joinAssets puts images in the place of those that were there for the same, and adds the others. An
// image without bytes stands for the bytes that are there.
func joinAssets(old, given []cognitoidp.AssetType) ([]cognitoidp.AssetType, error) {
	joined := slices.Clone(old)
	seen := map[slot]bool{}
	for _, a := range given {
		at := slotOf(a)
		if seen[at] {
			return nil, awserr.AssetTwice(a.Category, a.ColorMode)
		}
		seen[at] = true
		place := slices.IndexFunc(joined, func(o cognitoidp.AssetType) bool { return slotOf(o) == at })
		if len(a.Bytes) == 0 && place >= 0 && joined[place].Extension == a.Extension {
			a.Bytes = joined[place].Bytes
		}
		if err := checkAsset(a); err != nil {
			return nil, err
		}
		if place < 0 {
			joined = append(joined, a)
		} else {
			joined[place] = a
		}
	}
	if len(joined) > MaxAssets {
		return nil, awserr.TooManyAssets(MaxAssets)
	}
	return joined, nil
}

// extensions are the file types of images for a category.
func extensions(category cognitoidp.AssetCategoryType) []cognitoidp.AssetExtensionType {
	switch category {
	case cognitoidp.AssetCategoryTypeFaviconIco:
		return []cognitoidp.AssetExtensionType{cognitoidp.AssetExtensionTypeIco}
	case cognitoidp.AssetCategoryTypeFaviconSvg:
		return []cognitoidp.AssetExtensionType{cognitoidp.AssetExtensionTypeSvg}
	case cognitoidp.AssetCategoryTypeIdpButtonIcon:
		return []cognitoidp.AssetExtensionType{cognitoidp.AssetExtensionTypeIco, cognitoidp.AssetExtensionTypeSvg}
	default:
		return []cognitoidp.AssetExtensionType{
			cognitoidp.AssetExtensionTypePng, cognitoidp.AssetExtensionTypeSvg,
			cognitoidp.AssetExtensionTypeJpeg, cognitoidp.AssetExtensionTypeWebp,
		}
	}
}

func checkAsset(a cognitoidp.AssetType) error {
	switch {
	case !slices.Contains(extensions(a.Category), a.Extension):
		return awserr.AssetExtension(a.Category, a.Extension)
	case len(a.Bytes) == 0:
		return awserr.AssetEmpty(a.Category, a.ColorMode)
	case a.Extension == cognitoidp.AssetExtensionTypeSvg:
		if err := checkSVG(a.Bytes); err != nil {
			return awserr.AssetRefused(a.Category, err)
		}
	}
	return nil
}

// Merged is s with what it does not customize filled in from the defaults (ReturnMergedResources).
func Merged(s *userpool.LoginStyle) (*userpool.LoginStyle, error) {
	whole := *s
	var err error
	if whole.Settings, err = mergeSettings(s.Settings); err != nil {
		return nil, err
	}
	whole.Assets = slices.Clone(s.Assets)
	defaults, err := defaultAssets()
	if err != nil {
		return nil, err
	}
	for _, d := range defaults {
		replaced := slices.ContainsFunc(s.Assets, func(a cognitoidp.AssetType) bool {
			return a.Category == d.Category && (a.ColorMode == d.ColorMode || a.ColorMode == cognitoidp.ColorSchemeModeTypeDynamic)
		})
		if !replaced {
			whole.Assets = append(whole.Assets, d)
		}
	}
	return &whole, nil
}

// defaults has the look without customization: settings.json, and images named after category, color
// mode and extension.
//
//go:embed defaults
var defaults embed.FS

func defaultAssets() ([]cognitoidp.AssetType, error) {
	files, err := defaults.ReadDir("defaults")
	if err != nil {
		return nil, err
	}
	var list []cognitoidp.AssetType
	for _, f := range files {
		parts := strings.Split(strings.ToUpper(f.Name()), ".")
		if len(parts) != 3 {
			continue // the settings
		}
		image, err := defaults.ReadFile(path.Join("defaults", f.Name()))
		if err != nil {
			return nil, err
		}
		list = append(list, cognitoidp.AssetType{
			Category:  cognitoidp.AssetCategoryType(parts[0]),
			ColorMode: cognitoidp.ColorSchemeModeType(parts[1]),
			Extension: cognitoidp.AssetExtensionType(parts[2]),
			Bytes:     image,
		})
	}
	return list, nil
}

func defaultSettings() (map[string]any, error) {
	text, err := defaults.ReadFile("defaults/settings.json")
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	return tree, decode(text, &tree)
}

// decode keeps numbers as they are written.
func decode(text []byte, into *map[string]any) error {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	return d.Decode(into)
}
