// Package elements has fields of elements, which several goroutines reach by
// indices that are known in different ways.
package elements

type counter struct {
	n    int
	name string
}

// One index is a constant, the other runs over all elements.
func FN_FieldOfElement() int {
	list := make([]counter, 4)
	go func() {
		for i := range list {
			list[i].n++ // want `list\[0:4\]\.n is written here by the goroutine started at line \d+, and read by FN_FieldOfElement without order \[sharedstate/race\]`
		}
	}()
	return list[0].n
}

func FP_OtherField() string {
	list := make([]counter, 4)
	go func() {
		for i := range list {
			list[i].n++
		}
	}()
	return list[0].name
}

func FP_OtherElement() int {
	list := make([]counter, 4)
	go func() { list[1].n++ }()
	return list[0].n
}

func FP_Joined() int {
	list := make([]counter, 4)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range list {
			list[i].n++
		}
	}()
	<-done
	return list[0].n
}

// Each goroutine has an element of its own.
func FP_OneEach() {
	list := make([]counter, 4)
	for i := range list {
		go func() { list[i].n++ }()
	}
}
