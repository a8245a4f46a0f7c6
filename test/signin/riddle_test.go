package signin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/ostiarytest"
)

const riddler = "arn:aws:lambda:us-east-1:000000000000:function:"

// riddleTriggers is the LambdaConfig of a pool with riddles.
var riddleTriggers = &types.LambdaConfigType{
	DefineAuthChallenge:         aws.String(riddler + "define"),
	CreateAuthChallenge:         aws.String(riddler + "create"),
	VerifyAuthChallengeResponse: aws.String(riddler + "verify"),
}

// riddles are the functions of custom sign-in: after the password, if it is asked for, riddles are told
// until two are solved or two are not.
var riddles = map[string]ostiarytest.Function{
	riddler + "define": onEvent(defineRiddles),
	riddler + "create": onEvent(createRiddle),
	riddler + "verify": onEvent(verifyRiddle),
}

const (
	riddlesToSolve = 2
	riddlesToMiss  = 2
)

// riddleAnswer is what solves the nth riddle, counted from nought.
func riddleAnswer(n int) string { return fmt.Sprintf("answer-%d", n) }

type riddleRequest struct {
	Session []struct {
		ChallengeName   string
		ChallengeResult bool
	}
	ChallengeAnswer            string
	PrivateChallengeParameters map[string]string
	UserNotFound               bool
}

// told counts the riddles of a session, and the solved ones among them.
func (r riddleRequest) told() (told, solved int) {
	for _, s := range r.Session {
		if s.ChallengeName == "CUSTOM_CHALLENGE" {
			told++
			if s.ChallengeResult {
				solved++
			}
		}
	}
	return told, solved
}

func onEvent(decide func(riddleRequest) map[string]any) ostiarytest.Function {
	return func(_ context.Context, event json.RawMessage) (json.RawMessage, error) {
		var whole map[string]json.RawMessage
		if err := json.Unmarshal(event, &whole); err != nil {
			return nil, err
		}
		var request riddleRequest
		if err := json.Unmarshal(whole["request"], &request); err != nil {
			return nil, err
		}
		response, err := json.Marshal(decide(request))
		if err != nil {
			return nil, err
		}
		whole["response"] = response
		return json.Marshal(whole)
	}
}

func defineRiddles(r riddleRequest) map[string]any {
	told, solved := r.told()
	last := ""
	if n := len(r.Session); n > 0 {
		last = r.Session[n-1].ChallengeName
		if last == "PASSWORD_VERIFIER" && !r.Session[n-1].ChallengeResult {
			return map[string]any{"issueTokens": false, "failAuthentication": true}
		}
	}
	switch {
	case told-solved == riddlesToMiss:
		return map[string]any{"issueTokens": false, "failAuthentication": true}
	case solved == riddlesToSolve:
		return map[string]any{"issueTokens": true, "failAuthentication": false}
	case last == "SRP_A":
		return map[string]any{"challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false}
	default:
		return map[string]any{"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false}
	}
}

func createRiddle(r riddleRequest) map[string]any {
	told, _ := r.told()
	return map[string]any{
		"publicChallengeParameters":  map[string]string{"riddle": strconv.Itoa(told)},
		"privateChallengeParameters": map[string]string{"answer": riddleAnswer(told)},
		"challengeMetadata":          "RIDDLE",
	}
}

func verifyRiddle(r riddleRequest) map[string]any {
	return map[string]any{"answerCorrect": !r.UserNotFound && r.ChallengeAnswer == r.PrivateChallengeParameters["answer"]}
}
