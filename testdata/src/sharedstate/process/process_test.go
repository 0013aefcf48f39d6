package process

import (
	"os"
	"testing"
)

func TestParallel(t *testing.T) {
	t.Parallel()
	os.Chdir(t.TempDir()) // want `os.Chdir changes cwd of the whole process .* in a test that runs beside others`
}

func TestBefore(t *testing.T) {
	os.Chdir(t.TempDir())
	t.Parallel()
}

func TestSerial(t *testing.T) {
	os.Chdir(t.TempDir())
}

func TestSubtests(t *testing.T) {
	t.Run("a", func(t *testing.T) {
		t.Parallel()
		os.Setenv("A", "c") // want `os.Setenv changes env .*suspect`
	})
}
