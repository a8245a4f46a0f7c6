package token

import (
	"strconv"

	"ostiary/internal/userpool"
)

// identities is the claim of that name: how external providers know the user. As a claim all values but
// a missing issuer are text.
func (o *object) identities(list []userpool.Identity) {
	if len(list) == 0 {
		return
	}
	o.name(userpool.AttrIdentities)
	*o = append(*o, '[')
	for i, id := range list {
		if i > 0 {
			*o = append(*o, ',')
		}
		var entry object
		entry.text("userId", id.Value)
		entry.text("providerName", id.Provider)
		entry.text("providerType", string(id.Type))
		if id.Issuer == "" {
			entry.name("issuer")
			entry = append(entry, "null"...)
		} else {
			entry.text("issuer", id.Issuer)
		}
		entry.text("primary", strconv.FormatBool(id.Primary))
		entry.text("dateCreated", id.DateCreated())
		*o = append(*o, entry.close()...)
	}
	*o = append(*o, ']')
}
