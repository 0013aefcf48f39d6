package shuffle

import "os"

type leafC struct{}

func (leafC) Visit(n int) { os.ReadFile("c"); Both(n) } // want Visit:`^blocks\(disk: os\.ReadFile\) blocks\(sleep: time\.Sleep via shuffle\.Both → shuffle\.left → shuffle\.pause\)$`

func All(n int) { // want All:`^blocks\(disk: os\.Remove via func literal in shuffle\.init\) blocks\(disk: os\.ReadFile via shuffle\.Walk → \(shuffle\.leafC\)\.Visit\) blocks\(sleep: time\.Sleep via shuffle\.left → shuffle\.pause\)$`
	for _, v := range visitors {
		Walk(n, v)
	}
	handlers["x"](n)
}

var handlers = map[string]func(int){"x": left, "y": right, "z": func(int) { os.Remove("z") }}
