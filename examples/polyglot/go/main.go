// The service Stock, in Go: `stock PORT_OF_PRICES`. Prints "listening on PORT".
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log"
	"net"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	pb "hawser/examples/polyglot/gen/polyglotv1"
)

type stock struct {
	pb.UnimplementedStockServer
	prices pb.PricesClient
}

func (s *stock) Quote(ctx context.Context, request *pb.QuoteRequest) (*pb.QuoteReply, error) {
	traceparent, user := first(ctx, "traceparent"), first(ctx, "x-user")
	var remaining int64
	if deadline, ok := ctx.Deadline(); ok {
		remaining = time.Until(deadline).Milliseconds()
	}
	// The context hands on deadline and cancellation; metadata is handed on by hand.
	ctx = metadata.AppendToOutgoingContext(ctx, "traceparent", childOf(traceparent), "x-user", user)
	reply, err := s.prices.Quote(ctx, request)
	if err != nil {
		fmt.Println("given up")
		return nil, err
	}
	reply.Hops = append(reply.Hops, &pb.Hop{
		Service: "Stock", Language: "Go", Traceparent: traceparent, User: user, RemainingMs: remaining,
	})
	return reply, nil
}

// childOf is the same trace, with a span of its own.
func childOf(traceparent string) string {
	parts := strings.Split(traceparent, "-")
	if len(parts) != 4 {
		return traceparent
	}
	span := make([]byte, 8)
	rand.Read(span)
	parts[2] = hex.EncodeToString(span)
	return strings.Join(parts, "-")
}

func first(ctx context.Context, key string) string {
	if values := metadata.ValueFromIncomingContext(ctx, key); len(values) > 0 {
		return values[0]
	}
	return ""
}

func main() {
	conn, err := grpc.NewClient("127.0.0.1:"+os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterStockServer(server, &stock{prices: pb.NewPricesClient(conn)})
	fmt.Printf("listening on %d\n", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(server.Serve(listener))
}
