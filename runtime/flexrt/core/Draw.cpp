/// Draws of initialisers: element i of a parameter is a function of (seed, the parameter's stream, i) alone.
#include "flexrt/abi/flexrt.h"
#include "flexrt/core/Random.h"

namespace {

enum Kind : int32_t { uniform = 0, normal = 1, gammaDistributed = 2 };

double drawOne(const flexrt::Stream &stream, int32_t kind, double a, double b, uint64_t index) {
  switch (kind) {
  case normal:
    return a + b * stream.normal(index);
  case gammaDistributed:
    return stream.gamma(index, a) / b;
  default:
    return a + (b - a) * stream.uniform(index);
  }
}

} // namespace

void flexrt_draw(uint64_t seed, const char *name, int32_t kind, double a, double b, int32_t dtype, int64_t count,
                 void *out) {
  const flexrt::Stream stream(seed, name);
  for (int64_t i = 0; i < count; ++i) {
    const double value = drawOne(stream, kind, a, b, uint64_t(i));
    if (dtype == FLEXRT_F64)
      static_cast<double *>(out)[i] = value;
    else
      static_cast<float *>(out)[i] = float(value);
  }
}
