package main

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yieldlint/yieldlint/examples/temporalstock/stock"
)

// Await waits until the warehouse has what the order wants. Temporal runs it
// as a coroutine that is replayed from a history.
func Await(ctx workflow.Context, o stock.Order) (int, error) {
	for range 10 {
		n, err := check(o)
		if err != nil {
			return 0, err
		}
		if n >= o.Want {
			return n, nil
		}
		// Wrong: the worker sleeps. After a second it takes the workflow for
		// deadlocked, and a replay sleeps again.
		time.Sleep(5 * time.Second)
	}
	return 0, errors.New("not enough in stock")
}

func check(o stock.Order) (int, error) {
	// Wrong: an HTTP request blocks the worker, and a replay gets another
	// answer than the first run.
	return stock.Level(o)
}
