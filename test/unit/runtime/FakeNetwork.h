/// A network written by hand behind the C interface, so that the whole runtime is tested without the compiler.
///
/// y[n][k] = b[k] + sum_c w[k][c] * mean over the image of x[n][c], noisy in training; loss: mean square of y - onehot;
/// metric: accuracy. Gradient descent with momentum, `b` in a group of its own. One layer "conv" whose taps grow with
/// |b[0]|.
#pragma once

#include "flexrt/abi/flexrt.h"
#include "flexrt/train/Data.h"

#include <limits>
#include <string>

namespace flexrt::testing {

/// Faults that a test can ask for.
struct FakeFaults {
  double nanAtStep = -1;                                         ///< the loss is NaN in this step
  double requireBelow = std::numeric_limits<double>::infinity(); ///< `require` holds while |w| is below
  int sleepMicroseconds = 0;                                     ///< in each step
  bool evaluationFails = false;
};

inline constexpr int64_t fakeChannels = 3, fakeClasses = 4;

/// A descriptor of the fake network. The same for equal arguments.
const flexrt_program &fakeProgram(int32_t dtype = FLEXRT_F32);
FakeFaults &fakeFaults();

/// Images whose channels' means depend on the class.
DataSource fakeData(int64_t samples = 200);

} // namespace flexrt::testing
