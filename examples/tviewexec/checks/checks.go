// Package checks runs commands that say how a machine is doing.
package checks

import (
	"context"
	"fmt"
	"os/exec"
)

// A Check is a command with a name.
type Check struct {
	Name string
	Argv []string
}

// Default returns the checks of the example. The last one is slow.
func Default() []Check {
	return []Check{
		{Name: "Disk", Argv: []string{"df", "-h"}},
		{Name: "Kernel", Argv: []string{"uname", "-a"}},
		{Name: "Slow", Argv: []string{"sh", "-c", "sleep 3; date"}},
	}
}

// Run runs a check and returns what it printed, or what went wrong.
func Run(ctx context.Context, c Check) string {
	out, err := output(ctx, c.Argv)
	if err != nil {
		return fmt.Sprintf("%s%s: %v\n", out, c.Name, err)
	}
	return string(out)
}

func output(ctx context.Context, argv []string) ([]byte, error) {
	return exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
}
