package userpool

import (
	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// settleLambda makes the two ways to name the pre token generation trigger agree, and checks the
// triggers' ARNs. It does not invoke them.
func (p *Pool) settleLambda() error {
	lambda := cognitoidp.LambdaConfigType{}
	if p.Settings.LambdaConfig != nil {
		lambda = *p.Settings.LambdaConfig
	}
	switch {
	case lambda.PreTokenGenerationConfig == nil && lambda.PreTokenGeneration != nil:
		lambda.PreTokenGenerationConfig = &cognitoidp.PreTokenGenerationVersionConfigType{
			LambdaVersion: cognitoidp.PreTokenGenerationLambdaVersionTypeV10, LambdaArn: *lambda.PreTokenGeneration,
		}
	case lambda.PreTokenGenerationConfig != nil && lambda.PreTokenGeneration == nil:
		lambda.PreTokenGeneration = &lambda.PreTokenGenerationConfig.LambdaArn
	case lambda.PreTokenGenerationConfig != nil && *lambda.PreTokenGeneration != lambda.PreTokenGenerationConfig.LambdaArn:
		return awserr.TwoPreTokenGenerationLambdas()
	}
	p.Settings.LambdaConfig = &lambda

	if (lambda.CustomSMSSender != nil || lambda.CustomEmailSender != nil) && lambda.KMSKeyID == nil {
		return awserr.CustomSenderNeedsKey()
	}
	for _, function := range lambdaARNs(&lambda) {
		if parseARN(function).region != p.Region() {
			return awserr.CrossRegionLambda()
		}
	}
	if lambda.KMSKeyID != nil && parseARN(*lambda.KMSKeyID).region != p.Region() {
		return awserr.CrossRegionKey(parseARN(*lambda.KMSKeyID).region)
	}
	return nil
}

// HasCustomSender tells whether a function of the pool delivers the messages of a medium. Then no settings of a
// sender are asked for: nobody else sends.
func (p *Pool) HasCustomSender(medium cognitoidp.DeliveryMediumType) bool {
	l := p.Settings.LambdaConfig
	switch {
	case l == nil:
		return false
	case medium == cognitoidp.DeliveryMediumTypeSms:
		return l.CustomSMSSender != nil
	default:
		return l.CustomEmailSender != nil
	}
}

// lambdaARNs are the functions that a configuration names.
func lambdaARNs(l *cognitoidp.LambdaConfigType) []string {
	var arns []string
	for _, function := range []*string{
		l.PreSignUp, l.CustomMessage, l.PostConfirmation, l.PreAuthentication, l.PostAuthentication,
		l.DefineAuthChallenge, l.CreateAuthChallenge, l.VerifyAuthChallengeResponse,
		l.PreTokenGeneration, l.UserMigration,
	} {
		if function != nil {
			arns = append(arns, *function)
		}
	}
	if l.CustomSMSSender != nil {
		arns = append(arns, l.CustomSMSSender.LambdaArn)
	}
	if l.CustomEmailSender != nil {
		arns = append(arns, l.CustomEmailSender.LambdaArn)
	}
	if l.InboundFederation != nil {
		arns = append(arns, l.InboundFederation.LambdaArn)
	}
	return arns
}
