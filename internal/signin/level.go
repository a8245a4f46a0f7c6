package signin

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

// demandOf is what is still due of a second factor: what the pool and the user have settled, or what
// lifts the attempt to the level that the client asked for. DeviceFirst: a device is about to stand in for
// it; nothing stands in for a level.
func demandOf(t *turn) (d mfa.Demand, deviceFirst bool) {
	a := t.attempt
	if methods := a.AllMethods(); userpool.Level(methods) < a.Level {
		if ask := raising(t, methods); len(ask) > 0 {
			return mfa.Demand{Ask: mfa.Narrow(t.user, dueFirst(t, ask))}, false
		}
	}
	earlier := slices.Contains(a.Earlier, userpool.MethodSeveral) && !isRisky(a.Risk) // else whoever stole the token need not show it
	if a.Proved.SecondFactor || earlier || a.Proved.Device && t.standsIn() {
		return mfa.Demand{}, false
	}
	d = mfa.Of(t.pool, t.user, a.Risk)
	if isRisky(a.Risk) && len(d.Ask) > 0 {
		// A second code to the mailbox that the first one went to shows nothing new.
		d.Ask = slices.DeleteFunc(d.Ask, func(f userpool.Factor) bool { return slices.Contains(a.Methods, mfa.Method(f)) })
		d.Impossible = len(d.Ask) == 0 && a.Risk == cognitoidp.AccountTakeoverEventActionTypeMfaRequired
	}
	return d, !d.None() && t.standsIn()
}

// dueFirst keeps, of factors that raise the level, those that would be asked for anyway, where one is left:
// to ask for a level must not let anybody choose a factor that the user has not switched on.
func dueFirst(t *turn, raising []userpool.Factor) []userpool.Factor {
	due := mfa.Of(t.pool, t.user, t.attempt.Risk).Ask
	both := slices.DeleteFunc(slices.Clone(raising), func(f userpool.Factor) bool { return !slices.Contains(due, f) })
	if len(both) == 0 {
		return raising
	}
	return both
}

// raising are the user's second factors each of which, added to methods, reaches the attempt's level.
func raising(t *turn, methods []userpool.Method) []userpool.Factor {
	return slices.DeleteFunc(mfa.Usable(t.pool, t.user), func(f userpool.Factor) bool {
		return userpool.Level(with(methods, mfa.Method(f))) < t.attempt.Level
	})
}

// reach is the highest level to which a first factor can lead, with what was proved before and the
// second factors that the user has.
func reach(t *turn, first cognitoidp.ChallengeNameType) int {
	methods := with(t.attempt.AllMethods(), methodOf(first))
	highest := userpool.Level(methods)
	for _, f := range mfa.Usable(t.pool, t.user) {
		highest = max(highest, userpool.Level(with(methods, mfa.Method(f))))
	}
	return highest
}

// with is methods and one more, as a list of its own without repetition.
func with(methods []userpool.Method, m userpool.Method) []userpool.Method {
	if slices.Contains(methods, m) {
		return methods
	}
	return append(methods[:len(methods):len(methods)], m)
}

// aim reads TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE: the level that the attempt is to reach, and
// what an earlier sign-in counts for on the way to it.
func (s *Service) aim(ctx context.Context, t *turn) error {
	values, accessToken := strings.Fields(t.answers["TARGET_ACR_VALUES"]), t.answers["ACCESS_TOKEN"]
	switch {
	case len(values) == 0 && accessToken != "":
		return awserr.MissingParameter("TARGET_ACR_VALUES")
	case len(values) == 0:
		return nil
	case !t.pool.AtLeastEssentials():
		return awserr.FeatureUnavailableInTier(t.pool.Settings.UserPoolTier, "Step-up authentication")
	}
	levels := t.pool.ACRLevels(values)
	if len(levels) == 0 {
		return awserr.NoKnownACR()
	}
	if accessToken != "" {
		if err := s.credit(ctx, t, accessToken); err != nil {
			return err
		}
	}
	for _, level := range levels {
		if level <= userpool.Level(t.attempt.Earlier) {
			return awserr.ACRReached(t.pool.ACR(level))
		}
		t.attempt.Level = level
		if t.attempt.Proved.FirstFactor = len(t.attempt.Earlier) > 0 && len(raising(t, t.attempt.Earlier)) > 0; t.attempt.Proved.FirstFactor {
			return nil
		}
		if len(offered(t)) > 0 {
			return nil
		}
	}
	return awserr.ACROutOfReach()
}

// credit counts what the user has proved in the sign-in of an access token, unless that is older than
// MAX_AGE, or than the user's password: whoever replaces that, after a theft perhaps, has what was proved
// before count no more, as for attempts under way. A token that another app client was given counts for
// nothing: it may be kept less safely.
func (s *Service) credit(ctx context.Context, t *turn, accessToken string) error {
	bearer, err := s.Tokens.Bearer(ctx, accessToken)
	if err != nil {
		return err
	}
	if t.attempt.Simulated || bearer.Client.ID != t.client.ID || bearer.User.Sub != t.user.Sub {
		return awserr.AccessTokenOfAnother()
	}
	if text, given := t.answers["MAX_AGE"]; given && text != "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil || seconds < 0 {
			return awserr.InvalidMaxAge()
		}
		if s.Now().Sub(bearer.Claims.AuthTime) > time.Duration(seconds)*time.Second {
			return nil
		}
	}
	if bearer.Session != nil && !bearer.Session.AuthTime.Before(passwordSet(t.user)) {
		t.attempt.Earlier, t.attempt.Credited = bearer.Session.Methods, bearer.Session.AuthTime
	}
	return nil
}

// authTime is when the user proved themselves for what ends at now: of several proofs the oldest, so that
// MAX_AGE cannot be met by adding to an old sign-in again and again.
func (t *turn) authTime(now time.Time) time.Time {
	if t.attempt.Credited.IsZero() {
		return now
	}
	return t.attempt.Credited
}
