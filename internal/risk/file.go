package risk

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// file is what a file of the operator's says, read again when it has changed. Whoever asks gets what was
// read last and never waits.
type file[T any] struct {
	path string
	// read makes sense of the file. Its error is logged; what it returns beside one is used unless it is nil.
	read func(path string) (*T, error)
	log  *slog.Logger

	current atomic.Pointer[T]

	mu   sync.Mutex // of what follows
	info os.FileInfo
	told string // what was logged last, so that it is not repeated at every look
}

// get is nil as long as there is nothing to read.
func (f *file[T]) get() *T { return f.current.Load() }

// refresh reads the file if it is not the one read before. A file that is gone or cannot be read leaves
// what was read before: it may be about to be replaced.
func (f *file[T]) refresh() {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err != nil {
		f.tell(err)
		return
	}
	if f.info != nil && os.SameFile(info, f.info) && info.Size() == f.info.Size() &&
		info.ModTime().Equal(f.info.ModTime()) {
		return
	}
	content, err := f.read(f.path)
	f.info = info
	if content != nil {
		f.current.Store(content)
	}
	if err != nil {
		f.tell(fmt.Errorf("%s: %w", f.path, err))
		return
	}
	f.told = ""
	f.log.Info("read a source of risk", "file", f.path)
}

func (f *file[T]) tell(err error) {
	if text := err.Error(); text != f.told {
		f.told = text
		f.log.Warn("reading a source of risk", "fault", text)
	}
}

// Refresher is what can look for a newer version of its files.
type Refresher interface{ Refresh() }

// Watch refreshes sources at an interval until ctx is done.
func Watch(ctx context.Context, every time.Duration, sources ...Refresher) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, source := range sources {
			source.Refresh()
		}
	}
}
