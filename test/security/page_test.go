package security_test

import (
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// TestWebPageInDevelopment: a page that a developer happens to visit may call what any page of an app
// may call, but not what takes an access key: there a development server believes any.
func TestWebPageInDevelopment(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{}, &idp.CreateUserPoolClientInput{})
	for origin, allowed := range map[string]bool{
		"":                              true, // no page
		"http://localhost:3000":         true,
		"http://app.localhost":          true,
		"http://127.0.0.1:5173":         true,
		"http://[::1]:8080":             true,
		"https://evil.example":          false,
		"http://localhost.evil.example": false,
		"http://10.0.0.7":               false,
		"null":                          false, // a sandboxed frame
	} {
		header := map[string]string{}
		for name, value := range signature {
			header[name] = value
		}
		if origin != "" {
			header["Origin"] = origin
		}
		status, code, _ := s.post(t, "ListUserPools", header, map[string]int{"MaxResults": 10})
		if (status == 200) != allowed || !allowed && code != "AccessDeniedException" {
			t.Errorf("ListUserPools from origin %q: %d %s", origin, status, code)
		}
	}
	_, code, _ := s.post(t, "GetUser", map[string]string{"Origin": "https://app.example"}, map[string]string{"AccessToken": "a.b.c"})
	if code != "NotAuthorizedException" {
		t.Errorf("GetUser from a page: %s", code)
	}
}
