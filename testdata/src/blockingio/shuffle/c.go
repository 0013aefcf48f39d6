package shuffle

var steps = map[string]step{"a": stepA{}, "b": stepB{}}

func both(n int) {
	walk(n, stepA{})
	walk(n, stepB{})
	steps["a"].run(n)
}

//yieldlint:eventloop
func rootD() { steps["b"].run(1) }
