package cognitoidp_test

import (
	"encoding/json"
	"strings"
	"testing"

	"ostiary/cognitoidp"
)

// A request and an answer of a sign-in, beside package encoding/json doing the same.

func BenchmarkDecodeRequest(b *testing.B) {
	o, _ := cognitoidp.OperationByName("RespondToAuthChallenge")
	body := o.Input.Encode(&cognitoidp.RespondToAuthChallengeRequest{
		ClientId: "26cb2c60kq7nbmas7rbme9b6pp", ChallengeName: cognitoidp.ChallengeNameTypePasswordVerifier,
		ChallengeResponses: map[string]string{
			"USERNAME": "ana", "TIMESTAMP": "Wed Apr 5 22:42:34 UTC 2017",
			"PASSWORD_CLAIM_SECRET_BLOCK": strings.Repeat("AgV4", 150), "PASSWORD_CLAIM_SIGNATURE": strings.Repeat("x", 44),
		},
	})
	b.SetBytes(int64(len(body)))
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			if err := o.Input.DecodeValid(body, new(cognitoidp.RespondToAuthChallengeRequest)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/json without checks", func(b *testing.B) {
		for b.Loop() {
			if err := json.Unmarshal(body, new(cognitoidp.RespondToAuthChallengeRequest)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncodeAnswer(b *testing.B) {
	o, _ := cognitoidp.OperationByName("RespondToAuthChallenge")
	answer := &cognitoidp.RespondToAuthChallengeResponse{
		ChallengeParameters: map[string]string{},
		AuthenticationResult: &cognitoidp.AuthenticationResultType{
			AccessToken: new(strings.Repeat("a", 1100)), IdToken: new(strings.Repeat("b", 1200)),
			RefreshToken: new(strings.Repeat("c", 400)), TokenType: new("Bearer"), ExpiresIn: new(int32(3600)),
		},
	}
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			o.Output.Encode(answer)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			if _, err := json.Marshal(answer); err != nil {
				b.Fatal(err)
			}
		}
	})
}
