package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/userimport"
	"ostiary/internal/userpool"
)

const (
	// defaultMaxImportJobs is how many user import jobs a pool may have, unless the Service says otherwise.
	defaultMaxImportJobs = 1000
	// maxImportPage is the most that an answer of ListUserImportJobs may have; more may be asked for.
	maxImportPage = 50
)

// GetCSVHeader answers the columns that a file of users has to have.
func (s *Service) GetCSVHeader(ctx context.Context, in *cognitoidp.GetCSVHeaderRequest) (*cognitoidp.GetCSVHeaderResponse, error) {
	p, err := s.namedPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetCSVHeaderResponse{UserPoolId: &p.ID, CSVHeader: userimport.Header(p)}, nil
}

// CreateUserImportJob makes a job that waits for its file, and answers where that is uploaded.
func (s *Service) CreateUserImportJob(ctx context.Context, in *cognitoidp.CreateUserImportJobRequest) (*cognitoidp.CreateUserImportJobResponse, error) {
	id, err := randomText(s.Rand, alphanumerics, 10)
	if err != nil {
		return nil, fmt.Errorf("draw a user import job id: %w", err)
	}
	now := s.wireTime()
	var j *userpool.ImportJob
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		if j, err = userpool.NewImportJob(p, "import-"+id, now, s.AccountID, in); err != nil {
			return err
		}
		count, err := tx.CountImportJobs(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("count user import jobs: %w", err)
		}
		if limit := orDefault(s.MaxImportJobs, defaultMaxImportJobs); count >= limit {
			return awserr.TooManyImportJobs(limit)
		}
		if err := tx.CreateImportJob(ctx, j); err != nil {
			return fmt.Errorf("create user import job: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateUserImportJobResponse{UserImportJob: s.importEntry(j)}, nil
}

// DescribeUserImportJob describes a user import job, while it runs as well.
func (s *Service) DescribeUserImportJob(ctx context.Context, in *cognitoidp.DescribeUserImportJobRequest) (*cognitoidp.DescribeUserImportJobResponse, error) {
	var j *userpool.ImportJob
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		j, err = importJob(ctx, r, in.UserPoolId, in.JobId)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeUserImportJobResponse{UserImportJob: s.importEntry(j)}, nil
}

// ListUserImportJobs lists the import jobs of a user pool, newest first.
func (s *Service) ListUserImportJobs(ctx context.Context, in *cognitoidp.ListUserImportJobsRequest) (*cognitoidp.ListUserImportJobsResponse, error) {
	listing := page.Listing{Operation: "ListUserImportJobs", Parameters: []string{in.UserPoolId}}
	limit := min(int(in.MaxResults), maxImportPage)
	var jobs []*userpool.ImportJob
	err := s.Store.View(ctx, func(r store.Reader) error {
		if _, err := pool(ctx, r, in.UserPoolId); err != nil {
			return err
		}
		cursor, err := s.pages().Cursor(listing, in.PaginationToken, 2)
		if err != nil {
			return err
		}
		var after store.ImportCursor
		if cursor != nil {
			after.ID = cursor[1]
			if after.Created, err = time.Parse(time.RFC3339Nano, cursor[0]); err != nil {
				return fmt.Errorf("read a page token of ours: %w", err)
			}
		}
		if jobs, err = r.ImportJobs(ctx, in.UserPoolId, after, limit+1); err != nil { // one more tells whether a page follows
			return fmt.Errorf("list user import jobs: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &cognitoidp.ListUserImportJobsResponse{UserImportJobs: []cognitoidp.UserImportJobType{}}
	if len(jobs) > limit {
		jobs = jobs[:limit]
		last := jobs[limit-1]
		out.PaginationToken = new(s.pages().Next(listing, last.Created.Format(time.RFC3339Nano), last.ID))
	}
	for _, j := range jobs {
		out.UserImportJobs = append(out.UserImportJobs, *s.importEntry(j))
	}
	return out, nil
}

// StartUserImportJob lets a job that has its file run. A user pool runs one at a time.
func (s *Service) StartUserImportJob(ctx context.Context, in *cognitoidp.StartUserImportJobRequest) (*cognitoidp.StartUserImportJobResponse, error) {
	j, err := s.changeImportJob(ctx, in.UserPoolId, in.JobId, func(tx store.Tx, p *userpool.Pool, j *userpool.ImportJob) error {
		if err := p.CheckImportable(); err != nil {
			return err
		}
		if err := j.Start(s.wireTime()); err != nil {
			return err
		}
		active, err := tx.ActiveImportJob(ctx, p.ID)
		switch {
		case err == nil:
			return awserr.AnotherImportActive(active.ID)
		case !errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("look for an active user import job: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.Imports.Started()
	return &cognitoidp.StartUserImportJobResponse{UserImportJob: s.importEntry(j)}, nil
}

// StopUserImportJob stops a job. Users who were imported stay; from its answer on none are added.
func (s *Service) StopUserImportJob(ctx context.Context, in *cognitoidp.StopUserImportJobRequest) (*cognitoidp.StopUserImportJobResponse, error) {
	j, err := s.changeImportJob(ctx, in.UserPoolId, in.JobId, func(_ store.Tx, _ *userpool.Pool, j *userpool.ImportJob) error {
		return j.Stop(s.wireTime())
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.StopUserImportJobResponse{UserImportJob: s.importEntry(j)}, nil
}

// changeImportJob changes a job by a rule, and answers it as it is then.
func (s *Service) changeImportJob(
	ctx context.Context, poolID, id string, change func(store.Tx, *userpool.Pool, *userpool.ImportJob) error,
) (j *userpool.ImportJob, err error) {
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, poolID)
		if err != nil {
			return err
		}
		if j, err = importJob(ctx, tx, poolID, id); err != nil {
			return err
		}
		if err := change(tx, p, j); err != nil {
			return err
		}
		return userimport.Save(ctx, tx, j)
	})
	return j, err
}

// importJob finds a user import job by its pool and id.
func importJob(ctx context.Context, r store.Reader, poolID, id string) (*userpool.ImportJob, error) {
	if _, err := pool(ctx, r, poolID); err != nil {
		return nil, err
	}
	j, err := r.ImportJob(ctx, poolID, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.ImportJobNotFound(id)
	}
	if err != nil {
		return nil, fmt.Errorf("read user import job: %w", err)
	}
	return j, nil
}

// noImport refuses to change a pool while users are imported into it.
func noImport(ctx context.Context, r store.ImportReader, poolID string) error {
	j, err := r.ActiveImportJob(ctx, poolID)
	switch {
	case err == nil:
		return awserr.UserImportInProgress(j.ID)
	case errors.Is(err, store.ErrNotFound):
		return nil
	default:
		return fmt.Errorf("look for an active user import job: %w", err)
	}
}

// importEntry is a user import job as the API answers it.
func (s *Service) importEntry(j *userpool.ImportJob) *cognitoidp.UserImportJobType {
	j = j.At(s.Now())
	out := &cognitoidp.UserImportJobType{
		JobName: &j.Name, JobId: &j.ID, UserPoolId: &j.PoolID, PreSignedUrl: new(s.Imports.URL(j)), CreationDate: &j.Created,
		Status: j.Status, CloudWatchLogsRoleArn: &j.RoleARN,
		ImportedUsers: &j.Imported, SkippedUsers: &j.Skipped, FailedUsers: &j.Failed,
	}
	if !j.Started.IsZero() {
		out.StartDate = &j.Started
	}
	if !j.Ended.IsZero() {
		out.CompletionDate = &j.Ended
	}
	if j.Message != "" {
		out.CompletionMessage = &j.Message
	}
	return out
}
