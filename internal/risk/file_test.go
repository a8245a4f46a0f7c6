package risk_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ostiary/internal/risk"
)

type counter struct{ atomic.Int32 }

func (c *counter) Refresh() { c.Add(1) }

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var first, second counter
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			risk.Watch(ctx, 10*time.Second, &first, &second)
		}()
		time.Sleep(35 * time.Second) // of the bubble's time
		stop()
		<-ended
		if first.Load() != 3 || second.Load() != 3 {
			t.Errorf("looked %d and %d times, want 3", first.Load(), second.Load())
		}
	})
}

// Lookups go on while a list is replaced, and find what is in the old or the new one.
func TestLookupsDuringRefresh(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	always := netip.MustParseAddr("192.0.2.1")
	write := func(n int) { writeFile(t, path, fmt.Sprintf("192.0.2.1\n%s", strings.Repeat("198.51.100.7\n", n))) }
	write(0)
	log := slog.New(slog.DiscardHandler)
	reputation, places := risk.NewReputation([]string{path}, nil, log), risk.NewGeoIP(path, path, path, log)
	var lookups sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		lookups.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if !reputation.Lookup(always).Anonymizer {
					t.Error("not on the list")
					return
				}
				places.Locate(always)
			}
		})
	}
	for n := range 20 {
		write(n)
		reputation.Refresh()
		places.Refresh()
	}
	close(done)
	lookups.Wait()
}
