package shuffle

func (s *Set) Del(k string) { s.mu.Lock(); delete(s.m, k); s.n--; s.mu.Unlock() }

func (s *Set) Len() int { return s.n }

var total int

func Count(f func() int) int {
	go func() { total += f() }()
	return total
}
