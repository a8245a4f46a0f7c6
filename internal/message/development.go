package message

import "context"

// Development keeps every message in an inbox, and has those delivered as well that somebody is there to
// deliver. It is a Sender.
type Development struct {
	Inbox  *Inbox
	Outbox *Outbox
}

// Send implements Sender.
func (d *Development) Send(ctx context.Context, m Message) error {
	if err := d.Inbox.Send(ctx, m); err != nil {
		return err
	}
	if d.Outbox.To.provider(m) == nil {
		return nil
	}
	return d.Outbox.Send(ctx, m)
}
