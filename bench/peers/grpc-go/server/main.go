// The server of the suite's grpc-go stack: see bench/stacks/grpc-js/server.ts, which it mirrors.
package main

import (
	"context"
	"crypto/tls"
	"io"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"hawser.dev/bench/grpc-go/benchpb"
	"hawser.dev/bench/grpc-go/job"
)

type echo struct {
	benchpb.UnimplementedEchoServer
}

func (echo) Unary(_ context.Context, request *benchpb.Payload) (*benchpb.Payload, error) {
	return request, nil
}

func (echo) ServerStream(request *benchpb.StreamRequest, stream grpc.ServerStreamingServer[benchpb.Payload]) error {
	text := job.StreamText(int(request.Size))
	for id := range request.Count {
		if err := stream.Send(&benchpb.Payload{Id: id, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

func (echo) ClientStream(stream grpc.ClientStreamingServer[benchpb.Payload, benchpb.Summary]) error {
	var summary benchpb.Summary
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(&summary)
		}
		if err != nil {
			return err
		}
		summary.Count++
		summary.Bytes += uint32(len(message.Body))
		summary.Ids += message.Id
	}
}

func (echo) Bidi(stream grpc.BidiStreamingServer[benchpb.Payload, benchpb.Payload]) error {
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(message); err != nil {
			return err
		}
	}
}

func main() {
	var options job.ServerOptions
	job.Read(&options)
	settings := []grpc.ServerOption{grpc.MaxRecvMsgSize(job.MaxMessageBytes)}
	if options.TLS != nil {
		certificate, err := tls.X509KeyPair([]byte(options.TLS.Cert), []byte(options.TLS.Key))
		if err != nil {
			job.Fail(err)
		}
		settings = append(settings, grpc.Creds(credentials.NewServerTLSFromCert(&certificate)))
	}
	server := grpc.NewServer(settings...)
	benchpb.RegisterEchoServer(server, echo{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		job.Fail(err)
	}
	go func() {
		if err := server.Serve(listener); err != nil {
			job.Fail(err)
		}
	}()
	job.Print(map[string]any{"event": "listening", "port": listener.Addr().(*net.TCPAddr).Port})
	for command := range job.Lines() {
		if command == "memory" {
			job.Print(map[string]any{"event": "memory", "memory": job.Memory()})
		} else {
			job.Print(map[string]any{"event": "cpu", "cpuUs": job.CPUMicros()})
		}
	}
}
