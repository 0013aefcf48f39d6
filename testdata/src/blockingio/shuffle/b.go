package shuffle

import "os"

type stepB struct{}

func (stepB) run(n int) { os.ReadFile("x"); both(n) } // want `^rootD runs on the event loop and blocks on the disk: os\.ReadFile, 2 calls down, and so do 3 other roots \[blockingio/loop-blocks\]$`

func walk(n int, s step) {
	if n > 0 {
		s.run(n - 1)
	}
}

//yieldlint:eventloop
func rootC() { both(2) }
