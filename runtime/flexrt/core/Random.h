/// Random numbers that are functions of where they are used, not of what was drawn before: resuming, another number of
/// threads or another order of work give the same numbers.
///
/// The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace flexrt {

/// One block of Philox4x32-10: 128 random bits from a counter of 128 bits and a key of 64.
inline std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t low = uint64_t{0xD2511F53} * counter[0], high = uint64_t{0xCD9E8D57} * counter[2];
    counter = {uint32_t(high >> 32) ^ counter[1] ^ key[0], uint32_t(high), uint32_t(low >> 32) ^ counter[3] ^ key[1],
               uint32_t(low)};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return counter;
}

/// Hash of a name, to key a stream with (FNV-1a, 64 bits).
inline uint64_t hashName(std::string_view name, uint64_t hash = 0xcbf29ce484222325u) {
  for (unsigned char c : name)
    hash = (hash ^ c) * 0x100000001b3u;
  return hash;
}

/// Mixes the bits of `x` (the finaliser of SplitMix64).
inline uint64_t mixBits(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// An endless array of independent draws, named by (seed, purpose, sequence); element `index` does not depend on the
/// others. `sequence` is typically the epoch. Purposes in use: "shuffle", "split", "augment", and parameters' paths.
class Stream {
public:
  Stream(uint64_t seed, std::string_view purpose, uint32_t sequence = 0)
      : key_(mixBits(seed + 0x9e3779b97f4a7c15u) ^ hashName(purpose)), sequence_(sequence) {
    key_ = mixBits(key_);
  }

  /// 64 random bits. `attempt` distinguishes several draws at one index.
  uint64_t bits(uint64_t index, uint32_t attempt = 0) const {
    const auto r = block(index, attempt);
    return uint64_t{r[0]} << 32 | r[1];
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform(uint64_t index, uint32_t attempt = 0) const { return toUnit(bits(index, attempt)); }

  /// An integer in [0, bound), bound > 0. Unbiased up to 2^-64.
  uint64_t below(uint64_t index, uint64_t bound, uint32_t attempt = 0) const {
    return uint64_t((static_cast<unsigned __int128>(bits(index, attempt)) * bound) >> 64);
  }

  /// Standard normal (Box and Muller, of one block).
  double normal(uint64_t index, uint32_t attempt = 0) const {
    const auto r = block(index, attempt);
    const double u = 1 - toUnit(uint64_t{r[0]} << 32 | r[1]); // in (0, 1]
    const double v = toUnit(uint64_t{r[2]} << 32 | r[3]);
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
  }

  /// Gamma of the given shape > 0 and rate 1 (Marsaglia and Tsang 2000; below 1 by the boost of their section 6).
  double gamma(uint64_t index, double shape) const {
    if (shape < 1)
      return gamma(index, shape + 1) * std::pow(1 - uniform(index, boostAttempt), 1 / shape);
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (uint32_t attempt = 0;; attempt += 2) {
      const double x = normal(index, attempt), v = 1 + c * x;
      if (v <= 0)
        continue;
      const double cube = v * v * v, u = 1 - uniform(index, attempt + 1);
      if (std::log(u) < 0.5 * x * x + d - d * cube + d * std::log(cube))
        return d * cube;
    }
  }

private:
  static constexpr uint32_t boostAttempt = 0xffffffff; ///< odd attempts from 1 are the rejection's; it never gets here

  std::array<uint32_t, 4> block(uint64_t index, uint32_t attempt) const {
    return philox({uint32_t(index), uint32_t(index >> 32), sequence_, attempt}, {uint32_t(key_), uint32_t(key_ >> 32)});
  }
  static double toUnit(uint64_t bits) { return double(bits >> 11) * 0x1p-53; }

  uint64_t key_;
  uint32_t sequence_;
};

} // namespace flexrt
