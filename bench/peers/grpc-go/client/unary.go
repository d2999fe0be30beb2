package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hawser.dev/bench/grpc-go/benchpb"
	"hawser.dev/bench/grpc-go/job"
)

func unaryDrive(work job.Job) func(*window) {
	clients := connectAll(work, work.Connections)
	requests := make([]*benchpb.Payload, 1024)
	if work.BodyBytes > 0 {
		requests = requests[:2]
	}
	for i := range requests {
		requests[i] = job.Payload(i, work.BodyBytes)
	}
	return func(w *window) {
		var lanes sync.WaitGroup
		for lane := range work.InFlight {
			client := clients[lane%len(clients)]
			lanes.Go(func() { runLane(client, requests, lane, work.InFlight, w) })
		}
		lanes.Wait()
	}
}

func runLane(client benchpb.EchoClient, requests []*benchpb.Payload, lane, step int, w *window) {
	record, finish := w.recorder()
	defer finish()
	begin := time.Now()
	for next := lane; !w.over.Load(); next += step {
		request := requests[next%len(requests)]
		reply, err := client.Unary(context.Background(), request)
		if err != nil {
			job.Fail(err)
		}
		end := time.Now()
		if !job.Same(request, reply) {
			job.Fail(fmt.Errorf("reply differs: %v", reply))
		}
		w.count.Add(1)
		record(end.Sub(begin))
		begin = end
	}
}
