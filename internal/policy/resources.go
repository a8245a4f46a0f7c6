package policy

import "fmt"

// Resources are patterns of ARNs, in which '*' stands for any text and '?' for one character. None cover everything.
type Resources []string

// Check refuses what no ARN can fit.
func (r Resources) Check() error {
	for _, pattern := range r {
		if err := checkResource(pattern); err != nil {
			return fmt.Errorf("%q %w", pattern, err)
		}
	}
	return nil
}

// Cover tells whether an ARN fits one of the patterns.
func (r Resources) Cover(arn string) bool { return len(r) == 0 || patterns{any: r}.cover(arn) }
