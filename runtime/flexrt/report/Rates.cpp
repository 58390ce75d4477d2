// The loops are of vectors as wide as this CPU has, found out as the program runs: the runtime itself is built for any CPU
// of its kind, compiled networks are not.
#include "flexrt/report/Rates.h"

#include "flexrt/abi/flexrt.h"
#include "flexrt/core/Buffer.h"
#include "flexrt/core/Pool.h"
#include "flexrt/report/ScatteredWrites.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <vector>

namespace flexrt {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t rounds = 1 << 20;
constexpr int attempts = 7;                        ///< the fastest counts: what disturbs only makes slower
constexpr int64_t mebibyte = int64_t{1} << 20;
constexpr int64_t farBytes = 192 * mebibyte; ///< of all threads' arrays, which no cache holds
constexpr int64_t farBytesEach = 24 * mebibyte;
constexpr int64_t nearBytesEach = 6 * mebibyte; ///< more than a core's own caches
constexpr int nearTimes = 16;

/// Sums that do not wait for each other: more than latency times units of any CPU, and no more than it has registers.
constexpr int chains = 12;

template <typename Real, int Bytes> struct Vector {
  typedef Real Type __attribute__((vector_size(Bytes)));
  static constexpr int lanes = Bytes / int(sizeof(Real));
};

template <typename Real, int Bytes>
[[gnu::always_inline]] inline void multiplyAdd(Real factor, Real *result, int64_t *operations) {
  using V = Vector<Real, Bytes>;
  typename V::Type by = typename V::Type{} + factor, sums[chains];
  for (int i = 0; i < chains; ++i)
    sums[i] = by * Real(i);
  for (int64_t round = 0; round < rounds; ++round)
    for (int i = 0; i < chains; ++i)
      sums[i] = sums[i] * by + by;
  for (int i = 1; i < chains; ++i)
    sums[0] += sums[i];
  *result = 0; // so that nothing is left out
  for (int i = 0; i < V::lanes; ++i)
    *result += sums[0][i];
  *operations = 2 * rounds * chains * V::lanes;
}

template <typename Real> using Loop = void (*)(Real factor, Real *result, int64_t *operations);

template <typename Real> void multiplyAdd128(Real factor, Real *result, int64_t *operations) {
  multiplyAdd<Real, 16>(factor, result, operations);
}
#if defined(__x86_64__)
template <typename Real>
__attribute__((target("avx2,fma"))) void multiplyAdd256(Real factor, Real *result, int64_t *operations) {
  multiplyAdd<Real, 32>(factor, result, operations);
}
template <typename Real>
__attribute__((target("avx512f,avx2,fma"))) void multiplyAdd512(Real factor, Real *result, int64_t *operations) {
  multiplyAdd<Real, 64>(factor, result, operations);
}
#endif

template <typename Real> Loop<Real> widestLoop() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return multiplyAdd512<Real>;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return multiplyAdd256<Real>;
#endif
  return multiplyAdd128<Real>;
}

/// Seconds of the fastest of a few calls of `body`, once on every thread.
double fastest(const std::function<void(int64_t)> &body) {
  double best = 0;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const auto start = Clock::now();
    parallelFor(threads(), body);
    const double taken = std::chrono::duration<double>(Clock::now() - start).count();
    best = attempt == 0 ? taken : std::min(best, taken);
  }
  return best;
}

template <typename Real> double arithmeticRate() {
  std::vector<Real> results(static_cast<size_t>(threads()));
  std::vector<int64_t> operations(results.size());
  const Loop<Real> loop = widestLoop<Real>();
  const double seconds = fastest([&](int64_t i) { loop(Real(0.5), &results[size_t(i)], &operations[size_t(i)]); });
  int64_t all = 0;
  for (const int64_t each : operations)
    all += each;
  return double(all) / seconds;
}

/// Of three arrays on each thread, together of `bytes`, gone through several `times`.
template <typename Real> double trafficRate(int64_t bytes, int times) {
  const int64_t each = bytes / 3, count = each / int64_t(sizeof(Real));
  std::vector<Memory> arrays;
  for (int i = 0; i < 3 * threads(); ++i) {
    arrays.emplace_back(each);
    std::memset(arrays.back().data(), 0, size_t(each)); // pages that were never written are one page of zeros, in the cache
  }
  const double seconds = fastest([&](int64_t i) {
    Real *to = static_cast<Real *>(arrays[size_t(3 * i)].data());
    const Real *a = static_cast<const Real *>(arrays[size_t(3 * i + 1)].data());
    const Real *b = static_cast<const Real *>(arrays[size_t(3 * i + 2)].data());
    for (int time = 0; time < times; ++time)
      for (int64_t e = 0; e < count; ++e)
        to[e] = a[e] + Real(time) * b[e];
  });
  return 3.0 * double(each) * times * threads() / seconds;
}

} // namespace

double MachineRates::least(int64_t work, int64_t traffic) const {
  return std::max(double(work) / flops, double(traffic) / bytes);
}

template <typename Real> static MachineRates ratesOf() {
  const int64_t far = std::max(farBytes / threads(), farBytesEach);
  return {arithmeticRate<Real>(), trafficRate<Real>(far, 1), trafficRate<Real>(nearBytesEach, nearTimes),
          largestNearArray()};
}

MachineRates measureRates(int32_t dtype) {
  prepareThread();
  return dtype == FLEXRT_F64 ? ratesOf<double>() : ratesOf<float>();
}

} // namespace flexrt
