package userimport

import (
	"fmt"
	"slices"
	"strings"

	"ostiary/internal/userpool"
)

// The columns that are no attributes.
const (
	columnMFA      = "cognito:mfa_enabled"
	columnUsername = "cognito:username"
)

// Header is the columns of a file for p (GetCSVHeader): every attribute that can be given, in the order of
// the pool's schema, then the two that are none. A file may have them in any order.
func Header(p *userpool.Pool) []string {
	var columns []string
	for _, a := range p.Settings.SchemaAttributes {
		if a.Name != nil && *a.Name != userpool.AttrSub && *a.Name != userpool.AttrIdentities {
			columns = append(columns, *a.Name)
		}
	}
	return append(columns, columnMFA, columnUsername)
}

// unfit tells what is wrong with the columns of a file for p, or "".
func unfit(p *userpool.Pool, columns []string) string {
	wanted := Header(p)
	seen := map[string]bool{}
	for _, c := range columns {
		switch {
		case !slices.Contains(wanted, c):
			return fmt.Sprintf("The header of the CSV file has a column that the user pool does not: %q.", c)
		case seen[c]:
			return fmt.Sprintf("The header of the CSV file has a column twice: %q.", c)
		}
		seen[c] = true
	}
	missing := slices.DeleteFunc(wanted, func(c string) bool { return seen[c] })
	if len(missing) > 0 {
		return "The header of the CSV file lacks columns: " + strings.Join(missing, ", ") + "."
	}
	return ""
}
