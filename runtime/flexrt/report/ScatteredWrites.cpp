// Some processors lose time in caches, as a line is read before it is overwritten; others in memory, whose writes and reads
// their large caches spare. No table of processors says how much of a cache is left to a guest of a shared machine.
#include "flexrt/report/ScatteredWrites.h"

#include "flexrt/core/Buffer.h"
#include "flexrt/core/Pool.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <vector>

namespace flexrt {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t mebibyte = int64_t{1} << 20;
constexpr int64_t sizes[] = {4 * mebibyte, 8 * mebibyte, 16 * mebibyte, 32 * mebibyte};
constexpr int attempts = 8; ///< of each way, in turns; the fastest counts
/// The caches must win by so much, as networks have other things to keep in them.
constexpr double clearly = 1.25;

using Piece = float __attribute__((vector_size(16)));

[[gnu::always_inline]] inline void storePast(Piece value, Piece *to) {
#if defined(__clang__)
  __builtin_nontemporal_store(value, to);
#else
  *to = value; // no difference is found, and the caches are not used
#endif
}

/// An array as the spectral convolution has it between its axes: written by rows, each a few lines of every column; gone through
/// by columns; read by rows.
class Scattered {
public:
  explicit Scattered(int64_t bytes)
      : rows_(bytes / (columns * rowBytes)), pitch_(rows_ * rowBytes + 64), memory_(columns * pitch_),
        sums_(size_t(threads())) {
    std::memset(memory_.data(), 0, size_t(columns * pitch_));
  }

  double seconds(bool past) {
    const auto start = Clock::now();
    past ? write<true>() : write<false>();
    inParts(columns, [&](int64_t column, int64_t) {
      Piece *begin = at(0, column), *end = at(rows_, column);
      std::for_each(begin, end, [](Piece &piece) { piece = piece * 2 + 1; });
    });
    inParts(rows_, [&](int64_t row, int64_t part) {
      forRow(row, [&](Piece *piece) { sums_[size_t(part)] += *piece; });
    });
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

private:
  static constexpr int64_t columns = 40, rowBytes = 256;

  Piece *at(int64_t row, int64_t column) {
    return reinterpret_cast<Piece *>(static_cast<char *>(memory_.data()) + column * pitch_ + row * rowBytes);
  }
  /// Two functions, as a compiler that sees both kinds of stores side by side takes them for one.
  template <bool past> [[gnu::noinline]] void write() {
    inParts(rows_, [&](int64_t row, int64_t) {
      forRow(row, [](Piece *piece) {
        if constexpr (past)
          storePast(Piece{}, piece);
        else
          *piece = Piece{};
      });
    });
  }
  template <typename Body> void forRow(int64_t row, Body body) {
    for (int64_t column = 0; column < columns; ++column) {
      Piece *piece = at(row, column);
      for (int64_t i = 0; i < rowBytes / int64_t(sizeof(Piece)); ++i)
        body(piece + i);
    }
  }
  /// `body(i, part)` for [0, count), each thread its part.
  template <typename Body> void inParts(int64_t count, Body body) {
    const int64_t parts = threads();
    parallelFor(parts, [&](int64_t part) {
      for (int64_t i = count * part / parts; i < count * (part + 1) / parts; ++i)
        body(i, part);
    });
  }

  int64_t rows_, pitch_;
  Memory memory_;
  std::vector<Piece> sums_; ///< so that nothing is left out
};

bool areCachesBetter(int64_t bytes) {
  Scattered array(bytes);
  array.seconds(false); // warms up
  double through = std::numeric_limits<double>::infinity(), past = through;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    through = std::min(through, array.seconds(false));
    past = std::min(past, array.seconds(true));
  }
  return past > clearly * through;
}

} // namespace

int64_t largestNearArray() {
  // From the largest down: what disturbs a measurement then costs one size, and not all above it.
  const int64_t *found = std::find_if(std::rbegin(sizes), std::rend(sizes), areCachesBetter).base();
  return found == std::begin(sizes) ? 0 : found[-1];
}

} // namespace flexrt
