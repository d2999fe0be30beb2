// Package job holds what the suite and its processes tell each other: see bench/src/job.ts, whose shapes these are.
package job

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
)

// Job is the argument of a client process.
type Job struct {
	Drive       string `json:"drive"`
	Port        int    `json:"port"`
	CA          string `json:"ca"`
	Connections int    `json:"connections"`
	InFlight    int    `json:"inFlight"`
	BodyBytes   int    `json:"bodyBytes"`
	Messages    int    `json:"messages"`
}

// ServerOptions is the argument of a server process.
type ServerOptions struct {
	TLS *struct {
		Key  string `json:"key"`
		Cert string `json:"cert"`
	} `json:"tls"`
}

// MaxMessageBytes is the largest message that both sides take.
const MaxMessageBytes = 16 << 20

// Read parses the argument of this process.
func Read(into any) {
	if len(os.Args) < 2 {
		Fail(fmt.Errorf("the argument is missing"))
	}
	if err := json.Unmarshal([]byte(os.Args[1]), into); err != nil {
		Fail(err)
	}
}

// Print writes a line for the suite.
func Print(line any) {
	text, err := json.Marshal(line)
	if err != nil {
		Fail(err)
	}
	os.Stdout.Write(append(text, '\n'))
}

// Fail reports an error to the suite and ends the process.
func Fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	text, _ := json.Marshal(map[string]string{"event": "failed", "message": err.Error()})
	os.Stdout.Write(append(text, '\n'))
	os.Exit(1)
}

// Lines gives the lines of stdin, and is closed at its end.
func Lines() <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(os.Stdin)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	return lines
}

// CPUMicros is the CPU time of this process so far.
func CPUMicros() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		Fail(err)
	}
	return usage.Utime.Sec*1e6 + int64(usage.Utime.Usec) + usage.Stime.Sec*1e6 + int64(usage.Stime.Usec)
}

// Memory is what this process holds after a collection; a goroutine's stack counts as heap does.
func Memory() map[string]uint64 {
	runtime.GC()
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return map[string]uint64{"heapAndExternal": stats.HeapAlloc + stats.StackInuse, "rss": stats.Sys - stats.HeapReleased}
}
