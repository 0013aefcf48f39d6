// Command fault is a Temporal worker whose workflow does I/O itself. It needs
// a Temporal server, for instance `temporal server start-dev`:
//
//	go run ./temporalstock/fault -temporal 127.0.0.1:7233
package main

import (
	"context"
	"flag"
	"log"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/yieldlint/yieldlint/examples/internal/loopback"
	"github.com/yieldlint/yieldlint/examples/temporalstock/stock"
)

func main() {
	addr := flag.String("temporal", "127.0.0.1:7233", "address of the Temporal server")
	queue := flag.String("queue", "stock-fault", "task queue")
	want := flag.Int("want", 3, "how many parts to wait for")
	flag.Parse()

	warehouse, err := loopback.HTTP(stock.Handler(), 2*time.Second)
	if err != nil {
		log.Fatal(err)
	}
	c, err := client.Dial(client.Options{HostPort: *addr})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	w := worker.New(c, *queue, worker.Options{})
	w.RegisterWorkflow(Await)
	if err := w.Start(); err != nil {
		log.Fatal(err)
	}
	defer w.Stop()

	ctx := context.Background()
	order := stock.Order{Warehouse: warehouse, Part: "bolt", Want: *want}
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: *queue}, Await, order)
	if err != nil {
		log.Fatal(err)
	}
	var n int
	if err := run.Get(ctx, &n); err != nil {
		log.Fatal(err)
	}
	log.Printf("%d in stock", n)
}
