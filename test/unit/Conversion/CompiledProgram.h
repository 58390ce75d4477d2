/// Text of flex modules compiled and loaded into the test's own process. The runtime's calls are the test's own, small
/// and slow: nothing of libflexrt.so is needed.
#pragma once

#include "flexrt/abi/flexrt.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <memory>
#include <string>
#include <vector>

namespace flex::test {

class CompiledProgram {
public:
  /// One experiment's module, as `flex-assign-layouts` leaves it (or earlier: fusion and layouts are run).
  explicit CompiledProgram(const std::string &text, bool emissionOnly = false);

  /// Errors of the compiler; empty if all is well.
  std::string errors;
  const flexrt_program *program = nullptr;
  const flexrt_network &network() const { return *program->networks[0]; }

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

/// A flexrt_run with the memory that it needs.
class Execution {
public:
  explicit Execution(const flexrt_network &network);

  /// Calls `entry` with an arena of exactly the bytes that it asks for, and checks that nothing behind was touched.
  flexrt_status call(flexrt_entry entry, bool training = false);
  /// Sets the present and trained size of a space.
  void resize(int space, int64_t size0, int64_t size1 = 1);
  void set(const char *parameter, const std::vector<float> &values);
  std::vector<float> gradient(const char *parameter) const;

  flexrt_run run = {};
  std::vector<flexrt_extent> extents;
  std::vector<float> parameters, gradients, states, nextStates, input, target, output;
  std::vector<int32_t> algorithms; ///< by convolution, direct at first
  std::vector<double> scalars = std::vector<double>(8), settings;

private:
  const flexrt_network &network;
};

/// What the stand-ins of the runtime saw.
struct Calls {
  std::vector<flexrt_correlation> correlations;
  std::vector<float> correlationInput;
  std::vector<int64_t> chunks;
  std::vector<std::string> streams;
};
extern Calls calls;

} // namespace flex::test
