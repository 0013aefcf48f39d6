// Package contracts says in directives which locks guard what.
package contracts

import "sync"

type Table struct {
	mu   sync.Mutex
	rows map[string]int //yieldlint:guardedby mu
	// +checklocks:mu
	count int
}

func (t *Table) Put(key string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[key] = n
	t.grow()
}

// grow needs no name and no comment.
//
//yieldlint:holds mu
func (t *Table) grow() { t.count++ }

func (t *Table) CountOK() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count
}

func (t *Table) GetBad(key string) int {
	return t.rows[key] // want `what Table.rows refers to is read without mu, .*guarded by mu`
}

func (t *Table) GetOK(key string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[key]
}

// Sum is for callers that have locked the table.
//
//yieldlint:holds mu
func (t *Table) FP_Sum() int {
	sum := 0
	for _, n := range t.rows {
		sum += n
	}
	return sum
}
