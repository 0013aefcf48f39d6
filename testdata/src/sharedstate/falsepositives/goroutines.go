package falsepositives

// Goroutines that make the accesses of the bad twins.

func useDaemon(d *OpenDaemon)   { go d.MetadataBad() }
func useIndex(x *Index)         { go x.LenBad() }
func useSlots(s *OpenSlots)     { go s.Less(0, 1) }
func useLog(v *OpenLog)         { go v.Create() }
func useSignal(m *Signal)       { go func() { m.AckBad() }() }
func usePeer(p *Peer)           { go p.RecordBad() }
func useSyncer(s *Syncer)       { go func() { s.ReceiveBad(true) }() }
func useView(v *OpenView)       { go func() { v.ViewBad() }() }
func usePager(p *OpenPager)     { go p.scanBad() }
func useSource(s *OpenSource)   { go entriesBad(s) }
func useRound(p *PeerState)     { go p.StepBad() }
func useLeaky(h *LeakyHandle)   { go h.WaitedBad() }
func useTable(t *OpenRowTable)  { go func() { t.InLoopBad() }() }
func useMeasured(m *Measured)   { go m.LastBad() }
func useCatalog(x *OpenCatalog) { go x.clear() }
func useGroup(g *Group)         { go g.CreateBad(nil) }
