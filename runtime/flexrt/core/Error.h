/// The one exception of the runtime: a user's mistake or a machine's failure, never a broken invariant.
///
/// Library code throws it and never prints or exits; the command line catches it, prints both lines, and ends with its
/// code. Nothing throws across the C interface.
#pragma once

#include <stdexcept>
#include <string>

namespace flexrt {

/// What a process ends with; scripts may rely on these numbers (`--help` lists them).
enum class ExitCode : int {
  ok = 0,
  failed = 1,        ///< something is missing, unreadable, unwritable or does not match
  usage = 2,         ///< the command line or a key is wrong
  notFinite = 3,     ///< NaN or Inf stopped the training
  requirement = 4,   ///< a `require` of the network failed
  interrupted = 130, ///< stopped by a signal after saving
};

class Error : public std::runtime_error {
public:
  /// `message`: lower case, no full stop, expected and actual, names quoted. `hint`: what to do about it, or empty.
  explicit Error(const std::string &message, std::string hint = {}, ExitCode code = ExitCode::failed)
      : std::runtime_error(message), hint_(std::move(hint)), code_(code) {}

  const std::string &hint() const { return hint_; }
  ExitCode code() const { return code_; }

private:
  std::string hint_;
  ExitCode code_;
};

} // namespace flexrt
