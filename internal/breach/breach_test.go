package breach

import (
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func hashOf(password string) string {
	return fmt.Sprintf("%X", sha1.Sum([]byte(password)))
}

// ranges writes a folder as the published ranges are.
func ranges(t testing.TB, counts map[string]int) string {
	t.Helper()
	dir := t.TempDir()
	for password, count := range counts {
		hash := hashOf(password)
		f, err := os.OpenFile(filepath.Join(dir, hash[:5]+".txt"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(f, "%s:%d\r\n", hash[5:], count); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func build(t testing.TB, o Options) (*Filter, string) {
	t.Helper()
	o.To = filepath.Join(t.TempDir(), "filter")
	count, err := Build(o)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(o.To)
	if err != nil {
		t.Fatal(err)
	}
	if f.Count() != count {
		t.Errorf("built of %d, read %d", count, f.Count())
	}
	return f, o.To
}

func TestRanges(t *testing.T) {
	f, _ := build(t, Options{From: ranges(t, map[string]int{"Tr0ub4dor&3": 9, "correct horse battery staple": 2, "padding": 0, "seen once": 1}), MinCount: 2})
	for password, known := range map[string]bool{
		"Tr0ub4dor&3": true, "correct horse battery staple": true, "seen once": false, "padding": false, "tr0ub4dor&3": false, "": false,
	} {
		if f.Known(password) != known {
			t.Errorf("%q is known: %t", password, !known)
		}
	}
	if f.Count() != 2 {
		t.Errorf("built of %d", f.Count())
	}
}

// TestLarge: everything that went in is found, and of the rest no more than is stated; a password takes 19 bits.
func TestLarge(t *testing.T) {
	const in, out = 200_000, 2_000_000
	list := filepath.Join(t.TempDir(), "list.txt")
	var b strings.Builder
	for i := range in {
		fmt.Fprintf(&b, "%s:3\n", hashOf(fmt.Sprint("in", i)))
	}
	b.WriteString(hashOf("in0") + "\n") // twice, and without a count
	if err := os.WriteFile(list, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	f, path := build(t, Options{From: list})
	for i := range in {
		if !f.Known(fmt.Sprint("in", i)) {
			t.Fatalf("in%d is not known", i)
		}
	}
	wrong := 0
	for i := range out {
		if f.Known(fmt.Sprint("out", i)) {
			wrong++
		}
	}
	if most := 2.5 * FalsePositives * out; float64(wrong) > most {
		t.Errorf("%d of %d are known by mistake, want %.0f at most", wrong, out, most)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	bits := float64(info.Size()) * 8 / in
	t.Logf("%d false positives of %d; %.1f bits a password", wrong, out, bits)
	if bits > 24 { // small parts take more
		t.Errorf("%.1f bits a password", bits)
	}
}

func TestDamaged(t *testing.T) {
	_, path := build(t, Options{From: ranges(t, map[string]int{"a long and winding one": 5})})
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1
		if _, err := read(bad); err == nil {
			t.Fatalf("a change of byte %d went unnoticed", i)
		}
	}
	for _, size := range []int{0, 10, overhead - 1, len(good) - 1} {
		if _, err := read(good[:size]); err == nil {
			t.Errorf("%d bytes were taken for the whole", size)
		}
	}
}

func TestRefusedLists(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"short.txt": "ABC:1\n", "long.txt": hashOf("x") + "00:1\n", "no hash.txt": strings.Repeat("Z", 40) + ":1\n", "no count.txt": hashOf("x") + ":many\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Build(Options{From: path, To: filepath.Join(dir, "out")}); err == nil || !strings.Contains(err.Error(), name+":1:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Build(Options{From: t.TempDir(), To: filepath.Join(dir, "out")}); err == nil {
		t.Error("an empty folder is no list")
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
		t.Error("a filter was written of a list that was refused")
	}
}

func TestCommon(t *testing.T) {
	for password, known := range map[string]bool{
		"password": true, "Password1!": true, "P@ssw0rd": true, "QWERTY123": true, "123456": true, "Summer2026!": true, "iloveyou": true,
		"Correct-horse-7": false, "summerrain": false, "aL8#kd0!pQ": false, "dragon of the north": false, "password12345678": false, "": false, "!!!!": false,
	} {
		if (*Filter)(nil).Known(password) != known {
			t.Errorf("%q is common: %t", password, !known)
		}
	}
}

func FuzzRead(f *testing.F) {
	_, path := build(f, Options{From: ranges(f, map[string]int{"seed": 5})})
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(magic))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		if filter, err := read(raw); err == nil {
			filter.Known("anything")
		}
	})
}

func BenchmarkKnown(b *testing.B) {
	f, _ := build(b, Options{From: ranges(b, map[string]int{"one": 5, "two": 5})})
	for b.Loop() {
		f.Known("a password of usual length")
	}
}
