package ostiarytest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"go.uber.org/goleak"

	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func createPool(t *testing.T, s *ostiarytest.Server) *types.UserPoolType {
	t.Helper()
	out, err := s.Client().CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String("test")})
	if err != nil {
		t.Fatal(err)
	}
	return out.UserPool
}

// TestStart: a server of one's own, on a clock of one's own, with nothing left behind.
func TestStart(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	begin := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	s := ostiarytest.Start(t, ostiarytest.WithClock(func() time.Time { return begin }))
	other := ostiarytest.Start(t)
	s.Advance(90 * time.Minute)
	pool := createPool(t, s)
	if want := begin.Add(90 * time.Minute); !pool.CreationDate.Equal(want) || !s.Now().Equal(want) {
		t.Errorf("created at %s, now %s, want %s", pool.CreationDate, s.Now(), want)
	}
	_, err := other.Client().DescribeUserPool(t.Context(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: pool.Id})
	if refused := (*types.ResourceNotFoundException)(nil); !errors.As(err, &refused) {
		t.Errorf("another server has the pool too: %v", err)
	}
	if messages := s.Messages(); len(messages) != 0 {
		t.Errorf("messages: %v", messages)
	}
}

// TestWithDatabase: the same on PostgreSQL, where what was stored is still there at the next start.
func TestWithDatabase(t *testing.T) {
	url := pgtest.URL(t)
	var id *string
	t.Run("first start", func(t *testing.T) { id = createPool(t, ostiarytest.Start(t, ostiarytest.WithDatabase(url))).Id })
	s := ostiarytest.Start(t, ostiarytest.WithDatabase(url))
	if _, err := s.Client().DescribeUserPool(t.Context(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: id}); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}
