// Package workflows has coroutines that yield only where they say so.
package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

func Seats(ctx workflow.Context) error {
	free := 10
	sold := false
	mu := workflow.NewMutex(ctx)
	workflow.SetUpdateHandler(ctx, "reserveBad", func(ctx workflow.Context, n int) error {
		if free < n {
			return nil
		}
		left := free - n
		workflow.ExecuteActivity(ctx, "charge").Get(ctx, nil)
		free = left // want `this write acts on a check that may be stale: free was observed at line \d+, and the workflow yields at line \d+, where another handler may change it \[yieldpoints/workflow-state\]`
		return nil
	})
	workflow.SetUpdateHandler(ctx, "reserveOK", func(ctx workflow.Context, n int) error {
		if free < n {
			return nil
		}
		free -= n
		return workflow.ExecuteActivity(ctx, "charge").Get(ctx, nil)
	})
	workflow.SetUpdateHandler(ctx, "lockedOK", func(ctx workflow.Context, n int) error {
		if err := mu.Lock(ctx); err != nil {
			return err
		}
		defer mu.Unlock()
		left := free - n
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return err
		}
		free = left
		return nil
	})
	workflow.SetUpdateHandler(ctx, "recheckOK", func(ctx workflow.Context, n int) error {
		if free < n {
			return nil
		}
		workflow.ExecuteActivity(ctx, "charge").Get(ctx, nil)
		if free >= n {
			free -= n
		}
		return nil
	})
	workflow.SetUpdateHandler(ctx, "awaitOK", func(ctx workflow.Context, n int) error {
		want := free < n
		if want {
			if err := workflow.Await(ctx, func() bool { return free >= n }); err != nil {
				return err
			}
			free = free - n
		}
		return nil
	})
	workflow.SetUpdateHandler(ctx, "sellBad", func(ctx workflow.Context) error {
		if sold {
			return nil
		}
		if err := workflow.ExecuteActivity(ctx, "sell").Get(ctx, nil); err != nil {
			return err
		}
		sold = true // want `sold was observed at line \d+, and the workflow yields at line \d+, where the same handler, for another request, may change it`
		return nil
	})
	return workflow.Await(ctx, func() bool { return free == 0 && sold })
}

// AloneOK has one coroutine.
func AloneOK(ctx workflow.Context) error {
	n := 0
	p := &n
	for *p < 10 {
		m := *p
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return err
		}
		*p = m + 1
	}
	return nil
}
