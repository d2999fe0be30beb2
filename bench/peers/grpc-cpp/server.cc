// The server of the suite's gRPC C++ stack: callbacks for unary calls, which is the fastest way, and a thread for each stream.
#include <grpcpp/grpcpp.h>

#include <iostream>

#include "echo.grpc.pb.h"
#include "job.h"
#include "payload.h"

namespace {

class EchoService final : public bench::Echo::WithCallbackMethod_Unary<bench::Echo::Service> {
 public:
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const bench::Payload* request,
                                  bench::Payload* reply) override {
    *reply = *request;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::Status ServerStream(grpc::ServerContext*, const bench::StreamRequest* request,
                            grpc::ServerWriter<bench::Payload>* writer) override {
    bench::Payload message;
    message.set_text(payload::StreamText(request->size()));
    for (uint32_t id = 0; id < request->count(); id++) {
      message.set_id(id);
      if (!writer->Write(message)) return grpc::Status::CANCELLED;
    }
    return grpc::Status::OK;
  }

  grpc::Status ClientStream(grpc::ServerContext*, grpc::ServerReader<bench::Payload>* reader,
                            bench::Summary* summary) override {
    bench::Payload message;
    while (reader->Read(&message)) {
      summary->set_count(summary->count() + 1);
      summary->set_bytes(summary->bytes() + message.body().size());
      summary->set_ids(summary->ids() + message.id());
    }
    return grpc::Status::OK;
  }

  grpc::Status Bidi(grpc::ServerContext*, grpc::ServerReaderWriter<bench::Payload, bench::Payload>* stream) override {
    bench::Payload message;
    while (stream->Read(&message)) {
      if (!stream->Write(message)) return grpc::Status::CANCELLED;
    }
    return grpc::Status::OK;
  }
};

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const job::Json& options) {
  if (!options.Has("tls")) return grpc::InsecureServerCredentials();
  const job::Json tls = options.Object("tls");
  grpc::SslServerCredentialsOptions ssl;
  ssl.pem_key_cert_pairs.push_back({tls.Text("key"), tls.Text("cert")});
  return grpc::SslServerCredentials(ssl);
}

}  // namespace

int main(int argc, char** argv) {
  const job::Json options(argc > 1 ? argv[1] : "{}");
  EchoService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", CredentialsOf(options), &port);
  builder.RegisterService(&service);
  builder.SetMaxReceiveMessageSize(job::kMaxMessageBytes);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) job::Fail("the server does not listen");
  job::PrintLine("{\"event\":\"listening\",\"port\":" + std::to_string(port) + "}");
  std::string command;
  while (std::getline(std::cin, command)) {
    job::PrintLine("{\"event\":\"cpu\",\"cpuUs\":" + std::to_string(job::CpuMicros()) + "}");
  }
  std::_Exit(0);
}
