// The measured part of a run; see bench/src/drive/window.ts.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "job.h"

using Clock = std::chrono::steady_clock;

// Latencies of one lane, in tenths of a microsecond. Exact: all of them are kept.
class Recorder {
 public:
  void Record(Clock::duration latency) {
    latencies_.push_back(static_cast<uint32_t>(std::chrono::nanoseconds(latency).count() / 100));
  }
  const std::vector<uint32_t>& latencies() const { return latencies_; }

 private:
  std::vector<uint32_t> latencies_;
};

class Window {
 public:
  std::atomic<bool> over{false};
  std::atomic<bool> measuring{false};
  std::atomic<int64_t> count{0};

  explicit Window(double run_ms) : timer_([this, run_ms] { Run(run_ms); }) {}

  // Adds what a lane recorded, once it has ended.
  void Merge(const Recorder& recorder) {
    const std::lock_guard<std::mutex> lock(mutex_);
    latencies_.insert(latencies_.end(), recorder.latencies().begin(), recorder.latencies().end());
  }

  // Prints the result, when all lanes have ended.
  void Report() {
    timer_.join();
    std::string line = "{\"event\":\"measured\",\"measured\":{\"count\":" + std::to_string(counted_) +
                       ",\"elapsedMs\":" + std::to_string(elapsed_ms_) + ",\"cpuUs\":" + std::to_string(cpu_us_);
    if (!latencies_.empty()) {
      line += ",\"p50Us\":" + std::to_string(Percentile(50)) + ",\"p99Us\":" + std::to_string(Percentile(99));
    }
    job::PrintLine(line + "}}");
  }

 private:
  static constexpr auto kSettle = std::chrono::milliseconds(50);

  void Run(double run_ms) {
    std::this_thread::sleep_for(kSettle);
    job::PrintLine("{\"event\":\"measuring\"}");
    const int64_t cpu = job::CpuMicros();
    const int64_t count_at_start = count;
    const auto begin = Clock::now();
    measuring = true;
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(run_ms));
    // A call that takes longer than the window makes the window as long as itself.
    while (count == count_at_start) std::this_thread::sleep_for(kSettle);
    cpu_us_ = job::CpuMicros() - cpu;
    elapsed_ms_ = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    counted_ = count - count_at_start;
    measuring = false;
    over = true;
  }

  double Percentile(int percent) {
    const auto nth = latencies_.begin() + (latencies_.size() - 1) * percent / 100;
    std::nth_element(latencies_.begin(), nth, latencies_.end());
    return *nth / 10.0;
  }

  std::mutex mutex_;
  std::vector<uint32_t> latencies_;
  int64_t counted_ = 0;
  int64_t cpu_us_ = 0;
  double elapsed_ms_ = 0;
  std::thread timer_;
};
