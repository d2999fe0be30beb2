// The client of the suite's grpc-go stack. Its drives mirror those of bench/src/drive/, file by file.
package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"hawser.dev/bench/grpc-go/benchpb"
	"hawser.dev/bench/grpc-go/job"
)

func main() {
	var work job.Job
	job.Read(&work)
	switch work.Drive {
	case "unary":
		runWindows(unaryDrive(work))
	case "server-stream":
		runWindows(serverStreamDrive(work))
	case "client-stream":
		runWindows(clientStreamDrive(work))
	case "bidi":
		runWindows(bidiDrive(work))
	case "idle-connections":
		driveIdleConnections(work)
	case "open-streams":
		driveOpenStreams(work)
	case "startup":
		driveStartup(work)
	default:
		job.Fail(fmt.Errorf("unknown drive %q", work.Drive))
	}
}

// connectAll makes the clients of a job, each with its own connection.
func connectAll(work job.Job, count int) []benchpb.EchoClient {
	transport := insecure.NewCredentials()
	if work.CA != "" {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM([]byte(work.CA))
		transport = credentials.NewClientTLSFromCert(pool, "")
	}
	clients := make([]benchpb.EchoClient, count)
	for i := range clients {
		connection, err := grpc.NewClient(
			fmt.Sprintf("passthrough:///127.0.0.1:%d", work.Port),
			grpc.WithTransportCredentials(transport),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(job.MaxMessageBytes)),
		)
		if err != nil {
			job.Fail(err)
		}
		clients[i] = benchpb.NewEchoClient(connection)
	}
	return clients
}

// runWindows runs a drive as often as the suite says, a line of stdin each.
func runWindows(drive func(*window)) {
	for line := range job.Lines() {
		var command struct {
			RunMs float64 `json:"runMs"`
		}
		if err := json.Unmarshal([]byte(line), &command); err != nil {
			job.Fail(err)
		}
		w := newWindow(time.Duration(command.RunMs * float64(time.Millisecond)))
		drive(w)
		w.report()
	}
}

func driveStartup(work job.Job) {
	echoOnce(connectAll(work, 1)[0])
	job.Print(map[string]any{"event": "answered", "epochMs": float64(time.Now().UnixMicro()) / 1000})
}

func echoOnce(client benchpb.EchoClient) {
	request := job.Payload(1, 0)
	reply, err := client.Unary(context.Background(), request)
	if err != nil {
		job.Fail(err)
	}
	if !job.Same(request, reply) {
		job.Fail(fmt.Errorf("reply differs: %v", reply))
	}
}
