package main

import (
	"net/http/httptest"
	"testing"

	"go.temporal.io/sdk/testsuite"

	"github.com/yieldlint/yieldlint/examples/temporalstock/stock"
)

func TestAwait(t *testing.T) {
	warehouse := httptest.NewServer(stock.Handler())
	defer warehouse.Close()

	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.RegisterActivity(Level)
	env.ExecuteWorkflow(Await, stock.Order{Warehouse: warehouse.URL, Part: "bolt", Want: 3})
	var n int
	if err := env.GetWorkflowResult(&n); err != nil || n != 3 {
		t.Errorf("Await = %d, %v; want 3", n, err)
	}
}
