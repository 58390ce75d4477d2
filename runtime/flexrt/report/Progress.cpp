#include "flexrt/report/Progress.h"

#include <cmath>
#include <sys/ioctl.h>
#include <unistd.h>

namespace flexrt {
namespace {

constexpr double terminalPause = 0.1, plainPause = 30; ///< seconds between two lines

size_t terminalWidth(std::FILE *out) {
  winsize size{};
  return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

} // namespace

std::string clockText(double seconds) {
  const auto total = int64_t(std::llround(seconds));
  char text[40];
  if (total >= 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", long(total / 3600), long(total / 60 % 60), long(total % 60));
  else
    std::snprintf(text, sizeof text, "%ld:%02ld", long(total / 60), long(total % 60));
  return text;
}

std::string shortNumber(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.5g", value);
  return text;
}

Progress::Progress(std::FILE *out)
    : out_(out), terminal_(isatty(fileno(out)) != 0), start_(Clock::now()), last_(start_) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (shown_)
    std::fputs("\r\033[K", out_);
  shown_ = false;
}

void Progress::update(int64_t done, int64_t total, const std::string &text) {
  const auto now = Clock::now();
  if (firstDone_ < 0) {
    firstDone_ = done;
    start_ = now;
  }
  if (std::chrono::duration<double>(now - last_).count() < (terminal_ ? terminalPause : plainPause))
    return;
  last_ = now;
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  std::string all = text;
  if (done > firstDone_ && elapsed > 0) {
    const double rate = double(done - firstDone_) / elapsed;
    char speed[40];
    std::snprintf(speed, sizeof speed, rate >= 10 ? "  %.0f steps/s" : "  %.2f steps/s", rate);
    all += speed + ("  left " + clockText(double(total - done) / rate));
  }
  if (!terminal_)
    return line(all);
  const size_t width = terminalWidth(out_);
  if (all.size() >= width)
    all.resize(width - 1);
  std::fprintf(out_, "\r\033[K%s", all.c_str());
  std::fflush(out_);
  shown_ = true;
}

void Progress::line(const std::string &text) {
  clear();
  std::fprintf(out_, "%s\n", text.c_str());
  std::fflush(out_);
}

} // namespace flexrt
