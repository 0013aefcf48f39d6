// Package worker is a stub for tests: types and signatures only.
package worker

import "go.temporal.io/sdk/workflow"

type WorkflowRegistry interface {
	RegisterWorkflow(any)
	RegisterWorkflowWithOptions(any, workflow.RegisterOptions)
}

type ActivityRegistry interface {
	RegisterActivity(any)
}

type Registry interface {
	WorkflowRegistry
	ActivityRegistry
}

type Worker interface {
	Registry
	Run(<-chan any) error
}

type WorkflowReplayer interface {
	RegisterWorkflow(any)
	RegisterWorkflowWithOptions(any, workflow.RegisterOptions)
}
