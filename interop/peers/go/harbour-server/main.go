// harbour.v1.Harbour in grpc-go, with reflection, channelz and health: a server for tests of the console. It reads the schema from a
// descriptor set, so that no code has to be generated for it.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	channelz "google.golang.org/grpc/channelz/service"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

func main() {
	if err := serve(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(descriptorSet string) error {
	service, err := register(descriptorSet)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	description := grpc.ServiceDesc{ServiceName: string(service.FullName()), Metadata: service.ParentFile().Path()}
	for i := range service.Methods().Len() {
		method := service.Methods().Get(i)
		description.Streams = append(description.Streams, grpc.StreamDesc{
			StreamName:    string(method.Name()),
			ServerStreams: method.IsStreamingServer(),
			ClientStreams: method.IsStreamingClient(),
			Handler: func(_ any, stream grpc.ServerStream) error {
				return handle(call{method, stream})
			},
		})
	}
	server.RegisterService(&description, nil)
	reflection.Register(server)
	channelz.RegisterChannelzServiceToServer(server)
	states := health.NewServer()
	states.SetServingStatus(description.ServiceName, grpc_health_v1.HealthCheckResponse_NOT_SERVING)
	grpc_health_v1.RegisterHealthServer(server, states)
	fmt.Printf("listening on %d\n", listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}

// register makes the files known to reflection, and finds the service in them.
func register(path string) (protoreflect.ServiceDescriptor, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	set := &descriptorpb.FileDescriptorSet{}
	if err := proto.Unmarshal(bytes, set); err != nil {
		return nil, err
	}
	files := protoregistry.GlobalFiles
	for _, file := range set.File {
		if _, err := files.FindFileByPath(file.GetName()); err == nil {
			continue
		}
		made, err := protodesc.NewFile(file, files)
		if err != nil {
			return nil, err
		}
		if err := files.RegisterFile(made); err != nil {
			return nil, err
		}
		for i := range made.Messages().Len() {
			if err := protoregistry.GlobalTypes.RegisterMessage(dynamicpb.NewMessageType(made.Messages().Get(i))); err != nil {
				return nil, err
			}
		}
	}
	found, err := files.FindDescriptorByName("harbour.v1.Harbour")
	if err != nil {
		return nil, err
	}
	return found.(protoreflect.ServiceDescriptor), nil
}

type call struct {
	method protoreflect.MethodDescriptor
	stream grpc.ServerStream
}

func handle(c call) error {
	said, _ := metadata.FromIncomingContext(c.stream.Context())
	if values := said.Get("x-say"); len(values) > 0 {
		if err := c.stream.SetHeader(metadata.Pairs("x-said", values[0])); err != nil {
			return err
		}
	}
	c.stream.SetTrailer(metadata.Pairs("x-tide", "high"))
	switch c.method.Name() {
	case "GetShip":
		return c.getShip()
	case "WatchArrivals":
		return c.watchArrivals()
	case "UnloadCrates":
		return c.unloadCrates()
	case "TalkByRadio":
		return c.talkByRadio()
	default:
		request, err := c.receive()
		if err != nil {
			return err
		}
		return c.stream.SendMsg(request.Interface())
	}
}

func (c call) getShip() error {
	request, err := c.receive()
	if err != nil {
		return err
	}
	id := get(request, "id").Int()
	if err := c.sleep(get(request, "delay_ms").Uint()); err != nil {
		return err
	}
	switch id {
	case 404:
		failure, err := status.New(codes.NotFound, "no ship has the number 404").WithDetails(
			&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
				{Field: "id", Description: "is not painted on any hull"},
			}},
			&errdetails.ErrorInfo{Reason: "NO_SUCH_SHIP", Domain: "harbour.example"},
		)
		if err != nil {
			return err
		}
		return failure.Err()
	case 666:
		return status.Error(codes.Internal, `<img src="x" onerror="document.title = 'run'">`)
	}
	return c.send(fmt.Sprintf(`{"id": "%d", "name": "Bramble", "kind": "SHIP_KIND_TUG", "built": "1968-05-01T00:00:00Z",
		"metres": {"beam": 8.5, "length": 32}, "ports": ["Hull", "Bergen"]}`, id))
}

func (c call) watchArrivals() error {
	request, err := c.receive()
	if err != nil {
		return err
	}
	count, pause := get(request, "count").Uint(), get(request, "pause_ms").Uint()
	for number := uint64(1); count == 0 || number <= count; number++ {
		at := time.Unix(1_700_000_000+int64(number), 0).UTC().Format(time.RFC3339)
		if err := c.send(fmt.Sprintf(`{"number": %d, "ship": "Ship %d", "at": "%s"}`, number, number, at)); err != nil {
			return err
		}
		if err := c.sleep(pause); err != nil {
			return err
		}
	}
	return nil
}

func (c call) unloadCrates() error {
	crates, weight := 0, int64(0)
	for {
		crate, err := c.receive()
		if errors.Is(err, io.EOF) {
			return c.send(fmt.Sprintf(`{"crates": %d, "weightKg": "%d"}`, crates, weight))
		}
		if err != nil {
			return err
		}
		crates++
		weight += get(crate, "weight_kg").Int()
	}
}

func (c call) talkByRadio() error {
	for {
		said, err := c.receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		reply := dynamicpb.NewMessage(c.method.Output())
		set(reply, "text", strings.ToUpper(get(said, "text").String()))
		set(reply, "from", "harbour")
		if err := c.stream.SendMsg(reply); err != nil {
			return err
		}
	}
}

func (c call) receive() (protoreflect.Message, error) {
	message := dynamicpb.NewMessage(c.method.Input())
	if err := c.stream.RecvMsg(message); err != nil {
		return nil, err
	}
	return message.ProtoReflect(), nil
}

func (c call) send(json string) error {
	message := dynamicpb.NewMessage(c.method.Output())
	if err := protojson.Unmarshal([]byte(json), message); err != nil {
		return err
	}
	return c.stream.SendMsg(message)
}

func (c call) sleep(ms uint64) error {
	if ms == 0 {
		return nil
	}
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		return nil
	case <-c.stream.Context().Done():
		return status.FromContextError(c.stream.Context().Err()).Err()
	}
}

func get(message protoreflect.Message, name protoreflect.Name) protoreflect.Value {
	return message.Get(message.Descriptor().Fields().ByName(name))
}

func set(message *dynamicpb.Message, name protoreflect.Name, value string) {
	message.Set(message.Descriptor().Fields().ByName(name), protoreflect.ValueOfString(value))
}
