package api

import (
	"context"
	"maps"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// TagResource adds tags to a user pool or its replica, over those of the same keys.
func (s *Service) TagResource(ctx context.Context, in *cognitoidp.TagResourceRequest) (*cognitoidp.TagResourceResponse, error) {
	err := s.changeTags(ctx, in.ResourceArn, func(tags map[string]string) { maps.Copy(tags, in.Tags) })
	if err != nil {
		return nil, err
	}
	return &cognitoidp.TagResourceResponse{}, nil
}

// UntagResource removes tags from a user pool; keys that it does not have do not matter.
func (s *Service) UntagResource(ctx context.Context, in *cognitoidp.UntagResourceRequest) (*cognitoidp.UntagResourceResponse, error) {
	err := s.changeTags(ctx, in.ResourceArn, func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UntagResourceResponse{}, nil
}

func (s *Service) changeTags(ctx context.Context, arn string, change func(map[string]string)) error {
	id, err := s.taggedPool(arn)
	if err != nil {
		return err
	}
	return s.changePool(ctx, id, func(p *userpool.Pool) error {
		was, err := s.tagged(p, arn)
		if err != nil {
			return err
		}
		tags := present(*was)
		change(tags)
		if err := userpool.CheckTags(tags); err != nil {
			return err
		}
		*was = tags
		return nil
	})
}

// ListTagsForResource lists the tags of a user pool.
func (s *Service) ListTagsForResource(ctx context.Context, in *cognitoidp.ListTagsForResourceRequest) (*cognitoidp.ListTagsForResourceResponse, error) {
	id, err := s.taggedPool(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &cognitoidp.ListTagsForResourceResponse{}
	err = s.Store.View(ctx, func(r store.Reader) error {
		p, err := pool(ctx, r, id)
		if err != nil {
			return err
		}
		tags, err := s.tagged(p, in.ResourceArn)
		if err != nil {
			return err
		}
		out.Tags = present(*tags)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
