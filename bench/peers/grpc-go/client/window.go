package main

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"hawser.dev/bench/grpc-go/job"
)

// Time between the first call of a run and its window.
const settle = 50 * time.Millisecond

// window is the measured part of a run; see bench/src/drive/window.ts.
type window struct {
	over      atomic.Bool
	count     atomic.Int64
	measuring atomic.Bool
	done      chan struct{}
	mutex     sync.Mutex
	latencies *hdrhistogram.Histogram
	counted   int64
	elapsedMs float64
	cpuUs     int64
}

func newHistogram() *hdrhistogram.Histogram {
	// Tenths of a microsecond, up to a minute.
	return hdrhistogram.New(1, 600_000_000, 3)
}

func newWindow(length time.Duration) *window {
	w := &window{done: make(chan struct{}), latencies: newHistogram()}
	go func() {
		defer close(w.done)
		time.Sleep(settle)
		job.Print(map[string]any{"event": "measuring"})
		cpu, count, begin := job.CPUMicros(), w.count.Load(), time.Now()
		w.measuring.Store(true)
		time.Sleep(length)
		for w.count.Load() == count {
			time.Sleep(settle)
		}
		w.cpuUs = job.CPUMicros() - cpu
		w.elapsedMs = float64(time.Since(begin).Microseconds()) / 1000
		w.counted = w.count.Load() - count
		w.measuring.Store(false)
		w.over.Store(true)
	}()
	return w
}

// recorder collects the latencies of one goroutine, so that goroutines do not meet at a lock.
func (w *window) recorder() (record func(time.Duration), finish func()) {
	own := newHistogram()
	record = func(latency time.Duration) {
		if w.measuring.Load() {
			_ = own.RecordValue(int64(latency) / 100)
		}
	}
	finish = func() {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.latencies.Merge(own)
	}
	return record, finish
}

func (w *window) report() {
	<-w.done
	measured := map[string]any{"count": w.counted, "elapsedMs": w.elapsedMs, "cpuUs": w.cpuUs}
	if w.latencies.TotalCount() > 0 {
		measured["p50Us"] = float64(w.latencies.ValueAtPercentile(50)) / 10
		measured["p99Us"] = float64(w.latencies.ValueAtPercentile(99)) / 10
	}
	job.Print(map[string]any{"event": "measured", "measured": measured})
}
