package load

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"
)

// Report is what a run found.
type Report struct {
	Took time.Duration
	Rows []Row // one for each operation, by name
}

// Row is what came of an operation. Durations are zero if nothing was answered.
type Row struct {
	Operation               string
	Answered                int
	Errors                  map[string]int // by what was wrong
	P50, P90, P99, Greatest time.Duration
	Floor                   time.Duration // of its cryptography; 0 if there is none to speak of
}

// Failed is how many requests were refused or not answered.
func (r Row) Failed() (n int) {
	for _, count := range r.Errors {
		n += count
	}
	return n
}

func newReport(workers []*worker, f floors, took time.Duration) *Report {
	all := map[string]*tally{}
	for _, w := range workers {
		for name, t := range w.done {
			sum := all[name]
			if sum == nil {
				sum = &tally{errors: map[string]int{}}
				all[name] = sum
			}
			sum.took = append(sum.took, t.took...)
			for what, n := range t.errors {
				sum.errors[what] += n
			}
		}
	}
	report := &Report{Took: took}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t := all[name]
		slices.Sort(t.took)
		row := Row{
			Operation: name, Answered: len(t.took), Errors: t.errors,
			P50: percentile(t.took, 50), P90: percentile(t.took, 90), P99: percentile(t.took, 99), Greatest: percentile(t.took, 100),
		}
		if floor := operations[name].floor; floor != nil {
			row.Floor = floor(f)
		}
		report.Rows = append(report.Rows, row)
	}
	return report
}

// percentile is the least of sorted durations that p of a hundred do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

// Write prints a table, and below it what went wrong.
func (r *Report) Write(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "OPERATION\tANSWERED\tFAILED\tPER SECOND\tP50\tP90\tP99\tMOST\tFLOOR\tP50/FLOOR\t")
	answered, failed := 0, 0
	for _, row := range r.Rows {
		answered, failed = answered+row.Answered, failed+row.Failed()
		floor, ratio := "-", "-"
		if row.Floor > 0 {
			floor, ratio = short(row.Floor), fmt.Sprintf("%.2f", float64(row.P50)/float64(row.Floor))
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%.1f\t%s\t%s\t%s\t%s\t%s\t%s\t\n", row.Operation, row.Answered, row.Failed(),
			float64(row.Answered)/r.Took.Seconds(), short(row.P50), short(row.P90), short(row.P99), short(row.Greatest), floor, ratio)
	}
	fmt.Fprintf(table, "all\t%d\t%d\t%.1f\t\t\t\t\t\t\t\n", answered, failed, float64(answered)/r.Took.Seconds())
	if err := table.Flush(); err != nil {
		return err
	}
	for _, row := range r.Rows {
		for _, what := range slices.Sorted(maps.Keys(row.Errors)) {
			if _, err := fmt.Fprintf(out, "%s: %d times %s\n", row.Operation, row.Errors[what], what); err != nil {
				return err
			}
		}
	}
	return nil
}

// short rounds to three digits or so.
func short(d time.Duration) string {
	switch {
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	default:
		return d.Round(time.Microsecond).String()
	}
}
