package falsepositives

import "sync"

// A WaitGroup that counts work items: who sends one holds a count, or is the
// one who waits; Done comes when the item has been handled.

func FP_countedItems(roots []int, next func(int) []int) (map[int]bool, error) {
	var (
		todo = make(chan int)
		quit = make(chan struct{})
		seen = map[int]bool{}
		wg   sync.WaitGroup
		once sync.Once
		err  error
	)
	go func() {
		for x := range todo {
			if seen[x] {
				wg.Done()
				continue
			}
			seen[x] = true
			go func(x int) {
				defer wg.Done()
				for _, y := range next(x) {
					wg.Add(1)
					select {
					case todo <- y:
					case <-quit:
						wg.Done()
					}
				}
				once.Do(func() { err = nil })
			}(x)
		}
	}()
	for _, r := range roots {
		wg.Add(1)
		select {
		case todo <- r:
		case <-quit:
			wg.Done()
		}
	}
	wg.Wait()
	close(todo)
	if err != nil {
		return nil, err
	}
	return seen, nil
}

// A worker says Done for each item.
func FP_doneForEachItem(in []int) int {
	todo := make(chan int, 10)
	var wg sync.WaitGroup
	sum := 0
	go func() {
		for x := range todo {
			sum += x
			wg.Done()
		}
	}()
	for _, x := range in {
		wg.Add(1)
		todo <- x
	}
	wg.Wait()
	return sum
}

// Done comes before the item has been handled.
func doneTooEarlyBad(in []int) int {
	todo := make(chan int, 10)
	var wg sync.WaitGroup
	sum := 0
	go func() {
		for x := range todo {
			wg.Done()
			sum += x // want `sum is written here by the goroutine started at line \d+ after its Done, and read by doneTooEarlyBad, which has waited for that \[sharedstate/waitgroup-misuse\]`
		}
	}()
	for _, x := range in {
		wg.Add(1)
		todo <- x
	}
	wg.Wait()
	return sum
}
