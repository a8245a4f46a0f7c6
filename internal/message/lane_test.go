package message

import "testing"

// TestLane: how many places a pool may take beside others, and that new messages wait behind older ones only while
// there are such.
func TestLane(t *testing.T) {
	for _, tt := range []struct{ places, first, second, third int }{{1, 1, 0, 0}, {2, 1, 1, 0}, {3, 2, 1, 0}, {8, 4, 2, 1}, {9, 5, 2, 1}} {
		l := newLane("mail", tt.places)
		l.open(t.Context())
		got := [3]int{}
		for i, pool := range []string{"a", "b", "c"} {
			for l.enter(pool) != nil {
				got[i]++
			}
			l.waiting = false // as if what had to wait were delivered
		}
		if want := [3]int{tt.first, tt.second, tt.third}; got != want {
			t.Errorf("of %d places pools have %v, want %v", tt.places, got, want)
		}
		for i, pool := range []string{"a", "b", "c"} {
			for range got[i] {
				l.leave(pool)
			}
		}
		if l.free != tt.places || len(l.of) != 0 {
			t.Errorf("%d of %d places are free again; %v", l.free, tt.places, l.of)
		}
	}

	l := newLane("mail", 1)
	l.open(t.Context())
	if l.enter("a") == nil || l.enter("b") != nil {
		t.Fatal("not one has the place")
	}
	l.leave("a")
	if l.enter("a") != nil {
		t.Error("a new message overtakes one that waits")
	}
	for _, more := range []bool{true, false} {
		l.allot(l.reserve(), nil, more)
		if entered := l.enter("a") != nil; entered == more {
			t.Errorf("more waits: %v, and a new message has the place: %v", more, entered)
		}
	}
	l.leave("a")
	l.close()
	if l.enter("a") != nil || l.reserve() != 0 {
		t.Error("a place is taken in a lane that is closed")
	}
}
