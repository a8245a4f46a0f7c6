package sqlstore_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
)

// plans collects the plans of all statements that the conformance tests run.
type plans struct {
	mu   sync.Mutex
	seen map[string]map[string]bool // statement → plans
}

func (p *plans) told(stmt, plan string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[string]map[string]bool{}
	}
	if p.seen[stmt] == nil {
		p.seen[stmt] = map[string]bool{}
	}
	p.seen[stmt][plan] = true
}

// check fails the test for each plan in which bad finds something.
func (p *plans) check(t *testing.T, bad func(plan string) string) {
	t.Helper()
	if len(p.seen) < 60 {
		t.Errorf("only %d statements were seen", len(p.seen))
	}
	for _, stmt := range slices.Sorted(maps.Keys(p.seen)) {
		for plan := range p.seen[stmt] {
			// There are few pools and messages that wait, whose numbers nobody waits for, and few keys in one to sort.
			few := stmt == "SELECT count(*) FROM pools" || stmt == "SELECT COUNT(*) FROM outbox" || strings.Contains(stmt, "FROM signing_keys")
			if why := bad(plan); why != "" && !few {
				t.Errorf("%s: %s\n%s", why, stmt, plan)
			}
		}
	}
}

// givenRows are those that stand in the statement itself, or that it makes one of the other.
var givenRows = regexp.MustCompile(`SCAN (\d+-ROW VALUES CLAUSE|CONSTANT ROW|waiting)\b`)

// TestSQLitePlans: no statement reads a table, or an index, from end to end or sorts.
func TestSQLitePlans(t *testing.T) {
	var p plans
	storetest.Run(t, func(t *testing.T) store.Store {
		db := open(t, "sqlite::memory:")
		db.Explain("EXPLAIN QUERY PLAN", p.told)
		return db
	})
	p.check(t, func(plan string) string {
		plan = givenRows.ReplaceAllString(plan, "")
		for _, sign := range []string{"SCAN", "TEMP B-TREE", "AUTOMATIC"} {
			if strings.Contains(plan, sign) {
				return sign
			}
		}
		return ""
	})
}

// TestPostgresPlans: with sequential scans discouraged, what remains of them has no index to use.
func TestPostgresPlans(t *testing.T) {
	var p plans
	storetest.Run(t, func(t *testing.T) store.Store {
		db := open(t, pgtest.URL(t)+"&options=-c%20enable_seqscan%3Doff")
		db.Explain("EXPLAIN (COSTS OFF)", p.told)
		return db
	})
	p.check(t, func(plan string) string {
		if strings.Contains(plan, "Seq Scan") {
			return "sequential scan"
		}
		// An index read from end to end has no condition.
		lines := strings.Split(plan, "\n")
		for i, line := range lines {
			if strings.Contains(line, "Index Scan") || strings.Contains(line, "Index Only Scan") {
				if i+1 == len(lines) || !strings.Contains(lines[i+1], "Index Cond") {
					return "whole index"
				}
			}
		}
		return ""
	})
}
