package policy

// match tells whether the whole of s fits pattern, in which '*' stands for any bytes and '?' for
// one. It only ever goes back to the last '*', for an earlier one need not take more than it did;
// so the time is at most the product of the lengths, whatever the pattern.
func match(pattern, s string) bool {
	p, i := 0, 0
	star, resume := -1, 0 // where the last '*' is, and where in s to go on if it takes one more
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			resume++
			p, i = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
