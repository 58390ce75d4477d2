#include "flexrt/data/Order.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace flexrt {
namespace {

/// Fisher and Yates, from a stream: the standard library's shuffle is not the same everywhere.
void permute(std::vector<int64_t> &values, const Stream &stream) {
  for (size_t i = values.size(); i-- > 1;)
    std::swap(values[i], values[stream.below(i, i + 1)]);
}

} // namespace

HeldOut holdOut(int64_t samples, int64_t validation, uint64_t seed) {
  std::vector<int64_t> all(samples);
  std::iota(all.begin(), all.end(), int64_t{0});
  permute(all, Stream(seed, "split"));
  HeldOut result{{all.begin() + validation, all.end()}, {all.begin(), all.begin() + validation}};
  std::sort(result.training.begin(), result.training.end());
  std::sort(result.validation.begin(), result.validation.end());
  return result;
}

int64_t heldOutCount(int64_t samples, double amount) {
  const double count = amount < 1 ? std::floor(amount * double(samples)) : amount;
  if (amount >= 0 && count == std::floor(count) && count < double(samples))
    return int64_t(count);
  std::ostringstream shown;
  shown << amount;
  throw Error("cannot hold out " + shown.str() + " of " + std::to_string(samples) +
                  " samples, expected a share from 0 to 1 or a count below that",
              {}, ExitCode::usage);
}

std::vector<int64_t> shuffled(std::vector<int64_t> indices, uint64_t seed, uint32_t epoch) {
  permute(indices, Stream(seed, "shuffle", epoch));
  return indices;
}

} // namespace flexrt
