package risk

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"sort"

	"ostiary/internal/webacl"
)

// Reputation knows what lists of addresses say. A list is a file with a network in CIDR notation or an
// address in each line; what follows a # or ; is a comment.
type Reputation struct {
	anonymizers, bad []*file[addresses]
}

// NewReputation reads lists of anonymizers and of addresses of bad reputation. A file that is missing is
// logged and looked for again at each Refresh; lines that mean nothing are logged with their numbers, and
// the others count.
func NewReputation(anonymizers, bad []string, log *slog.Logger) *Reputation {
	lists := func(paths []string) []*file[addresses] {
		var files []*file[addresses]
		for _, path := range paths {
			files = append(files, &file[addresses]{path: path, read: readAddresses, log: log})
		}
		return files
	}
	r := &Reputation{anonymizers: lists(anonymizers), bad: lists(bad)}
	r.Refresh()
	return r
}

// Refresh reads lists that have changed.
func (r *Reputation) Refresh() {
	for _, f := range r.anonymizers {
		f.refresh()
	}
	for _, f := range r.bad {
		f.refresh()
	}
}

// Lookup tells which lists an address is on; one that is not known is on none.
func (r *Reputation) Lookup(addr netip.Addr) Lists {
	if !addr.IsValid() {
		return Lists{}
	}
	addr = plain(addr)
	on := func(f *file[addresses]) bool { return f.get().contains(addr) }
	return Lists{
		Anonymizer: slices.ContainsFunc(r.anonymizers, on),
		BadRepute:  slices.ContainsFunc(r.bad, on),
	}
}

// addresses is a set of them: blocks without overlap, in order, to be bisected. A million is 32 MB. IPv4
// stands apart, since it is in no network of IPv6.
type addresses struct{ four, six []block }

type block struct{ first, last number }

// number is an address as 128 bits, an IPv4 address as the IPv6 address that it is mapped to.
type number struct{ high, low uint64 }

func numberOf(addr netip.Addr) number {
	b := addr.As16()
	return number{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (n number) compare(m number) int {
	return cmp.Or(cmp.Compare(n.high, m.high), cmp.Compare(n.low, m.low))
}

func blockOf(p netip.Prefix) block {
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	first := numberOf(p.Addr())
	last := first
	if bits < 64 {
		last.high |= ^uint64(0) >> bits
		last.low = ^uint64(0)
	} else {
		last.low |= ^uint64(0) >> (bits - 64) // a shift by 64 leaves nothing
	}
	return block{first, last}
}

func (a *addresses) contains(addr netip.Addr) bool {
	if a == nil {
		return false
	}
	blocks, n := a.six, numberOf(addr)
	if addr.Is4() {
		blocks = a.four
	}
	after := sort.Search(len(blocks), func(i int) bool { return blocks[i].first.compare(n) > 0 })
	return after > 0 && blocks[after-1].last.compare(n) >= 0
}

// inOrder sorts blocks and drops what others contain. Networks either contain each other or are apart.
func inOrder(blocks []block) []block {
	slices.SortFunc(blocks, func(a, b block) int {
		return cmp.Or(a.first.compare(b.first), b.last.compare(a.last))
	})
	kept := blocks[:0]
	for _, b := range blocks {
		if len(kept) == 0 || kept[len(kept)-1].last.compare(b.last) < 0 {
			kept = append(kept, b)
		}
	}
	return slices.Clip(kept)
}

const (
	maxLine = 4 << 10 // of a list, in bytes, with its comment
	maxTold = 10      // wrong lines that are told one by one
)

func readAddresses(path string) (*addresses, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseAddresses(f)
}

// parseAddresses reads a list. The error tells of lines that mean nothing; without a list it tells why
// there is none.
func parseAddresses(from io.Reader) (*addresses, error) {
	var (
		list  addresses
		wrong []error
		count int
	)
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	number := 0
	for lines.Scan() {
		number++
		text := lines.Bytes()
		if number == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		if comment := bytes.IndexAny(text, "#;"); comment >= 0 {
			text = text[:comment]
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		network, err := webacl.ParseNetwork(string(text))
		if err == nil && network.Bits() == 0 {
			err = fmt.Errorf("%s is everybody", network)
		}
		switch {
		case err != nil:
		case network.Addr().Is4():
			list.four = append(list.four, blockOf(network))
			continue
		default:
			list.six = append(list.six, blockOf(network))
			continue
		}
		if count++; count <= maxTold {
			wrong = append(wrong, fmt.Errorf("line %d: %w", number, err))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", number+1, err)
	}
	if count > maxTold {
		wrong = append(wrong, fmt.Errorf("and %d more lines", count-maxTold))
	}
	list.four, list.six = inOrder(list.four), inOrder(list.six)
	return &list, errors.Join(wrong...)
}
