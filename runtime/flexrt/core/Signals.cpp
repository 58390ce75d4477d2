#include "flexrt/core/Signals.h"

#include "flexrt/core/Error.h"

#include <csignal>
#include <unistd.h>

namespace flexrt {
namespace {

volatile std::sig_atomic_t stop = 0;

void onSignal(int) {
  if (stop)
    ::_exit(int(ExitCode::interrupted));
  stop = 1;
}

} // namespace

void catchStopSignals() {
  struct sigaction action{};
  action.sa_handler = onSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART; // a write that is under way is finished
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool stopRequested() { return stop != 0; }

} // namespace flexrt
