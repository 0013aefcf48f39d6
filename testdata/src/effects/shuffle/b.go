package shuffle

import "os"

type leafB struct{}

func (leafB) Visit(n int) { right(n) } // want Visit:`^blocks\(sleep: time\.Sleep via shuffle\.right → shuffle\.pause\)$`

func Walk(n int, v Node) { // want Walk:`^calls\(param1\.Visit\(\)\)$`
	if n > 0 {
		v.Visit(n - 1)
	}
}

var visitors = []Node{leafA{}, leafB{}, leafC{}}

func Both(n int) { // want Both:`^blocks\(disk: os\.ReadFile\) blocks\(sleep: time\.Sleep via shuffle\.left → shuffle\.pause\)$`
	if n%2 == 0 {
		left(n)
	} else {
		right(n)
	}
	os.ReadFile("b")
}
