package userpool

import "strings"

// FoldSearch is value in the form in which ListUsers compares attribute: letter by letter for
// username, status and sub, otherwise without case.
func FoldSearch(attribute, value string) string {
	switch attribute {
	case "", "username", "status", AttrSub:
		return value
	default:
		return strings.ToLower(value)
	}
}

// SearchValue is the form in which the store keeps and compares a searchable attribute of u for
// ListUsers (FoldSearch); "" if u does not have it.
func (u *User) SearchValue(attribute string) string {
	switch attribute {
	case "", "username":
		return u.Username
	case AttrSub:
		return u.Sub
	case "status":
		if u.Enabled {
			return "Enabled"
		}
		return "Disabled"
	case "cognito:user_status":
		return FoldSearch(attribute, string(u.Status))
	default:
		return FoldSearch(attribute, u.Attributes[attribute])
	}
}
