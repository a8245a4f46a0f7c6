package userimport

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// chunks counts the pieces of a file.
func (w *world) chunks(id, name string) (n int64) {
	w.t.Helper()
	w.view(func(r store.Reader) error {
		for ; ; n++ {
			if _, err := r.ImportChunk(w.ctx, poolID, id, name, n); errors.Is(err, store.ErrNotFound) {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
	return n
}

func (w *world) content(id string) string {
	w.t.Helper()
	text, err := io.ReadAll(&file{ctx: w.ctx, store: w.Store, job: w.job(id)})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

func TestReceive(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	w.MaxBytes = 3 * chunkSize
	id := w.create()
	for _, size := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize} {
		text := strings.Repeat("0123456789", size/10+1)[:size]
		before := w.job(id).File
		if err := w.receive(id, text); err != nil {
			t.Fatal(err)
		}
		if w.content(id) != text {
			t.Errorf("a file of %d bytes came back changed", size)
		}
		j := w.job(id)
		if j.Size != int64(size) || j.Upload != "" || j.File == before || before != "" && w.chunks(id, before) != 0 {
			t.Errorf("after %d bytes: %+v, %d pieces of the file before", size, j, w.chunks(id, before))
		}
		for _, from := range []int{1, chunkSize, size} {
			rest, err := io.ReadAll(iotest.OneByteReader(&file{ctx: w.ctx, store: w.Store, job: j, offset: int64(min(from, size))}))
			if err != nil || !bytes.Equal(rest, []byte(text[min(from, size):])) {
				t.Errorf("from %d of %d: %d bytes, %v", from, size, len(rest), err)
			}
			if size > chunkSize {
				break // byte by byte takes its time
			}
		}
	}
}

func TestReceiveRefusals(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	w.MaxBytes = 2 * chunkSize
	id, other := w.create(), w.create()
	if err := w.receive(id, "kept"); err != nil {
		t.Fatal(err)
	}
	upload := func(id, signature string, size int64, body io.Reader) error {
		return w.Receive(w.ctx, Upload{PoolID: poolID, JobID: id, Signature: signature, Size: size, Body: body})
	}
	fault := errors.New("hung up")
	for name, c := range map[string]struct{ got, want error }{
		"no signature":     {upload(id, "", 1, strings.NewReader("x")), ErrForged},
		"of another job":   {upload(id, w.address(other), 1, strings.NewReader("x")), ErrForged},
		"one byte more":    {upload(id, w.address(id), 2*chunkSize+1, strings.NewReader("x")), ErrTooLarge},
		"too short":        {upload(id, w.address(id), 2, strings.NewReader("x")), ErrIncomplete},
		"breaks off":       {upload(id, w.address(id), chunkSize+1, io.MultiReader(strings.NewReader(strings.Repeat("x", chunkSize)), iotest.ErrReader(fault))), fault},
		"of a job that is": {w.Receive(w.ctx, Upload{PoolID: poolID, JobID: "import-x", Signature: w.signature(poolID, "import-x")}), ErrNoJob},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	if j := w.job(id); w.content(id) != "kept" || j.Upload != "" || j.Expected != 0 {
		t.Errorf("refused uploads left %+v with %q", j, w.content(id))
	}

	// Another begins while one is under way.
	begun := ""
	err := upload(id, w.address(id), 2*chunkSize, io.MultiReader(strings.NewReader(strings.Repeat("x", chunkSize)), readerFunc(func(p []byte) (int, error) {
		if begun == "" {
			begun = w.job(id).Upload
			if n := w.chunks(id, begun); n != 1 {
				t.Errorf("%d pieces, want 1", n)
			}
			if err := w.receive(id, "newer"); err != nil {
				t.Error(err)
			}
		}
		return len(p), nil
	})))
	if !errors.Is(err, ErrSuperseded) || w.content(id) != "newer" || w.chunks(id, begun) != 0 {
		t.Errorf("got %v, %q, %d pieces of the first", err, w.content(id), w.chunks(id, begun))
	}

	// The job starts while one is under way.
	err = upload(id, w.address(id), 2*chunkSize, io.MultiReader(strings.NewReader(strings.Repeat("x", chunkSize)), readerFunc(func(p []byte) (int, error) {
		if w.job(id).Status == "Created" {
			begun = w.job(id).Upload
			if err := w.change(id, func(j *userpool.ImportJob) error { return j.Start(w.now) }); err != nil {
				t.Error(err)
			}
		}
		return len(p), nil
	})))
	if !errors.Is(err, ErrStarted) || w.content(id) != "newer" || w.chunks(id, begun) != 0 {
		t.Errorf("got %v, %q, %d pieces of the late one", err, w.content(id), w.chunks(id, begun))
	}
	if err := w.receive(id, "late"); !errors.Is(err, ErrStarted) {
		t.Errorf("after the start: %v", err)
	}

	w.now = w.now.Add(userpool.ImportUploadLife)
	if err := w.receive(other, "late"); !errors.Is(err, ErrExpired) {
		t.Errorf("after a quarter of an hour: %v", err)
	}
	w.now = w.now.Add(userpool.ImportJobLife)
	if err := w.receive(other, "late"); !errors.Is(err, ErrStarted) {
		t.Errorf("after the job expired: %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
