package sqlstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// BenchmarkAuthHistory is what an assessment reads of a user with thirty events.
func BenchmarkAuthHistory(b *testing.B) {
	s := open(b, "sqlite::memory:")
	ctx := context.Background()
	err := s.Update(ctx, func(tx store.Tx) error {
		h := &userpool.AuthHistory{PoolID: "r_a", Username: "ana"}
		for i := range 30 {
			h.Events = append(h.Events, &userpool.AuthEvent{
				PoolID: "r_a", Username: "ana", ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Created: time.Unix(int64(i)*86400, 0).UTC(),
				ClientID: "client0123456789abcdefghij", Type: "SignIn", Response: "Pass",
				Origin: userpool.Origin{IP: "192.0.2.1", DeviceName: "Firefox, Linux", Agent: "Firefox Linux", City: "Berlin", Country: "DE", Latitude: 52.5, Longitude: 13.4, HasPlace: true, Network: "AS64500"},
			})
		}
		_, err := tx.SaveAuthHistory(ctx, h)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.View(ctx, func(r store.Reader) error {
			h, err := r.AuthHistory(ctx, "r_a", "ana")
			if err == nil && len(h.Events) != 30 {
				b.Fatal(len(h.Events))
			}
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
}
