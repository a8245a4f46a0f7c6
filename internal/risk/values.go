package risk

import "math"

// values is how often each value of a feature was seen of a user.
//
// A new value is the more surprising the more sign-ins were observed and the fewer of them brought one:
// of n sign-ins with d different values the next brings another with a probability of about d/(n+1). Who
// is always somewhere else surprises nobody by being somewhere else again, and of whom nothing is known
// nothing surprises.
type values struct {
	total float64
	seen  []seen
}

type seen struct {
	value  string
	weight float64
}

func (v *values) see(value string, weight float64, mine bool) {
	if value == "" {
		return
	}
	v.total += weight
	if !mine {
		return
	}
	for i := range v.seen {
		if v.seen[i].value == value {
			v.seen[i].weight += weight
			return
		}
	}
	v.seen = append(v.seen, seen{value, weight})
}

// of is how much was seen of a value.
func (v *values) of(value string) float64 {
	for i := range v.seen {
		if v.seen[i].value == value {
			return v.seen[i].weight
		}
	}
	return 0
}

// surprise is how surprising a value is, from 0 to 1; an unknown one is not.
func (v *values) surprise(value string) float64 {
	if value == "" {
		return 0
	}
	return v.steadiness() * fade(v.of(value))
}

// familiar is how familiar a value is, from 0 to 1; an unknown one is not.
func (v *values) familiar(value string) float64 {
	if value == "" {
		return 0
	}
	n := v.of(value)
	return n / (n + 1)
}

// steadiness is from 0, where new values are to be expected, to 1.
func (v *values) steadiness() float64 {
	different := 0.0
	for i := range v.seen {
		different += min(1, v.seen[i].weight)
	}
	return steady(max(1, different), v.total)
}

func steady(different, total float64) float64 {
	return max(0, min(1, math.Log((total+1)/different)/math.Log(steadyAt+1)))
}

// fade is how new something still is that was seen n times: not after the first time as familiar as after
// a dozen.
func fade(n float64) float64 { return 1 / (1 + 2*n) }
