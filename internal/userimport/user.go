package userimport

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

const (
	maxUsername = 128  // UsernameType, in characters
	maxValue    = 2048 // AttributeValueType, in characters
)

// imported reads a row as the user that it describes. White space around values does not count.
func imported(p *userpool.Pool, columns, values []string) (account.Imported, error) {
	var in account.Imported
	if len(values) != len(columns) {
		return in, awserr.ImportValues(len(values), len(columns))
	}
	var given []cognitoidp.AttributeType
	flag := ""
	for i, column := range columns {
		value := strings.TrimSpace(values[i])
		switch column {
		case columnUsername:
			in.Username = value
		case columnMFA:
			flag = strings.ToLower(value)
		default:
			if utf8.RuneCountInString(value) > maxValue {
				return in, awserr.ImportValueTooLong(column, maxValue)
			}
			if column == "birthdate" && value != "" {
				day, ok := birthdate(value)
				if !ok {
					return in, awserr.ImportBirthdate()
				}
				value = day
			}
			given = append(given, cognitoidp.AttributeType{Name: column, Value: &value})
		}
	}
	if n := utf8.RuneCountInString(in.Username); n == 0 || n > maxUsername || strings.ContainsFunc(in.Username, unicode.IsSpace) ||
		cognitoidp.Validate(&cognitoidp.AdminGetUserRequest{UserPoolId: p.ID, Username: in.Username}) != nil {
		return in, awserr.ImportUsername()
	}
	if flag != "true" && flag != "false" {
		return in, awserr.ImportMFAFlag("true or false")
	}
	in.MFA = flag == "true"
	in.Attributes = account.AttributesOf(p, given)
	return in, nil
}

// birthdate reads a date as files have it, 01/31/2000, or as pools have it, and answers the latter.
func birthdate(value string) (string, bool) {
	for _, form := range []string{"01/02/2006", time.DateOnly} {
		if day, err := time.Parse(form, value); err == nil {
			return day.Format(time.DateOnly), true
		}
	}
	return "", false
}
