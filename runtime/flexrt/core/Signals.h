/// Stopping in good order: the first Ctrl-C or SIGTERM asks, the second ends the process at once.
#pragma once

namespace flexrt {

/// From here on, SIGINT and SIGTERM set what `stopRequested` returns.
void catchStopSignals();
bool stopRequested();

} // namespace flexrt
