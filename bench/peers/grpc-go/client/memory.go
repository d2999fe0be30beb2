package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc"

	"hawser.dev/bench/grpc-go/benchpb"
	"hawser.dev/bench/grpc-go/job"
)

// Connections opened at a time.
const batchSize = 50

// hold is the frame of a memory drive; see bench/src/drive/hold.ts.
func hold(open func()) {
	lines := job.Lines()
	time.Sleep(300 * time.Millisecond)
	job.Print(map[string]any{"event": "ready", "memory": job.Memory()})
	<-lines
	open()
	time.Sleep(300 * time.Millisecond)
	job.Print(map[string]any{"event": "open", "memory": job.Memory()})
	for range lines {
	}
}

func driveIdleConnections(work job.Job) {
	echoOnce(connectAll(work, 1)[0])
	held := make([][]benchpb.EchoClient, 0)
	hold(func() {
		for opened := 0; opened < work.Connections; opened += batchSize {
			clients := connectAll(work, min(batchSize, work.Connections-opened))
			held = append(held, clients)
			each(clients, echoOnce)
		}
	})
}

func driveOpenStreams(work job.Job) {
	clients := connectAll(work, work.Connections)
	var mutex sync.Mutex
	streams := make([]grpc.BidiStreamingClient[benchpb.Payload, benchpb.Payload], 0, work.InFlight)
	open := func(client benchpb.EchoClient) {
		stream := openStream(client)
		mutex.Lock()
		defer mutex.Unlock()
		streams = append(streams, stream)
	}
	each(clients, open)
	hold(func() {
		perConnection := (work.InFlight + len(clients) - 1) / len(clients)
		each(clients, func(client benchpb.EchoClient) {
			for range perConnection {
				open(client)
			}
		})
	})
}

func openStream(client benchpb.EchoClient) grpc.BidiStreamingClient[benchpb.Payload, benchpb.Payload] {
	stream, err := client.Bidi(context.Background())
	if err != nil {
		job.Fail(err)
	}
	request := job.Payload(1, 0)
	if err := stream.Send(request); err != nil {
		job.Fail(err)
	}
	reply, err := stream.Recv()
	if err != nil {
		job.Fail(err)
	}
	if !job.Same(request, reply) {
		job.Fail(fmt.Errorf("message differs: %v", reply))
	}
	return stream
}

func each(clients []benchpb.EchoClient, do func(benchpb.EchoClient)) {
	var group sync.WaitGroup
	for _, client := range clients {
		group.Go(func() { do(client) })
	}
	group.Wait()
}
