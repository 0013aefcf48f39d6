package spelling

import "testing"

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"clas", "class", 1}, {"kitten", "sitting", 3}, {"Slwo", "Slow", 1}, {"ba", "ab", 1}, {"abc", "abc", 0}} {
		if got := Distance(test.a, test.b, 10); got != test.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := Distance(test.a, test.b, 1); got != min(test.want, 1) {
			t.Errorf("Distance(%q, %q) with limit 1 = %d", test.a, test.b, got)
		}
	}
}
