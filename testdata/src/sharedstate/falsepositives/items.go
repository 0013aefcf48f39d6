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

// The goroutine does for each turn what the count that was made in advance
// waits for.
func FP_countedInAdvance(short bool) []int {
	n := 100
	if short {
		n = 10
	}
	var wg sync.WaitGroup
	wg.Add(n)
	var all []int
	go func() {
		for i := 0; i < n; i++ {
			all = append(all, i)
			go func() {
				work()
				wg.Done()
			}()
		}
	}()
	wg.Wait()
	return all
}

// A queue is code out of view.
type queue interface {
	Put(int)
	Reader() reader
}

type reader interface{ Read(n int) []int }

// What is read comes from what the goroutine puts.
func FP_objectOfObject(q queue, in []int) []int {
	r := q.Reader()
	sent := make([]int, 0)
	go func() {
		for _, x := range in {
			sent = append(sent, x)
			q.Put(x)
		}
	}()
	r.Read(len(in))
	return sent
}

func otherObjectBad(q queue, r reader, in []int) []int {
	sent := make([]int, 0)
	go func() {
		for _, x := range in {
			sent = append(sent, x) // want `sent is written here by the goroutine started at line \d+, and read by otherObjectBad without order \[sharedstate/race\]`
			q.Put(x)
		}
	}()
	r.Read(len(in))
	return sent
}

// A callback of one of several objects, of which each has a goroutine.

type track struct{ onPacket func(int) }

func (t *track) run() {
	for i := range 3 {
		if t.onPacket != nil {
			t.onPacket(i)
		}
	}
}

func FP_callbackOfOne(n int) {
	var tracks []*track
	for range n {
		tracks = append(tracks, &track{onPacket: func(int) {}})
	}
	seen := 0
	tracks[0].onPacket = func(i int) { seen += i }
	for _, t := range tracks {
		go t.run()
	}
}

func callbackOfAllBad(n int) {
	seen := 0
	t := &track{onPacket: func(i int) { seen += i }} // want `seen is written here by the goroutine started at line \d+, and written by another goroutine started there without order \[sharedstate/race\]`
	for range n {
		go t.run()
	}
}

// A channel with one place that is filled at first: who takes the token has the lock.

type permit struct {
	token chan struct{}
	n     int
}

func newPermit() *permit {
	p := &permit{token: make(chan struct{}, 1)}
	p.token <- struct{}{}
	return p
}

func (p *permit) count() {
	<-p.token
	p.n++
	p.token <- struct{}{}
}

func FP_tokenTaken() {
	p := newPermit()
	go p.count()
	go p.count()
}

func tokenLeftBad() {
	p := newPermit()
	for range 2 {
		go func() {
			<-p.token
			p.token <- struct{}{}
			p.n++ // want `p.n is written here by the goroutine started at line \d+, and written by another goroutine started there without order \[sharedstate/race\]`
		}()
	}
}
