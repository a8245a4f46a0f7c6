package cognitoidp_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ostiary/cognitoidp"
)

// TestSentences: what the service says about requests that break the model's constraints.
func TestSentences(t *testing.T) {
	for name, c := range map[string]struct {
		operation, body string
		code            cognitoidp.ErrorCode // "": accepted
		message         string
	}{
		"null is absent": {
			"ListUsers", `{"UserPoolId":"us-east-1_abcdefghi","Filter":null,"Unknown":[{"a":1}]}`, "", "",
		},
		"required members": {
			"SignUp", `{}`, cognitoidp.InvalidParameterException,
			"2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must not be null; " +
				"Value at 'username' failed to satisfy constraint: Member must not be null",
		},
		"a required member that may be shown": {
			"DescribeUserPool", ``, cognitoidp.InvalidParameterException,
			"1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
		},
		"lengths, sensitive, in the model's order": {
			"SignUp", `{"Username":"","Password":"` + strings.Repeat("x", 257) + `","ClientId":"1abc"}`, cognitoidp.InvalidParameterException,
			"3 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
				`Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; ` +
				"Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256",
		},
		"a pattern": {
			"DescribeUserPool", `{"UserPoolId":"nope"}`, cognitoidp.InvalidParameterException,
			`1 validation error detected: Value 'nope' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`,
		},
		"a number": {
			"ListUserPools", `{"MaxResults":61}`, cognitoidp.InvalidParameterException,
			"1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60",
		},
		"an enum": {
			"AdminCreateUser", `{"UserPoolId":"us-east-1_abcdefghi","Username":"ana","MessageAction":"NEVER"}`, cognitoidp.InvalidParameterException,
			"1 validation error detected: Value 'NEVER' at 'messageAction' failed to satisfy constraint: Member must satisfy enum value set: [RESEND, SUPPRESS]",
		},
		"an element of a list": {
			"CreateUserPool", `{"PoolName":"p","AutoVerifiedAttributes":["fax"]}`, cognitoidp.InvalidParameterException,
			"1 validation error detected: Value '[fax]' at 'autoVerifiedAttributes' failed to satisfy constraint: " +
				"Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]",
		},
		"a structure in a list": {
			"CreateUserPool", `{"PoolName":"p","Schema":[{"Name":"ok"},{"Name":"waytoolongattributename"}]}`, cognitoidp.InvalidParameterException,
			"1 validation error detected: Value 'waytoolongattributename' at 'schema.2.member.name' failed to satisfy constraint: Member must have length less than or equal to 20",
		},
		"a nested structure": {
			"CreateUserPool", `{"PoolName":"p","Policies":{"PasswordPolicy":{"MinimumLength":5}}}`, cognitoidp.InvalidParameterException,
			"1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6",
		},
		"a number for a text": {
			"DescribeUserPool", `{"UserPoolId":7}`, cognitoidp.SerializationException, "NUMBER_VALUE can not be converted to a String",
		},
		"a text for a number": {
			"ListUserPools", `{"MaxResults":"7"}`, cognitoidp.SerializationException, "STRING_VALUE can not be converted to an Integer",
		},
		"an object for a text": {
			"DescribeUserPool", `{"UserPoolId":{}}`, cognitoidp.SerializationException, "Start of structure or map found where not expected.",
		},
		"half a number": {
			"ListUserPools", `{"MaxResults":1.5}`, cognitoidp.SerializationException, "NUMBER_VALUE can not be converted to an Integer",
		},
		"no JSON":         {"ListUserPools", `{"MaxResults":`, cognitoidp.SerializationException, ""},
		"more than JSON":  {"ListUserPools", `{"MaxResults":7}}`, cognitoidp.SerializationException, ""},
		"not an object":   {"ListUserPools", `[]`, cognitoidp.SerializationException, ""},
		"nested too deep": {"ListUserPools", `{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, cognitoidp.SerializationException, ""},
		"UTF-16 lengths": {
			"CreateGroup", `{"UserPoolId":"us-east-1_abcdefghi","GroupName":"` + strings.Repeat("😀", 65) + `"}`, cognitoidp.InvalidParameterException,
			"1 validation error detected: Value '" + strings.Repeat("😀", 65) + "' at 'groupName' failed to satisfy constraint: Member must have length less than or equal to 128",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, ok := cognitoidp.OperationByName(c.operation)
			if !ok {
				t.Fatal("no such operation")
			}
			err := o.Input.DecodeValid([]byte(c.body), o.Input.New())
			var got *cognitoidp.Error
			switch {
			case c.code == "" && err == nil:
			case !errors.As(err, &got) || got.Code != c.code:
				t.Errorf("got %v, want %s", err, c.code)
			case c.message != "" && got.Message != c.message:
				t.Errorf("\n got %s\nwant %s", got.Message, c.message)
			}
		})
	}
}

// half is a server that has one operation.
type half struct{}

func (half) ListUserPools(_ context.Context, in *cognitoidp.ListUserPoolsRequest) (*cognitoidp.ListUserPoolsResponse, error) {
	return &cognitoidp.ListUserPoolsResponse{NextToken: new(strings.Repeat("x", int(in.MaxResults)))}, nil
}

func TestInvoke(t *testing.T) {
	ctx := context.Background()
	if got, err := cognitoidp.Invoke(ctx, half{}, "ListUserPools", []byte(`{"MaxResults":2}`)); err != nil || string(got) != `{"NextToken":"xx"}` {
		t.Errorf("ListUserPools: %s, %v", got, err)
	}
	if _, err := cognitoidp.Invoke(ctx, half{}, "DeleteUser", []byte(`{}`)); !errors.Is(err, cognitoidp.NotImplementedException) {
		t.Errorf("DeleteUser: %v", err)
	}
	if _, err := cognitoidp.Invoke(ctx, half{}, "Nope", nil); !errors.Is(err, cognitoidp.UnknownOperationException) {
		t.Errorf("Nope: %v", err)
	}
	refusal := errors.New("not you")
	_, err := cognitoidp.Invoke(ctx, half{}, "ListUserPools", []byte(`{"MaxResults":0}`), func(in any) error {
		if _, ok := in.(*cognitoidp.ListUserPoolsRequest); !ok {
			t.Errorf("admitted a %T", in)
		}
		return refusal
	})
	if !errors.Is(err, refusal) {
		t.Errorf("whoever may not call learned: %v", err)
	}
	if !cognitoidp.Built(half{}, "ListUserPools") || cognitoidp.Built(half{}, "DeleteUser") || cognitoidp.Built(half{}, "Nope") {
		t.Error("Built is wrong")
	}
}

func TestSensitiveMembersDoNotPrint(t *testing.T) {
	in := &cognitoidp.SignUpRequest{ClientId: "client-1", Username: "ana", Password: new("Correct-Horse-7"),
		UserAttributes: []cognitoidp.AttributeType{{Name: "email", Value: new("ana@example.com")}}}
	for _, got := range []string{in.String(), in.GoString(), in.LogValue().String()} {
		for _, leak := range []string{"Correct-Horse-7", "ana@example.com", "client-1"} {
			if strings.Contains(got, leak) {
				t.Errorf("%q shows %s", got, leak)
			}
		}
		if !strings.Contains(got, "email") {
			t.Errorf("%q does not show the name of the attribute", got)
		}
	}
}

// FuzzDecode: whatever the body, an operation refuses it or reads it, and what it read survives.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"UserPoolId":"us-east-1_abcdefghi"}`, `{"Schema":[{"Name":"a","Mutable":true}],"UserPoolTags":{"a":null}}`,
		`{"AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"\ud83d\ude00"}}`, `[1e999]`, `{"a":`, "\xff", `{"MaxResults":-1e2}`,
		`{"Settings":{"a":[1,2,{"b":null}]},"Assets":[{"Bytes":"aGk="}]}`,
	} {
		for i := range cognitoidp.Operations {
			f.Add(i, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, index int, body []byte) {
		o := cognitoidp.Operations[uint(index)%uint(len(cognitoidp.Operations))]
		v := o.Input.New()
		err := o.Input.DecodeValid(body, v)
		if err != nil && !errors.Is(err, cognitoidp.InvalidParameterException) && !errors.Is(err, cognitoidp.SerializationException) {
			t.Fatalf("unexpected error %v", err)
		}
		if err != nil {
			return
		}
		text := o.Input.Encode(v)
		again := o.Input.New()
		if err := o.Input.DecodeValid(text, again); err != nil {
			t.Fatalf("accepted %q but not its own form %s: %v", body, text, err)
		}
		if second := o.Input.Encode(again); string(second) != string(text) {
			t.Fatalf("%s became %s", text, second)
		}
	})
}

// FuzzDecodeXML: no document breaks the reader.
func FuzzDecodeXML(f *testing.F) {
	for i, o := range cognitoidp.Operations {
		f.Add(i, o.Input.EncodeXML(o.Input.New()))
	}
	f.Add(0, []byte(`<a><b/></a>`))
	f.Fuzz(func(t *testing.T, index int, body []byte) {
		o := cognitoidp.Operations[uint(index)%uint(len(cognitoidp.Operations))]
		v := o.Input.New()
		if err := o.Input.DecodeXML(body, v); err == nil {
			o.Input.EncodeXML(v)
		}
	})
}
