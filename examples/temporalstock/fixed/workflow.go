package main

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yieldlint/yieldlint/examples/temporalstock/stock"
)

// Await waits until the warehouse has what the order wants. Temporal runs it
// as a coroutine that is replayed from a history.
func Await(ctx workflow.Context, o stock.Order) (int, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
	})
	for range 10 {
		// Right: the request is an activity. Get suspends the coroutine, not
		// the worker, and a replay takes the answer from the history.
		var n int
		if err := workflow.ExecuteActivity(ctx, Level, o).Get(ctx, &n); err != nil {
			return 0, err
		}
		if n >= o.Want {
			return n, nil
		}
		// Right: a timer of the server; the worker is free meanwhile.
		if err := workflow.Sleep(ctx, 5*time.Second); err != nil {
			return 0, err
		}
	}
	return 0, errors.New("not enough in stock")
}

// Level is an activity: plain Go code, which may block.
func Level(ctx context.Context, o stock.Order) (int, error) {
	return stock.Level(o)
}
