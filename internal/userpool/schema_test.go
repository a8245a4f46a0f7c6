package userpool

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

type schemaAttribute = cognitoidp.SchemaAttributeType

func TestSchemaRefusals(t *testing.T) {
	text := lengths
	number := func(least, most string) *cognitoidp.NumberAttributeConstraintsType {
		return &cognitoidp.NumberAttributeConstraintsType{MinValue: &least, MaxValue: &most}
	}
	tests := []struct {
		name    string
		schema  []schemaAttribute
		message string
	}{
		{"standard of another type", []schemaAttribute{{Name: new("email"), AttributeDataType: "Number"}},
			"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email"},
		{"standard for developers", []schemaAttribute{{Name: new("email"), DeveloperOnlyAttribute: new(true)}},
			"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email"},
		{"standard twice", []schemaAttribute{{Name: new("email")}, {Name: new("email")}},
			"Duplicate custom attribute names email are not allowed in a user pool schema."},
		{"custom without type", []schemaAttribute{{Name: new("team")}},
			"Invalid AttributeDataType input, consider using the provided AttributeDataType enum."},
		{"without name", []schemaAttribute{{AttributeDataType: "String"}}, "Name is required for every schema attribute."},
		{"custom required", []schemaAttribute{{Name: new("team"), AttributeDataType: "String", Required: new(true)}},
			"Required custom attributes are not supported currently."},
		{"custom twice", []schemaAttribute{{Name: new("team"), AttributeDataType: "String"}, {Name: new("team"), AttributeDataType: "Number"}},
			"Duplicate custom attribute names custom:team are not allowed in a user pool schema."},
		{"lengths reversed", []schemaAttribute{{Name: new("team"), AttributeDataType: "String", StringAttributeConstraints: text("10", "9")}},
			"Attribute custom:team cannot have a max length shorter than it's min length"},
		{"lengths of a standard reversed", []schemaAttribute{{Name: new("email"), StringAttributeConstraints: text("10", "9")}},
			"Attribute email cannot have a max length shorter than it's min length"},
		{"values reversed", []schemaAttribute{{Name: new("age"), AttributeDataType: "Number", NumberAttributeConstraints: number("-1", "-1.5")}},
			"Attribute custom:age cannot have a max value smaller than it's min value"},
		{"length is no number", []schemaAttribute{{Name: new("team"), AttributeDataType: "String", StringAttributeConstraints: text("0", "many")}},
			"Invalid StringAttributeConstraints for schema attribute team"},
		{"negative length", []schemaAttribute{{Name: new("team"), AttributeDataType: "String", StringAttributeConstraints: text("-1", "5")}},
			"Invalid StringAttributeConstraints for schema attribute team"},
		{"value is no number", []schemaAttribute{{Name: new("age"), AttributeDataType: "Number", NumberAttributeConstraints: number("", "1")}},
			"Invalid NumberAttributeConstraints for schema attribute age"},
		{"huge value", []schemaAttribute{{Name: new("age"), AttributeDataType: "Number", NumberAttributeConstraints: number("0", strings.Repeat("9", 309))}},
			"Invalid NumberAttributeConstraints for schema attribute age"},
		{"value with an exponent", []schemaAttribute{{Name: new("age"), AttributeDataType: "Number", NumberAttributeConstraints: number("0", "1e999999999")}},
			"Invalid NumberAttributeConstraints for schema attribute age"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := newSchema(test.schema)
			refused(t, err, cognitoidp.InvalidParameterException, test.message)
		})
	}
}

func TestSchemaRedefinesStandard(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{Schema: []schemaAttribute{
		{Name: new("email"), Required: new(true), Mutable: new(false), StringAttributeConstraints: lengths("5", "100")},
		{Name: new("sub"), Required: new(false), Mutable: new(true)},
		{Name: new("updated_at"), NumberAttributeConstraints: &cognitoidp.NumberAttributeConstraintsType{MaxValue: new("9")},
			StringAttributeConstraints: lengths("1", "2")},
	}})
	want := standardSchema()
	for i := range want {
		switch *want[i].Name {
		case "email":
			want[i].Required, want[i].Mutable, want[i].StringAttributeConstraints = new(true), new(false), lengths("5", "100")
		case "updated_at":
			want[i].NumberAttributeConstraints = &cognitoidp.NumberAttributeConstraintsType{MaxValue: new("9")}
		}
	}
	if diff := cmp.Diff(want, p.Settings.SchemaAttributes); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"email"}, p.RequiredAttributes()); diff != "" {
		t.Errorf("required (-want +got):\n%s", diff)
	}
}

func TestAddCustomAttributes(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{Schema: []schemaAttribute{
		{Name: new("team"), AttributeDataType: "String", StringAttributeConstraints: &cognitoidp.StringAttributeConstraintsType{MaxLength: new("9")}},
	}})
	err := p.AddCustomAttributes([]schemaAttribute{
		{Name: new("email"), AttributeDataType: "Boolean", Mutable: new(false), StringAttributeConstraints: lengths("1", "2")},
		{Name: new("team"), AttributeDataType: "Number", DeveloperOnlyAttribute: new(true)},
	})
	if err != nil {
		t.Fatal(err)
	}
	no, yes := new(false), new(true)
	want := append(standardSchema(),
		schemaAttribute{Name: new("custom:team"), AttributeDataType: "String", DeveloperOnlyAttribute: no, Mutable: yes, Required: no,
			StringAttributeConstraints: &cognitoidp.StringAttributeConstraintsType{MaxLength: new("9")}},
		schemaAttribute{Name: new("custom:email"), AttributeDataType: "Boolean", DeveloperOnlyAttribute: no, Mutable: no, Required: no},
		schemaAttribute{Name: new("dev:custom:team"), AttributeDataType: "Number", DeveloperOnlyAttribute: yes, Mutable: yes, Required: no,
			NumberAttributeConstraints: &cognitoidp.NumberAttributeConstraintsType{}},
	)
	if diff := cmp.Diff(want, p.Settings.SchemaAttributes); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	if p.SchemaAttribute("custom:email") == nil || p.SchemaAttribute("custom:mail") != nil {
		t.Error("SchemaAttribute finds the wrong ones")
	}

	refused(t, p.AddCustomAttributes([]schemaAttribute{{Name: new("new"), AttributeDataType: "String"}, {Name: new("team"), AttributeDataType: "String"}}),
		cognitoidp.InvalidParameterException, "custom:team: Existing attribute already has name custom:team.")
	if diff := cmp.Diff(want, p.Settings.SchemaAttributes); diff != "" {
		t.Errorf("a refusal changed the schema (-want +got):\n%s", diff)
	}
}

func TestCustomAttributeQuota(t *testing.T) {
	own := func(from, n int) (list []schemaAttribute) {
		for i := range n {
			list = append(list, schemaAttribute{Name: new(fmt.Sprint("a", from+i)), AttributeDataType: "String"})
		}
		return list
	}
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{Schema: own(0, 26)})
	if err := p.AddCustomAttributes(own(26, 24)); err != nil {
		t.Fatal(err)
	}
	refused(t, p.AddCustomAttributes(own(50, 1)), cognitoidp.InvalidParameterException, "A user pool can have at most 50 custom attributes.")
}
