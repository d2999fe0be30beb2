// The client of the suite's gRPC C++ stack. Its drives mirror those of bench/src/drive/.
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <iostream>
#include <memory>

#include "echo.grpc.pb.h"
#include "job.h"
#include "payload.h"
#include "window.h"

namespace {

using Stub = bench::Echo::Stub;

// Different messages in use.
constexpr int kPayloads = 1024;
constexpr int kBulkPayloads = 2;

// Bytes of text per message of a server stream.
constexpr int kTextBytes = 64;

struct Job {
  explicit Job(const job::Json& json)
      : drive(json.Text("drive")),
        target("127.0.0.1:" + std::to_string(static_cast<int>(json.Number("port")))),
        ca(json.Text("ca")),
        connections(static_cast<int>(json.Number("connections"))),
        in_flight(static_cast<int>(json.Number("inFlight"))),
        body_bytes(static_cast<int>(json.Number("bodyBytes"))),
        messages(static_cast<int>(json.Number("messages"))) {}

  std::string drive;
  std::string target;
  std::string ca;
  int connections;
  int in_flight;
  int body_bytes;
  int messages;
};

std::vector<std::unique_ptr<Stub>> ConnectAll(const Job& work, int count) {
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = work.ca;
  const auto credentials = work.ca.empty() ? grpc::InsecureChannelCredentials() : grpc::SslCredentials(ssl);
  std::vector<std::unique_ptr<Stub>> stubs;
  for (int i = 0; i < count; i++) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(job::kMaxMessageBytes);
    // Without a pool of its own, channels of one process would share a connection.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stubs.push_back(bench::Echo::NewStub(grpc::CreateCustomChannel(work.target, credentials, arguments)));
  }
  return stubs;
}

std::vector<bench::Payload> Payloads(int count, int body_bytes) {
  std::vector<bench::Payload> payloads;
  for (int i = 0; i < count; i++) payloads.push_back(payload::Of(i, body_bytes));
  return payloads;
}

void Require(const grpc::Status& status) {
  if (!status.ok()) job::Fail(status.error_message());
}

// Counts lanes that have ended.
class Latch {
 public:
  explicit Latch(int count) : count_(count) {}
  void CountDown() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--count_ == 0) condition_.notify_all();
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    condition_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  int count_;
};

// One unary call after the other, each begun by the callback of the one before.
class Lane {
 public:
  Lane(Stub* stub, const std::vector<bench::Payload>& requests, int first, int step, Window* window, Latch* latch)
      : stub_(stub), requests_(requests), next_(first), step_(step), window_(window), latch_(latch) {}

  void Start() {
    begin_ = Clock::now();
    Call();
  }
  const Recorder& recorder() const { return recorder_; }

 private:
  void Call() {
    context_ = std::make_unique<grpc::ClientContext>();
    const bench::Payload& request = requests_[next_ % requests_.size()];
    stub_->async()->Unary(context_.get(), &request, &reply_, [this, &request](const grpc::Status& status) {
      Require(status);
      const auto end = Clock::now();
      if (!payload::Same(request, reply_)) job::Fail("reply differs: " + reply_.ShortDebugString());
      window_->count++;
      if (window_->measuring) recorder_.Record(end - begin_);
      begin_ = end;
      next_ += step_;
      if (window_->over) latch_->CountDown();
      else Call();
    });
  }

  Stub* stub_;
  const std::vector<bench::Payload>& requests_;
  int next_;
  int step_;
  Window* window_;
  Latch* latch_;
  std::unique_ptr<grpc::ClientContext> context_;
  bench::Payload reply_;
  Recorder recorder_;
  Clock::time_point begin_;
};

void DriveUnary(const Job& work, const std::vector<std::unique_ptr<Stub>>& stubs, Window* window) {
  static const auto requests = Payloads(work.body_bytes > 0 ? kBulkPayloads : kPayloads, work.body_bytes);
  Latch latch(work.in_flight);
  std::vector<std::unique_ptr<Lane>> lanes;
  for (int i = 0; i < work.in_flight; i++) {
    lanes.push_back(std::make_unique<Lane>(stubs[i % stubs.size()].get(), requests, i, work.in_flight, window, &latch));
  }
  for (const auto& lane : lanes) lane->Start();
  latch.Wait();
  for (const auto& lane : lanes) window->Merge(lane->recorder());
}

void DriveServerStream(const Job& work, const std::vector<std::unique_ptr<Stub>>& stubs, Window* window) {
  const std::string text = payload::StreamText(kTextBytes);
  bench::StreamRequest request;
  request.set_count(work.messages);
  request.set_size(kTextBytes);
  while (!window->over) {
    grpc::ClientContext context;
    const auto reader = stubs[0]->ServerStream(&context, request);
    bench::Payload message;
    int next = 0;
    while (reader->Read(&message)) {
      if (static_cast<int>(message.id()) != next || message.text() != text) {
        job::Fail("message differs: " + message.ShortDebugString());
      }
      next++;
      window->count++;
    }
    Require(reader->Finish());
    if (next != work.messages) job::Fail("the stream ended too early");
  }
}

void DriveClientStream(const Job& work, const std::vector<std::unique_ptr<Stub>>& stubs, Window* window) {
  static const auto messages = Payloads(work.messages, work.body_bytes);
  uint32_t ids = 0;
  for (const auto& message : messages) ids += message.id();
  const int64_t bytes = static_cast<int64_t>(work.messages) * work.body_bytes;
  Recorder recorder;
  while (!window->over) {
    const auto begin = Clock::now();
    grpc::ClientContext context;
    bench::Summary summary;
    const auto writer = stubs[0]->ClientStream(&context, &summary);
    for (const auto& message : messages) {
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    Require(writer->Finish());
    if (static_cast<int>(summary.count()) != work.messages || summary.bytes() != bytes || summary.ids() != ids) {
      job::Fail("the summary is wrong: " + summary.ShortDebugString());
    }
    window->count += bytes;
    if (window->measuring) recorder.Record(Clock::now() - begin);
  }
  window->Merge(recorder);
}

void DriveBidi(const Job& work, const std::vector<std::unique_ptr<Stub>>& stubs, Window* window) {
  static const auto payloads = Payloads(kPayloads, 0);
  grpc::ClientContext context;
  const auto stream = stubs[0]->Bidi(&context);
  std::vector<Clock::time_point> sent_at(kPayloads);
  Recorder recorder;
  int64_t sent = 0;
  int64_t received = 0;
  const auto send = [&] {
    sent_at[sent % kPayloads] = Clock::now();
    if (!stream->Write(payloads[sent % kPayloads])) Require(stream->Finish());
    sent++;
  };
  for (int i = 0; i < work.in_flight; i++) send();
  bench::Payload message;
  while (received < sent) {
    if (!stream->Read(&message)) Require(stream->Finish());
    const int index = received % kPayloads;
    if (!payload::Same(message, payloads[index])) job::Fail("message differs: " + message.ShortDebugString());
    received++;
    window->count++;
    if (window->measuring) recorder.Record(Clock::now() - sent_at[index]);
    if (!window->over) send();
  }
  stream->WritesDone();
  Require(stream->Finish());
  window->Merge(recorder);
}

void DriveStartup(Stub* stub) {
  const bench::Payload request = payload::Of(1, 0);
  bench::Payload reply;
  grpc::ClientContext context;
  Require(stub->Unary(&context, request, &reply));
  if (!payload::Same(request, reply)) job::Fail("reply differs: " + reply.ShortDebugString());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const double epoch_ms = std::chrono::duration<double, std::milli>(now).count();
  job::PrintLine("{\"event\":\"answered\",\"epochMs\":" + std::to_string(epoch_ms) + "}");
}

}  // namespace

int main(int argc, char** argv) {
  const Job work{job::Json(argc > 1 ? argv[1] : "{}")};
  const auto stubs = ConnectAll(work, work.connections);
  if (work.drive == "startup") {
    DriveStartup(stubs[0].get());
    std::_Exit(0);
  }
  const auto drive = work.drive == "unary"           ? DriveUnary
                     : work.drive == "server-stream" ? DriveServerStream
                     : work.drive == "client-stream" ? DriveClientStream
                     : work.drive == "bidi"          ? DriveBidi
                                                     : nullptr;
  if (drive == nullptr) job::Fail("unknown drive " + work.drive);
  std::string line;
  while (std::getline(std::cin, line)) {
    Window window(job::Json(line).Number("runMs"));
    drive(work, stubs, &window);
    window.Report();
  }
  std::_Exit(0);
}
