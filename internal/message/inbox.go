package message

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// inboxSize is how many messages an Inbox keeps; the oldest go first.
const inboxSize = 1000

// Inbox keeps messages for developers to read instead of delivering them. It is a Sender.
type Inbox struct {
	now func() time.Time

	mu   sync.Mutex
	sent uint64    // how many were ever sent
	ring []Message // once full, next is the place of the oldest
	next int
}

// NewInbox makes an empty inbox that dates messages by now.
func NewInbox(now func() time.Time) *Inbox { return &Inbox{now: now} }

// Filter selects messages; an empty field selects all.
type Filter struct{ UserPoolID, Username, Destination string }

// Send implements Sender; it never fails.
func (b *Inbox) Send(_ context.Context, m Message) error {
	if m.Nobody {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent++
	m.ID, m.Time = strconv.FormatUint(b.sent, 10), b.now().UTC()
	if len(b.ring) < inboxSize {
		b.ring = append(b.ring, m)
		return nil
	}
	b.ring[b.next] = m
	b.next = (b.next + 1) % inboxSize
	return nil
}

// Messages lists all messages kept, newest first.
func (b *Inbox) Messages() []Message { return b.List(Filter{}) }

// List lists the messages that a filter selects, newest first; never nil.
func (b *Inbox) List(f Filter) []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	selected := []Message{}
	for i := range b.ring {
		m := b.ring[(b.next-1-i+2*len(b.ring))%len(b.ring)]
		if matches(f.UserPoolID, m.UserPoolID) && matches(f.Username, m.Username) && matches(f.Destination, m.Destination) {
			selected = append(selected, m)
		}
	}
	return selected
}

func matches(wanted, got string) bool { return wanted == "" || wanted == got }

// Clear empties the inbox. Ids are not given again.
func (b *Inbox) Clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ring, b.next = nil, 0
}
