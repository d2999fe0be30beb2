// What the suite and its processes tell each other, one JSON value a line: the shapes are those of bench/src/job.ts.
#pragma once

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace job {

// The largest message that both sides take.
inline constexpr int kMaxMessageBytes = 16 << 20;

inline void PrintLine(const std::string& json) {
  std::fputs((json + "\n").c_str(), stdout);
  std::fflush(stdout);
}

// Reports an error to the suite and ends the process.
[[noreturn]] inline void Fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  google::protobuf::Value value;
  value.set_string_value(message);
  std::string quoted;
  (void)google::protobuf::util::MessageToJsonString(value, &quoted);
  PrintLine("{\"event\":\"failed\",\"message\":" + quoted + "}");
  std::_Exit(1);
}

// A JSON object; protobuf's own Struct reads it.
class Json {
 public:
  explicit Json(const std::string& text) {
    if (!google::protobuf::util::JsonStringToMessage(text, &value_).ok()) Fail("this is no JSON object: " + text);
  }
  explicit Json(google::protobuf::Struct value) : value_(std::move(value)) {}

  bool Has(const std::string& key) const { return value_.fields().contains(key); }
  std::string Text(const std::string& key) const { return Has(key) ? value_.fields().at(key).string_value() : ""; }
  double Number(const std::string& key) const { return Has(key) ? value_.fields().at(key).number_value() : 0; }
  Json Object(const std::string& key) const { return Json(value_.fields().at(key).struct_value()); }

 private:
  google::protobuf::Struct value_;
};

// CPU time of this process so far.
inline int64_t CpuMicros() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& time) { return static_cast<int64_t>(time.tv_sec) * 1'000'000 + time.tv_usec; };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

}  // namespace job
