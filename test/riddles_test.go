package test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
)

// riddle is one function of them.
type riddle func(context.Context, json.RawMessage) (json.RawMessage, error)

// riddles are the functions of a custom sign-in, for clients to go through: after the password, if there
// is one, two riddles have to be solved, with two wrong answers allowed.
var riddles = map[string]riddle{
	"define": defineRiddles,
	"create": createRiddle,
	"verify": verifyRiddle,
	"broken": func(context.Context, json.RawMessage) (json.RawMessage, error) {
		return nil, errors.New("out of riddles")
	},
}

// round is one element of an event's session.
type round struct {
	ChallengeName     string  `json:"challengeName"`
	ChallengeResult   bool    `json:"challengeResult"`
	ChallengeMetadata *string `json:"challengeMetadata"`
}

// rounds counts the riddles told so far, and those of them that were solved.
func rounds(session []round) (told, solved int) {
	for _, r := range session {
		if r.ChallengeName == "CUSTOM_CHALLENGE" {
			told++
			if r.ChallengeResult {
				solved++
			}
		}
	}
	return told, solved
}

// respond reads the request of an event and answers the event with the response of decide.
func respond[Request any](event json.RawMessage, decide func(Request) map[string]any) (json.RawMessage, error) {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(event, &whole); err != nil {
		return nil, err
	}
	var request Request
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

func defineRiddles(_ context.Context, event json.RawMessage) (json.RawMessage, error) {
	return respond(event, func(request struct{ Session []round }) map[string]any {
		told, solved := rounds(request.Session)
		last := round{ChallengeResult: true}
		if n := len(request.Session); n > 0 {
			last = request.Session[n-1]
		}
		switch {
		case told-solved > 2, last.ChallengeName == "PASSWORD_VERIFIER" && !last.ChallengeResult:
			return map[string]any{"failAuthentication": true, "issueTokens": false}
		case solved == 2:
			return map[string]any{"failAuthentication": false, "issueTokens": true}
		case last.ChallengeName == "SRP_A":
			return map[string]any{"challengeName": "PASSWORD_VERIFIER"}
		default:
			return map[string]any{"challengeName": "CUSTOM_CHALLENGE"}
		}
	})
}

// createRiddle asks for twice a number. It tells the client what it knows, for the tests to look at.
func createRiddle(_ context.Context, event json.RawMessage) (json.RawMessage, error) {
	type request struct {
		UserAttributes map[string]string
		Session        []round
		ClientMetadata map[string]string
	}
	return respond(event, func(request request) map[string]any {
		told, solved := rounds(request.Session)
		before := "nothing"
		if n := len(request.Session); n > 0 {
			before = request.Session[n-1].ChallengeName
			if metadata := request.Session[n-1].ChallengeMetadata; metadata != nil {
				before += " " + *metadata
			}
		}
		return map[string]any{
			"publicChallengeParameters": map[string]string{
				"question": "twice " + strconv.Itoa(20+told), "solved": strconv.Itoa(solved), "before": before,
				"nickname": request.UserAttributes["nickname"], "hint": request.ClientMetadata["hint"],
			},
			"privateChallengeParameters": map[string]string{"answer": strconv.Itoa(2 * (20 + told))},
			"challengeMetadata":          "RIDDLE_" + strconv.Itoa(told),
		}
	})
}

func verifyRiddle(_ context.Context, event json.RawMessage) (json.RawMessage, error) {
	type request struct {
		PrivateChallengeParameters map[string]string
		ChallengeAnswer            string
	}
	return respond(event, func(request request) map[string]any {
		return map[string]any{"answerCorrect": request.ChallengeAnswer == request.PrivateChallengeParameters["answer"]}
	})
}
