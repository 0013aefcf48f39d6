package falsepositives

import "sync"

// What tests drive, see driver_test.go.

func forEach(in []string, f func(string)) {
	var wg sync.WaitGroup
	for _, s := range in {
		wg.Go(func() { f(s) })
	}
	wg.Wait()
}
