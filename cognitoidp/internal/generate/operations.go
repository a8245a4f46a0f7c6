package main

import (
	"fmt"
	"slices"
	"strings"
)

// errorCodes writes the codes of the exceptions.
func errorCodes(m *model) string {
	var b, faults strings.Builder
	b.WriteString("// The errors of the service model.\nconst (\n")
	for _, name := range m.shapeNames() {
		if s := m.Shapes[name]; s.Exception {
			fmt.Fprintf(&b, "%s ErrorCode = %q\n", name, name)
			if s.Fault {
				fmt.Fprintf(&faults, "%s: true,\n", name)
			}
		}
	}
	fmt.Fprintf(&b, ")\n\n// faults are the errors that are the service's own.\nvar faults = map[ErrorCode]bool{\n%s}\n", &faults)
	return b.String()
}

// operations writes the operation table.
func operations(m *model) string {
	var b strings.Builder
	b.WriteString("// Operations are all operations of the service, by name.\nvar Operations = []*Operation{\n")
	for _, name := range m.operationNames() {
		o := m.Operations[name]
		authorization := m.authorization(o)
		fmt.Fprintf(&b, "{\nName: %q, Authorization: %s, Signed: %t,\nInput: &shape%s,\n",
			name, authorization, authorization == "BySignature", o.Input.Shape)
		if o.Output != nil {
			fmt.Fprintf(&b, "Output: &shape%s,\n", o.Output.Shape)
		}
		b.WriteString("Errors: []ErrorCode{\n")
		for _, e := range o.errorNames() {
			b.WriteString(e + ",\n")
		}
		b.WriteString("},\n},\n")
	}
	b.WriteString("}\n\nvar operations = func() map[string]*Operation {\nbyName := make(map[string]*Operation, len(Operations))\n" +
		"for _, o := range Operations {\nbyName[o.Name] = o\n}\nreturn byName\n}()\n")
	return b.String()
}

func (o *operation) errorNames() []string {
	var names []string
	for _, e := range o.Errors {
		names = append(names, e.Shape)
	}
	slices.Sort(names)
	return names
}

func (o *operation) output() string {
	if o.Output == nil {
		return "Unit"
	}
	return o.Output.Shape
}

var authorizationDoc = map[string]string{
	"BySignature":            "It is signed with AWS Signature Version 4.",
	"ByAccessToken":          "It is authorized by an access token; IAM credentials are not looked at.",
	"ByAccessTokenOrSession": "It is authorized by an access token or the session of a sign-in; IAM credentials are not looked at.",
	"ByClient":               "It is authorized by what it carries; IAM credentials are not looked at.",
}

// service writes the interface with one method per operation.
func service(m *model) string {
	var b strings.Builder
	b.WriteString("import \"context\"\n\n// Service is the operations of Amazon Cognito user pools.\ntype Service interface {\n")
	for _, name := range m.operationNames() {
		o := m.Operations[name]
		b.WriteString(comment(name + ": " + authorizationDoc[m.authorization(o)] + " Errors: " +
			strings.Join(o.errorNames(), ", ") + "."))
		fmt.Fprintf(&b, "%s(ctx context.Context, in *%s) (*%s, error)\n", name, o.Input.Shape, o.output())
	}
	b.WriteString("}\n")
	return b.String()
}

// bindings writes how Invoke finds each operation's method.
func bindings(m *model) string {
	var b strings.Builder
	b.WriteString("import \"context\"\n\nvar bindings = map[string]binding{\n")
	for _, name := range m.operationNames() {
		o := m.Operations[name]
		signature := fmt.Sprintf("(context.Context, *%s) (*%s, error)", o.Input.Shape, o.output())
		fmt.Fprintf(&b, "%q: bind(func(svc any) func%s {\nif s, ok := svc.(interface{ %s%s }); ok {\nreturn s.%s\n}\nreturn nil\n}),\n",
			name, signature, name, signature, name)
	}
	b.WriteString("}\n")
	return b.String()
}
