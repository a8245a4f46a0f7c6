package store

import "context"

// RemovalWriter removes what deletions have left behind. A deleted pool, client or group is gone for
// whoever asks for it, but there may be too many users, sessions or members to remove in one transaction:
// who knows the deleted pool's id still finds them until they are reclaimed.
type RemovalWriter interface {
	// Reclaim removes rows of what was deleted: about limit, fewer of large ones. It tells how many went,
	// 0 if nothing is left.
	Reclaim(ctx context.Context, limit int) (int, error)
}
