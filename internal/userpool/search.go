package userpool

import "strings"

// SearchValue is the form in which the store keeps and compares a searchable attribute of u for
// ListUsers: username, status and sub letter by letter, the others in lower case.
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
		return strings.ToLower(string(u.Status))
	default:
		return strings.ToLower(u.Attributes[attribute])
	}
}
