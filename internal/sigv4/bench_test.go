package sigv4

import "testing"

func BenchmarkVerify(b *testing.B) {
	v := New()
	body := []byte(`{"UserPoolId":"eu-west-1_AbCdEfGhI","Username":"ana"}`)
	req := sign(b, newRequest(string(body)), string(body))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(req, body, lookup, testNow); err != nil {
			b.Fatal(err)
		}
	}
}
