/// What a run tells its user while it works.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace flexrt {

/// "3:20", "2:05:11"
std::string clockText(double seconds);

/// Five digits: "0.98541".
std::string shortNumber(double value);

/// One line that is rewritten on a terminal; elsewhere a plain line now and then. Lasting lines pass through `line`.
class Progress {
public:
  explicit Progress(std::FILE *out);
  ~Progress();

  /// Where the run is: `done` of `total` steps. The estimate of what is left counts from the first call.
  void update(int64_t done, int64_t total, const std::string &text);
  void line(const std::string &text);

private:
  using Clock = std::chrono::steady_clock;
  void clear();

  std::FILE *out_;
  bool terminal_;
  bool shown_ = false;
  int64_t firstDone_ = -1;
  Clock::time_point start_, last_;
};

} // namespace flexrt
