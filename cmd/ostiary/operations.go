package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"ostiary/cognitoidp"
	"ostiary/internal/api"
)

type operationsCommand struct {
	JSON bool `help:"As JSON." name:"json"`
}

// Help stands below the flags.
func (operationsCommand) Help() string {
	return `An operation that is not built answers NotImplementedException with status 501.

Example:
  ostiary operations --json | jq -r '.[] | select(.built | not) | .name'`
}

type operationRow struct {
	Name   string `json:"name"`
	Signed bool   `json:"signed"` // takes an AWS signature; the others prove themselves otherwise
	Built  bool   `json:"built"`
}

// Run prints the table.
func (c *operationsCommand) Run(env *environment) error {
	var rows []operationRow
	for _, op := range cognitoidp.Operations {
		rows = append(rows, operationRow{op.Name, op.Signed, cognitoidp.Built(&api.Service{}, op.Name)})
	}
	if c.JSON {
		encoder := json.NewEncoder(env.stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(rows)
	}
	built := 0
	table := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "OPERATION\tSIGNED\tBUILT")
	for _, r := range rows {
		if r.Built {
			built++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.Name, yes(r.Signed), yes(r.Built))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(env.stdout, "\n%d of %d operations are built.\n", built, len(rows))
	return err
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "-"
}
