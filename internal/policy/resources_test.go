package policy

import "testing"

func TestResources(t *testing.T) {
	r := Resources{"arn:aws:lambda:*:123456789012:function:pools-*", "arn:aws:ses:*:*:identity/example.com"}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	for arn, want := range map[string]bool{
		"arn:aws:lambda:eu-west-1:123456789012:function:pools-a":      true,
		"arn:aws:lambda:eu-west-1:123456789012:function:pools-a:live": true,
		"arn:aws:lambda:eu-west-1:123456789012:function:other":        false,
		"arn:aws:lambda:eu-west-1:210987654321:function:pools-a":      false,
		"arn:aws:ses:eu-west-1:123456789012:identity/example.com":     true,
		"arn:aws:ses:eu-west-1:123456789012:identity/a@example.com":   false,
		"": false,
	} {
		if got := r.Cover(arn); got != want {
			t.Errorf("%s: %v", arn, got)
		}
		if !Resources(nil).Cover(arn) {
			t.Errorf("nothing said refuses %s", arn)
		}
	}
	for _, bad := range []string{"", "pools-*", "arn:", "arn:aws:s3:::a b", "arn:aws:s3:::${aws:username}"} {
		if err := (Resources{"*", bad}).Check(); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
