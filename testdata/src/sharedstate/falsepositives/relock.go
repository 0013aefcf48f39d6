package falsepositives

import (
	"iter"
	"sync"
)

// Locks that a callee gives back and takes again, that a loop over a function
// is run under, and reads of which little is used.

type FileHandle struct {
	mu     sync.Mutex
	offset int
	data   []byte
	cancel chan int
}

func (h *FileHandle) read(release bool) int {
	if len(h.data) == 0 {
		return 0
	}
	if release {
		h.mu.Unlock()
	}
	work()
	if release {
		h.mu.Lock()
	}
	return 1
}

func (h *FileHandle) ensure() bool {
	if h.data == nil {
		return false
	}
	h.mu.Unlock()
	defer h.mu.Lock()
	work()
	return true
}

func (h *FileHandle) stop() {
	if h.cancel != nil {
		h.mu.Unlock()
		<-h.cancel
		h.mu.Lock()
	}
}

func (h *FileHandle) stopAll() {
	for range 3 {
		h.stop()
	}
}

func (h *FileHandle) FP_ReadAgain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.offset += h.read(false)
}

func (h *FileHandle) FP_Ensured() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ensure() {
		h.offset++
	}
}

func (h *FileHandle) FP_Waited() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopAll()
	h.offset = 0
}

func (h *FileHandle) Grow(p []byte)    { h.mu.Lock(); h.offset++; h.data = p; h.mu.Unlock() }
func (h *FileHandle) Shrink()          { h.mu.Lock(); h.offset--; h.data = nil; h.mu.Unlock() }
func (h *FileHandle) Offset() int      { h.mu.Lock(); defer h.mu.Unlock(); return h.offset }
func (h *FileHandle) Twice()           { h.mu.Lock(); h.offset *= 2; h.mu.Unlock() }
func (h *FileHandle) Half()            { h.mu.Lock(); h.offset /= 2; h.mu.Unlock() }
func (h *FileHandle) Next()            { h.mu.Lock(); h.offset++; h.mu.Unlock() }
func (h *FileHandle) Renew(c chan int) { h.mu.Lock(); h.cancel = c; h.mu.Unlock() }

type LeakyHandle struct {
	mu     sync.Mutex
	offset int
	cancel chan int
}

func (h *LeakyHandle) stop() bool {
	if h.cancel != nil {
		h.mu.Unlock()
		if <-h.cancel > 0 {
			return false
		}
		h.mu.Lock()
	}
	return true
}

// The lock is gone on one path.
func (h *LeakyHandle) WaitedBad() {
	h.mu.Lock()
	h.stop()
	h.offset += 2 // want `LeakyHandle.offset is written without mu, which \d of \d+ accesses hold`
}

func (h *LeakyHandle) Grow()       { h.mu.Lock(); h.offset = 1; h.mu.Unlock() }
func (h *LeakyHandle) Shrink()     { h.mu.Lock(); h.offset = 2; h.mu.Unlock() }
func (h *LeakyHandle) Skip(n int)  { h.mu.Lock(); h.offset += n; h.mu.Unlock() }
func (h *LeakyHandle) Offset() int { h.mu.Lock(); defer h.mu.Unlock(); return h.offset }

type RowTable struct {
	mu    sync.RWMutex
	rows  map[int][]int
	names []string
}

func (t *RowTable) values() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range 3 {
			if !yield(i) {
				return
			}
		}
	}
}

func (t *RowTable) locked() iter.Seq[int] {
	return func(yield func(int) bool) {
		t.mu.RLock()
		defer t.mu.RUnlock()
		for i := range 3 {
			if !yield(i) {
				return
			}
		}
	}
}

func (t *RowTable) nameOf(i int) string { return t.names[i] }

func (t *RowTable) FP_InLoop() (n int) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for i := range t.values() {
		n += len(t.nameOf(i)) + len(t.rows[i])
	}
	return n
}

func (t *RowTable) FP_UnderIterator() (n int) {
	for i := range t.locked() {
		n += len(t.nameOf(i)) + len(t.rows[i])
	}
	return n
}

func (t *RowTable) Put(i int, s string) {
	t.mu.Lock()
	t.names = append(t.names, s)
	t.rows[i] = nil
	t.mu.Unlock()
}
func (t *RowTable) Drop(i int) { t.mu.Lock(); t.names = t.names[:i]; delete(t.rows, i); t.mu.Unlock() }

// Only the length, or whether there is anything, is of interest.
func (t *RowTable) FP_Length() int   { return len(t.names) }
func (t *RowTable) FP_Present() bool { return t.rows != nil }

type OpenRowTable struct {
	mu    sync.RWMutex
	names []string
}

func (t *OpenRowTable) values() iter.Seq[int] {
	return func(yield func(int) bool) { _ = yield(1) && yield(2) }
}

func (t *OpenRowTable) InLoopBad() (n int) {
	for i := range t.values() {
		n += len(t.names[i]) // want `OpenRowTable.names is read without mu, which \d of \d+ accesses hold`
	}
	return n
}

func (t *OpenRowTable) Put(s string)     { t.mu.Lock(); t.names = append(t.names, s); t.mu.Unlock() }
func (t *OpenRowTable) Drop(i int)       { t.mu.Lock(); t.names = t.names[:i]; t.mu.Unlock() }
func (t *OpenRowTable) Get(i int) string { t.mu.RLock(); defer t.mu.RUnlock(); return t.names[i] }

type Measured struct {
	mu    sync.Mutex
	names []string
}

// The last element is found with the length.
func (m *Measured) LastBad() string {
	if len(m.names) == 0 {
		return ""
	}
	return m.names[len(m.names)-1] // want `Measured.names is read without mu, which \d of \d+ accesses hold`
}

func (m *Measured) Put(s string)     { m.mu.Lock(); m.names = append(m.names, s); m.mu.Unlock() }
func (m *Measured) Drop(i int)       { m.mu.Lock(); m.names = m.names[:i]; m.mu.Unlock() }
func (m *Measured) Pop()             { m.mu.Lock(); m.names = m.names[1:]; m.mu.Unlock() }
func (m *Measured) Get(i int) string { m.mu.Lock(); defer m.mu.Unlock(); return m.names[i] }

// Catalog is made ready by what others call under its lock, or where they say
// that they run alone.
type Catalog struct {
	mu  sync.Mutex
	all []*RowTable
}

func NewCatalog() *Catalog {
	x := &Catalog{}
	x.clear()
	return x
}

func (x *Catalog) clear() { x.all = []*RowTable{{}} }

func (x *Catalog) FP_Clear() { x.mu.Lock(); defer x.mu.Unlock(); x.clear() }

// Rewrite must not be called concurrently to any other method.
func (x *Catalog) Rewrite() { x.clear() }

func (x *Catalog) Insert(t *RowTable)  { x.mu.Lock(); x.all = append(x.all, t); x.mu.Unlock() }
func (x *Catalog) Remove(i int)        { x.mu.Lock(); x.all = x.all[:i]; x.mu.Unlock() }
func (x *Catalog) Get(i int) *RowTable { x.mu.Lock(); defer x.mu.Unlock(); return x.all[i] }

type OpenCatalog struct {
	mu  sync.Mutex
	all []*RowTable
}

func NewOpenCatalog() *OpenCatalog {
	x := &OpenCatalog{}
	x.clear()
	return x
}

func (x *OpenCatalog) clear() {
	x.all = []*RowTable{{}} // want `OpenCatalog.all is written without mu, which \d of \d+ accesses hold`
}

func (x *OpenCatalog) WipeBad() { x.clear() }

func (x *OpenCatalog) Insert(t *RowTable)  { x.mu.Lock(); x.all = append(x.all, t); x.mu.Unlock() }
func (x *OpenCatalog) Remove(i int)        { x.mu.Lock(); x.all = x.all[:i]; x.mu.Unlock() }
func (x *OpenCatalog) Get(i int) *RowTable { x.mu.Lock(); defer x.mu.Unlock(); return x.all[i] }
