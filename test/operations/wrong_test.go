package operations

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"

	"ostiary/cognitoidp"
)

// everythingWrong tries, on a request that is about to succeed, what can be wrong with any request, as far as
// the operation declares an error for it. None of it leaves a trace. What does not come about here is no
// failure yet: the script may show it in a way of its own.
func (s *script) everythingWrong(in map[string]any) {
	s.Helper()
	for code, spoil := range spoils() {
		if !s.declared(code) || s.shown[code] {
			continue
		}
		for _, try := range spoil(s, in) {
			_, err := try()
			var r *refusal
			if errors.As(err, &r) && r.code == code {
				s.shown[code] = true
				break
			}
			if err == nil {
				break // it has been done; nothing more of this kind can be tried
			}
		}
	}
	s.lambdaWrong(in)
}

type attempt func() (any, error)

// spoils make requests that must be refused with a code.
func spoils() map[cognitoidp.ErrorCode]func(*script, map[string]any) []attempt {
	return map[cognitoidp.ErrorCode]func(*script, map[string]any) []attempt{
		cognitoidp.ForbiddenException:      func(s *script, in map[string]any) []attempt { return s.at(s.walled, in) },
		cognitoidp.InternalErrorException:  (*script).unlucky,
		cognitoidp.InternalServerException: (*script).unlucky,
		cognitoidp.AccessDeniedException:   func(s *script, in map[string]any) []attempt { return s.at(s.guarded, in) },
		cognitoidp.TooManyRequestsException: func(s *script, in map[string]any) []attempt {
			return []attempt{func() (out any, err error) {
				for range 2000 { // until the category's rate is used up, by this operation or others
					var r *refusal
					if out, err = s.post(s.tight, s.of.Name, in, region); errors.As(err, &r) && r.code == cognitoidp.TooManyRequestsException {
						break
					}
				}
				return out, err
			}}
		},
		cognitoidp.InvalidParameterException: (*script).malformed,
		cognitoidp.ResourceNotFoundException: func(s *script, in map[string]any) []attempt {
			return append(s.with(in, "UserPoolId", region+"_Nowhere01"), append(s.with(in, "ClientId", "nosuchclient0123456789abcd"),
				append(s.withWreck(in, func(w wrecks) any { return w.poolless }),
					s.with(in, "ResourceArn", "arn:aws:cognito-idp:"+region+":000000000000:userpool/"+region+"_Nowhere01")...)...)...)
		},
		cognitoidp.UserNotFoundException: func(s *script, in map[string]any) []attempt {
			return append(s.with(in, "Username", "nobody-at-all"), s.withWreck(in, func(w wrecks) any { return w.deleted })...)
		},
		cognitoidp.PasswordResetRequiredException: func(s *script, in map[string]any) []attempt {
			return s.withWreck(in, func(w wrecks) any { return w.reset })
		},
		cognitoidp.NotAuthorizedException: func(s *script, in map[string]any) []attempt {
			return append(s.with(in, "AccessToken", "no.access.token"), s.with(in, "Session", strings.Repeat("no-session-", 4))...)
		},
		cognitoidp.OperationNotEnabledException: (*script).inReplica,
	}
}

// at is the request at another server.
func (s *script) at(url string, in map[string]any) []attempt {
	return []attempt{func() (any, error) { return s.post(url, s.of.Name, in, region) }}
}

// unlucky is the request of a caller for whom the store fails.
func (s *script) unlucky(in map[string]any) []attempt {
	return []attempt{func() (any, error) {
		was := s.agent
		s.agent = unlucky
		defer func() { s.agent = was }()
		return s.post(s.url, s.of.Name, in, region)
	}}
}

// with is the request with another value in the place of one that it has.
func (s *script) with(in map[string]any, member string, value any) []attempt {
	if _, ok := in[member]; !ok {
		return nil
	}
	changed := maps.Clone(in)
	changed[member] = value
	return []attempt{func() (any, error) { return s.post(s.url, s.of.Name, changed, region) }}
}

// malformed breaks the constraints of the model: each required member left out, or of no possible length.
func (s *script) malformed(in map[string]any) []attempt {
	var tries []attempt
	for _, m := range s.of.Input.Members {
		if m.Required {
			without := maps.Clone(in)
			delete(without, m.Name)
			tries = append(tries, func() (any, error) { return s.post(s.url, s.of.Name, without, region) })
		} else if _, ok := in[m.Name].(string); ok && (m.Shape.Max != nil || len(m.Shape.Enum) > 0 || m.Shape.Pattern != "") {
			tries = append(tries, s.with(in, m.Name, strings.Repeat("\x7f", 200_000))...)
		}
	}
	return tries
}

// wrecks are access tokens whose user has been deleted or has to reset the password, and a pool with a
// replica that is switched off.
type wrecks struct {
	deleted, reset, poolless any
	pool, client             any
	token                    any
}

func (s *script) wreck() wrecks {
	s.Helper()
	// It is of no operation: whichever script comes first, nothing is tried here.
	t := &script{T: s.T, servers: s.servers, of: &cognitoidp.Operation{}, vars: map[string]any{}, region: region}
	t.run(`pool {"PoolName": "wrecks"}
call SetUserPoolMfaConfig {"UserPoolId": "$pool", "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true}}
client
user gone
user forgetful {"email": "f@example.com", "email_verified": "true"}
signin gone
signin forgetful
call AdminDeleteUser {"UserPoolId": "$pool", "Username": "gone"}
call AdminResetUserPassword {"UserPoolId": "$pool", "Username": "forgetful"}`)
	r := wrecks{deleted: t.value("gone.AccessToken"), reset: t.value("forgetful.AccessToken")}
	t.run(`pool {"PoolName": "elsewhere", "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/mrk-0123456789abcdef0123456789abcdef"}}
client
user ana
signin ana
call CreateUserPoolReplica {"UserPoolId": "$pool", "RegionName": "` + otherRegion + `"}
call UpdateUserPoolReplica {"UserPoolId": "$pool", "RegionName": "` + otherRegion + `", "Status": "INACTIVE"}`)
	r.pool, r.client, r.token = t.vars["pool"], t.vars["client"], t.value("ana.AccessToken")
	t.run(`pool {"PoolName": "gone"}
client
user eve
signin eve
call DeleteUserPool {"UserPoolId": "$pool"}`)
	r.poolless = t.value("eve.AccessToken")
	return r
}

func (s *script) withWreck(in map[string]any, which func(wrecks) any) []attempt {
	if _, ok := in["AccessToken"]; !ok {
		return nil
	}
	return s.with(in, "AccessToken", which(s.wrecks(s)))
}

// inReplica is the request about the pool whose replica is switched off, in the replica's region.
func (s *script) inReplica(in map[string]any) []attempt {
	w := s.wrecks(s)
	moved := maps.Clone(in)
	for member, value := range map[string]any{"UserPoolId": w.pool, "ClientId": w.client, "AccessToken": w.token,
		"ResourceArn": "arn:aws:cognito-idp:" + region + ":000000000000:userpool/" + w.pool.(string)} {
		if _, ok := moved[member]; ok {
			moved[member] = value
		}
	}
	return []attempt{func() (any, error) { return s.post(s.url, s.of.Name, moved, otherRegion) }}
}

// lambdaWrong makes the pool's function fail in each way, where the script's pool has one.
func (s *script) lambdaWrong(in map[string]any) {
	s.Helper()
	pool, ok := s.vars["pool"].(string)
	if !ok || !s.declared(cognitoidp.UserLambdaValidationException) {
		return
	}
	settings, err := json.Marshal(s.must(s.send("DescribeUserPool", map[string]any{"UserPoolId": pool})))
	if err != nil {
		s.fatalf("%v", err)
	}
	if !strings.Contains(string(settings), s.gateName()) {
		return
	}
	for behaviour, code := range map[string]cognitoidp.ErrorCode{
		"throws": cognitoidp.UserLambdaValidationException, "garbles": cognitoidp.InvalidLambdaResponseException,
		"gone": cognitoidp.UnexpectedLambdaException,
	} {
		if !s.declared(code) || s.shown[code] {
			continue
		}
		s.servers.gate(s.gateName(), behaviour)
		_, err := s.send(s.of.Name, in)
		var r *refusal
		s.shown[code] = errors.As(err, &r) && r.code == code
	}
	s.servers.gate(s.gateName(), "obliges")
}
