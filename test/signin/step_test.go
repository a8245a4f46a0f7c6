package signin_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// door is the pair of operations that a sign-in goes through.
type door int

const (
	publicly door = iota // InitiateAuth, RespondToAuthChallenge
	asAdmin              // AdminInitiateAuth, AdminRespondToAuthChallenge
)

func (d door) String() string { return []string{"public", "admin"}[d] }

// tokens is the name of a step that ends a sign-in well.
const tokens = "tokens"

// step is what one request of a sign-in came to.
type step struct {
	door    door
	name    string // tokens, a challenge's name, or the code of an exception
	message string // of an exception
	session string
	params  map[string]string
	offered []string // AvailableChallenges, sorted
	tokens  *types.AuthenticationResultType
	wire    *wire
	client  srpClient // what SRP was begun with
}

// refused tells that the step is an exception.
func (s step) refused() bool { return s.message != "" || strings.HasSuffix(s.name, "Exception") }

func (s step) String() string {
	switch {
	case s.refused():
		return s.name + ": " + s.message
	case len(s.offered) > 0:
		return s.name + " of " + strings.Join(s.offered, ", ")
	}
	return s.name
}

func stepOf(d door, seen *wire, name types.ChallengeNameType, session *string, params map[string]string,
	result *types.AuthenticationResultType, err error,
) step {
	s := step{door: d, wire: seen, session: aws.ToString(session), params: params, tokens: result, name: string(name)}
	// The SDK does not read them from AdminRespondToAuthChallenge.
	if raw, ok := seen.members["AvailableChallenges"]; ok && (json.Unmarshal(raw, &s.offered) != nil || len(s.offered) == 0) {
		s.name, s.message = "AvailableChallenges", string(raw)
		return s
	}
	slices.Sort(s.offered)
	switch {
	case err != nil:
		s.name, s.message = exception(err)
	case result != nil && name == "":
		s.name = tokens
	case result != nil:
		s.name = fmt.Sprintf("tokens together with %s", name)
	case name == "":
		s.name = "neither tokens nor a challenge"
	}
	return s
}

// opening is the first request of a sign-in.
type opening struct {
	door    door
	flow    string
	params  map[string]string
	session string
}

// begin sends the first request with a client of the pool.
func (p *pool) begin(client string, o opening) step {
	ctx, seen := p.recorded()
	var session *string
	if o.session != "" {
		session = &o.session
	}
	if o.door == asAdmin {
		out, err := p.api.AdminInitiateAuth(ctx, &idp.AdminInitiateAuthInput{
			UserPoolId: &p.id, ClientId: &client, AuthFlow: types.AuthFlowType(o.flow), AuthParameters: o.params, Session: session,
		})
		if err != nil {
			return stepOf(o.door, seen, "", nil, nil, nil, err)
		}
		return stepOf(o.door, seen, out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult, nil)
	}
	out, err := p.api.InitiateAuth(ctx, &idp.InitiateAuthInput{
		ClientId: &client, AuthFlow: types.AuthFlowType(o.flow), AuthParameters: o.params, Session: session,
	})
	if err != nil {
		return stepOf(o.door, seen, "", nil, nil, nil, err)
	}
	return stepOf(o.door, seen, out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult, nil)
}

// respond answers a challenge with a client of the pool.
func (p *pool) respond(d door, client, challenge, session string, responses map[string]string) step {
	ctx, seen := p.recorded()
	var s *string
	if session != "" {
		s = &session
	}
	if d == asAdmin {
		out, err := p.api.AdminRespondToAuthChallenge(ctx, &idp.AdminRespondToAuthChallengeInput{
			UserPoolId: &p.id, ClientId: &client, ChallengeName: types.ChallengeNameType(challenge), Session: s, ChallengeResponses: responses,
		})
		if err != nil {
			return stepOf(d, seen, "", nil, nil, nil, err)
		}
		return stepOf(d, seen, out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult, nil)
	}
	out, err := p.api.RespondToAuthChallenge(ctx, &idp.RespondToAuthChallengeInput{
		ClientId: &client, ChallengeName: types.ChallengeNameType(challenge), Session: s, ChallengeResponses: responses,
	})
	if err != nil {
		return stepOf(d, seen, "", nil, nil, nil, err)
	}
	return stepOf(d, seen, out.ChallengeName, out.Session, out.ChallengeParameters, out.AuthenticationResult, nil)
}

// form is the members that a step has by the documentation: at the top, and in ChallengeParameters.
type form struct {
	session           bool
	params, mayHave   []string
	offersFirstFactor bool
}

// forms is by challenge. A session of PASSWORD_VERIFIER and the parameters of CUSTOM_CHALLENGE depend on
// where they come from.
var forms = map[string]form{
	"SELECT_CHALLENGE":         {session: true, offersFirstFactor: true},
	"PASSWORD_VERIFIER":        {params: []string{"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}},
	"NEW_PASSWORD_REQUIRED":    {session: true, params: []string{"USER_ID_FOR_SRP", "requiredAttributes", "userAttributes"}},
	"SMS_MFA":                  {session: true, params: []string{"CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION", "USER_ID_FOR_SRP"}},
	"SMS_OTP":                  {session: true, params: []string{"CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION"}, mayHave: []string{"USER_ID_FOR_SRP"}},
	"EMAIL_OTP":                {session: true, params: []string{"CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION"}, mayHave: []string{"USER_ID_FOR_SRP"}},
	"SOFTWARE_TOKEN_MFA":       {session: true, params: []string{"FRIENDLY_DEVICE_NAME", "USER_ID_FOR_SRP"}},
	"SELECT_MFA_TYPE":          {session: true, params: []string{"MFAS_CAN_CHOOSE", "USER_ID_FOR_SRP"}},
	"MFA_SETUP":                {session: true, params: []string{"MFAS_CAN_SETUP", "USER_ID_FOR_SRP"}},
	"WEB_AUTHN":                {session: true, params: []string{"CREDENTIAL_REQUEST_OPTIONS"}, mayHave: []string{"USER_ID_FOR_SRP"}},
	"CUSTOM_CHALLENGE":         {session: true, params: []string{"USERNAME", "riddle"}, mayHave: []string{"USER_ID_FOR_SRP"}},
	"DEVICE_SRP_AUTH":          {session: true, mayHave: []string{"USERNAME", "USER_ID_FOR_SRP", "DEVICE_KEY"}},
	"DEVICE_PASSWORD_VERIFIER": {params: []string{"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "DEVICE_KEY"}, mayHave: []string{"USER_ID_FOR_SRP"}},
	tokens:                     {},
}

// faultsOfForm is what a step has or lacks against its form. inChoice tells that the sign-in is one of
// USER_AUTH, where each challenge before the first factor lists the others.
func (s step) faultsOfForm() (faults []string) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	want, known := forms[s.name]
	if !known {
		if s.wire.members["__type"] == nil || s.wire.status != 400 || s.message == "" {
			add("an exception of status %d without type or message: %s", s.wire.status, s.wire.body)
		}
		return faults
	}
	if want.session && len(s.session) < 20 {
		add("no session")
	}
	if s.name == "PASSWORD_VERIFIER" || s.name == "DEVICE_PASSWORD_VERIFIER" {
		want.session = s.session != "" // the state is in SECRET_BLOCK, a session may come too
	}
	top := map[string]bool{"ChallengeParameters": true, "ChallengeName": s.name != tokens, "AuthenticationResult": s.name == tokens, "Session": want.session}
	if want.offersFirstFactor || len(s.offered) > 0 && (s.name == "EMAIL_OTP" || s.name == "SMS_OTP" || s.name == "WEB_AUTHN" || s.name == "PASSWORD_VERIFIER") {
		top["AvailableChallenges"] = true
	}
	for member := range s.wire.members {
		if !top[member] {
			add("the member %s", member)
		}
	}
	for member, wanted := range top {
		if _, is := s.wire.members[member]; wanted && !is {
			add("no member %s", member)
		}
	}
	for _, name := range want.params {
		if s.params[name] == "" {
			add("no parameter %s", name)
		}
	}
	for name := range s.params {
		if !slices.Contains(want.params, name) && !slices.Contains(want.mayHave, name) {
			add("the parameter %s", name)
		}
	}
	if s.name == tokens {
		faults = append(faults, s.faultsOfTokens()...)
	}
	return faults
}

func (s step) faultsOfTokens() (faults []string) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(s.wire.members["AuthenticationResult"], &members); err != nil {
		return []string{err.Error()}
	}
	got := slices.Sorted(maps.Keys(members))
	got = slices.DeleteFunc(got, func(name string) bool { return name == "NewDeviceMetadata" })
	if want := []string{"AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"}; !slices.Equal(got, want) {
		faults = append(faults, fmt.Sprintf("AuthenticationResult has %v", got))
	}
	if s.tokens.ExpiresIn != 3600 || aws.ToString(s.tokens.TokenType) != "Bearer" {
		faults = append(faults, fmt.Sprintf("ExpiresIn %d, TokenType %s", s.tokens.ExpiresIn, aws.ToString(s.tokens.TokenType)))
	}
	return faults
}

// listIn is a parameter that is a JSON list, sorted.
func listIn(text string) []string {
	var list []string
	if json.Unmarshal([]byte(text), &list) != nil {
		return []string{"no list: " + text}
	}
	slices.Sort(list)
	return list
}
