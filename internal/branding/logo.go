package branding

import (
	"bytes"
	"net/url"
	"time"

	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// LogoType is the media type of a logo of the classic hosted UI.
func LogoType(image []byte) (string, error) {
	switch {
	case bytes.HasPrefix(image, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png", nil
	case bytes.HasPrefix(image, []byte("\xff\xd8\xff")):
		return "image/jpeg", nil
	default:
		return "", awserr.LogoFormat()
	}
}

const versionForm = "20060102150405"

// Version is the version of a customization set now, in the place of one of the version old, "" for none.
// No version comes twice, for addresses contain it.
func Version(old string, now time.Time) string {
	version := now.UTC().Format(versionForm)
	if last, err := time.Parse(versionForm, old); err == nil && version <= old {
		return last.Add(time.Second).Format(versionForm)
	}
	return version
}

// LogoPattern is where logos are served (a pattern of http.ServeMux); LogoPath is the address of one. The
// version makes it a new address whenever the logo changes, so that it can be kept for ever.
const LogoPattern = "/_branding/{poolId}/{clientId}/{version}/assets/images/{file}"

// LogoPath: see LogoPattern.
func LogoPath(c *userpool.UICustomization) string {
	file := "image.png"
	if c.LogoType == "image/jpeg" {
		file = "image.jpg"
	}
	return "/_branding/" + url.PathEscape(c.PoolID) + "/" + url.PathEscape(c.ClientID) + "/" + c.Version + "/assets/images/" + file
}
