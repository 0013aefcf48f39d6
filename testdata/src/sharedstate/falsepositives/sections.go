package falsepositives

import "sync"

// Sections that are entered once.

type state int

const (
	created state = iota
	started
	stopped
)

type service struct {
	mu    sync.Mutex
	state state
	conn  *logger
}

func (s *service) change(from, to state, f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != from {
		return false
	}
	s.state = to
	f()
	return true
}

func (s *service) start() {
	s.change(created, started, func() {
		s.conn = &logger{}
		go s.run()
	})
}

func (s *service) run() {
	s.conn.run()
	s.change(started, stopped, func() {})
}

func FP_secondStart() {
	s := &service{}
	s.start()
	s.start()
	go work()
}

// The state goes back to what it was.
func (s *service) restart() {
	s.change(started, created, func() {})
	s.change(created, started, func() {
		s.conn = &logger{} // want `s.conn is written here by startedAgainBad, and read by the goroutine started at line \d+ without order \[sharedstate/publish-before-init\]`
		go s.run()
	})
}

func startedAgainBad() {
	s := &service{}
	s.start()
	s.restart()
	go work()
}

func FP_firstTurn(in []int) {
	var rest []int
	for i := range in {
		if rest == nil {
			rest = make([]int, len(in))
			copy(rest, in[i:])
			go func() {
				for range rest {
					work()
				}
			}()
		}
		work()
	}
}

func eachTurnBad(in []int) {
	var rest []int
	for i := range in {
		if len(rest) < 3 {
			rest = make([]int, len(in)) // want `rest is written here by eachTurnBad, and read by the goroutine started at line \d+ without order \[sharedstate/race\]`
			copy(rest, in[i:])
			go func() {
				for range rest {
					work()
				}
			}()
		}
		work()
	}
}
