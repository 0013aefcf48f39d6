package shuffle

func (s *Set) Has(k string) bool { return s.m[k] }

func (s *Set) Size() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.m) + s.n }

func Total() (x, y int) {
	go func() { x++; y++ }()
	go func() { y--; x-- }()
	return x, y
}
