package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"hawser.dev/bench/grpc-go/benchpb"
	"hawser.dev/bench/grpc-go/job"
)

// Bytes of text per message of a server stream.
const textBytes = 64

func serverStreamDrive(work job.Job) func(*window) {
	client := connectAll(work, 1)[0]
	text := job.StreamText(textBytes)
	return func(w *window) {
		for !w.over.Load() {
			stream, err := client.ServerStream(context.Background(), &benchpb.StreamRequest{Count: uint32(work.Messages), Size: textBytes})
			if err != nil {
				job.Fail(err)
			}
			for next := 0; ; next++ {
				message, err := stream.Recv()
				if err == io.EOF && next == work.Messages {
					break
				}
				if err != nil {
					job.Fail(fmt.Errorf("after %d messages: %w", next, err))
				}
				if message.Id != uint32(next) || message.Text != text {
					job.Fail(fmt.Errorf("message %d differs: %v", next, message))
				}
				w.count.Add(1)
			}
		}
	}
}

func clientStreamDrive(work job.Job) func(*window) {
	client := connectAll(work, 1)[0]
	messages := make([]*benchpb.Payload, work.Messages)
	var ids uint32
	for i := range messages {
		messages[i] = job.Payload(i, work.BodyBytes)
		ids += messages[i].Id
	}
	bytes := work.Messages * work.BodyBytes
	return func(w *window) {
		record, finish := w.recorder()
		defer finish()
		for !w.over.Load() {
			begin := time.Now()
			stream, err := client.ClientStream(context.Background())
			if err != nil {
				job.Fail(err)
			}
			for _, message := range messages {
				if err := stream.Send(message); err != nil {
					job.Fail(err)
				}
			}
			summary, err := stream.CloseAndRecv()
			if err != nil {
				job.Fail(err)
			}
			if int(summary.Count) != work.Messages || int(summary.Bytes) != bytes || summary.Ids != ids {
				job.Fail(fmt.Errorf("the summary is wrong: %v", summary))
			}
			w.count.Add(int64(bytes))
			record(time.Since(begin))
		}
	}
}

func bidiDrive(work job.Job) func(*window) {
	client := connectAll(work, 1)[0]
	payloads := make([]*benchpb.Payload, 1024)
	for i := range payloads {
		payloads[i] = job.Payload(i, 0)
	}
	return func(w *window) { runBidi(client, payloads, work.InFlight, w) }
}

func runBidi(client benchpb.EchoClient, payloads []*benchpb.Payload, inFlight int, w *window) {
	record, finish := w.recorder()
	defer finish()
	stream, err := client.Bidi(context.Background())
	if err != nil {
		job.Fail(err)
	}
	sentAt := make([]time.Time, len(payloads))
	sent, received := 0, 0
	send := func() {
		sentAt[sent%len(payloads)] = time.Now()
		if err := stream.Send(payloads[sent%len(payloads)]); err != nil {
			job.Fail(err)
		}
		sent++
	}
	for range inFlight {
		send()
	}
	for received < sent {
		message, err := stream.Recv()
		if err != nil {
			job.Fail(err)
		}
		index := received % len(payloads)
		if !job.Same(message, payloads[index]) {
			job.Fail(fmt.Errorf("message %d differs: %v", received, message))
		}
		received++
		w.count.Add(1)
		record(time.Since(sentAt[index]))
		if !w.over.Load() {
			send()
		}
	}
	if err := stream.CloseSend(); err != nil {
		job.Fail(err)
	}
	if _, err := stream.Recv(); err != io.EOF {
		job.Fail(fmt.Errorf("the stream ended with %w", err))
	}
}
