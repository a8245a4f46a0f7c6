package breach

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/FastFilter/xorfilter"
)

// prefixDigits is how much of a hash the name of a range tells.
const prefixDigits = 5

// Options say how a filter is built.
type Options struct {
	// From is a file with a HASH:COUNT in each line, or a folder of ranges: files named by the first five digits
	// of their hashes, with the other 35 and a count in each line.
	From string
	// To is the filter's file. It is replaced at the end, all at once.
	To string
	// MinCount leaves out what was seen less often.
	MinCount int
	// Progress, if there, hears how many hashes have been read, every million or so.
	Progress func(hashes uint64)
}

// Build makes a filter and answers how many passwords are in it. Memory is bounded by the largest of 256 parts,
// 16 bytes a password; the hashes wait on disk beside To, 8 bytes each.
func Build(o Options) (count uint64, err error) {
	dir, err := os.MkdirTemp(filepath.Dir(o.To), ".breach-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := split(o, dir); err != nil {
		return 0, err
	}
	out, err := os.Create(filepath.Join(dir, "filter"))
	if err != nil {
		return 0, err
	}
	if count, err = assemble(out, dir); err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return 0, err
	}
	return count, os.Rename(out.Name(), o.To)
}

// split sorts the keys of all hashes into a file for each part.
func split(o Options, dir string) error {
	var files [parts]*os.File
	var buffers [parts]*bufio.Writer
	for i := range files {
		f, err := os.Create(partPath(dir, i))
		if err != nil {
			return err
		}
		defer f.Close()
		files[i], buffers[i] = f, bufio.NewWriterSize(f, 1<<15)
	}
	seen := uint64(0)
	err := eachHash(o, func(hash [20]byte) error {
		part, key := keyOf(hash)
		if seen++; o.Progress != nil && seen%(1<<20) == 0 {
			o.Progress(seen)
		}
		_, err := buffers[part].Write(binary.BigEndian.AppendUint64(nil, key))
		return err
	})
	for _, b := range buffers {
		err = errors.Join(err, b.Flush())
	}
	return err
}

func partPath(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("part-%02x", i)) }

func eachHash(o Options, use func([20]byte) error) error {
	info, err := os.Stat(o.From)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return eachLine(o, o.From, "", use)
	}
	entries, err := os.ReadDir(o.From)
	if err != nil {
		return err
	}
	ranges := 0
	for _, e := range entries {
		prefix := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		if _, err := strconv.ParseUint(prefix, 16, 32); err != nil || len(prefix) != prefixDigits || e.IsDir() {
			continue
		}
		ranges++
		if err := eachLine(o, filepath.Join(o.From, e.Name()), prefix, use); err != nil {
			return err
		}
	}
	if ranges == 0 {
		return fmt.Errorf("%s has no file that is named by five hexadecimal digits", o.From)
	}
	return nil
}

// eachLine reads one file; prefix is what its lines leave out.
func eachLine(o Options, path, prefix string, use func([20]byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines, number := bufio.NewScanner(f), 0
	for lines.Scan() {
		number++
		text := bytes.TrimSpace(lines.Bytes())
		if number == 1 {
			text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		}
		if len(text) == 0 {
			continue
		}
		digits, times, counted := bytes.Cut(text, []byte(":"))
		var hash [20]byte
		n, err := hex.Decode(hash[:], append([]byte(prefix), digits[:min(len(digits), 40)]...)[:min(len(prefix)+len(digits), 40)])
		if err != nil || n != len(hash) || len(prefix)+len(digits) != 40 {
			return fmt.Errorf("%s:%d: no SHA-1 hash", path, number)
		}
		if counted {
			seen, err := strconv.Atoi(string(times))
			if err != nil {
				return fmt.Errorf("%s:%d: %q is no count", path, number, times)
			}
			if seen < max(o.MinCount, 1) { // a count of 0 pads a range
				continue
			}
		}
		if err := use(hash); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", path, number+1, err)
	}
	return nil
}

// assemble writes the filter of the parts in dir.
func assemble(to io.ReadWriteSeeker, dir string) (count uint64, err error) {
	body := bufio.NewWriterSize(to, 1<<20)
	if _, err := body.Write(append([]byte(magic), make([]byte, 8)...)); err != nil {
		return 0, err
	}
	for i := range parts {
		part, n, err := fuse(partPath(dir, i))
		if err != nil {
			return 0, fmt.Errorf("part %d: %w", i, err)
		}
		count += n
		_, err = body.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		if err == nil {
			_, err = body.Write(part)
		}
		if err != nil {
			return 0, err
		}
	}
	if err := body.Flush(); err != nil {
		return 0, err
	}
	// The count stands before the parts, and the sum after all.
	if _, err := to.Seek(int64(len(magic)), io.SeekStart); err != nil {
		return 0, err
	}
	if _, err := to.Write(binary.BigEndian.AppendUint64(nil, count)); err != nil {
		return 0, err
	}
	if _, err := to.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, to); err != nil {
		return 0, err
	}
	_, err = to.Write(sum.Sum(nil))
	return count, err
}

// fuse is the filter of the keys in a file, nil for none, and how many they are.
func fuse(path string) ([]byte, uint64, error) {
	raw, err := os.ReadFile(path)
	if err != nil || len(raw) == 0 {
		return nil, 0, err
	}
	keys := make([]uint64, 0, len(raw)/8)
	for key := range slices.Chunk(raw, 8) {
		keys = append(keys, binary.BigEndian.Uint64(key))
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	f, err := xorfilter.NewBinaryFuse[uint16](keys)
	if err != nil {
		return nil, 0, err
	}
	var b bytes.Buffer
	if err := f.Save(&b); err != nil {
		return nil, 0, err
	}
	return b.Bytes(), uint64(len(keys)), nil
}
