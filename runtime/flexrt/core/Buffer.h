/// Aligned memory whose elements are f32 or f64, as the network was compiled.
#pragma once

#include "flexrt/abi/flexrt.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <vector>

namespace flexrt {

/// Zeroed memory at FLEXRT_ALIGNMENT. Large ones ask for large pages: transforms step through megabytes at a stride of
/// kilobytes, and would find none of their addresses in the processor's table of pages.
class Memory {
public:
  Memory() = default;
  explicit Memory(int64_t bytes) : bytes_(bytes) {
    const bool isLarge = size_t(bytes) >= 2 * largePage;
    const size_t alignment = isLarge ? largePage : FLEXRT_ALIGNMENT;
    const size_t rounded = std::max((size_t(bytes) + alignment - 1) / alignment * alignment, alignment);
    data_.reset(std::aligned_alloc(alignment, rounded));
    if (!data_)
      throw std::bad_alloc();
    if (isLarge)
      madvise(data_.get(), rounded, MADV_HUGEPAGE); // a wish: without it all is the same, but slower
    std::memset(data_.get(), 0, rounded);
  }
  void *data() const { return data_.get(); }
  int64_t bytes() const { return bytes_; }

private:
  static constexpr size_t largePage = size_t{1} << 21;

  struct Free {
    void operator()(void *p) const { std::free(p); }
  };
  std::unique_ptr<void, Free> data_;
  int64_t bytes_ = 0;
};

/// Calls `body` with a pointer of the elements' type.
template <typename Body> auto withElements(int32_t dtype, void *data, Body &&body) {
  return dtype == FLEXRT_F64 ? body(static_cast<double *>(data)) : body(static_cast<float *>(data));
}

/// An array of reals, zero at first.
class Buffer {
public:
  Buffer() = default;
  Buffer(int32_t dtype, int64_t count) : memory_(count * elementBytes(dtype)), dtype_(dtype), count_(count) {}

  static int64_t elementBytes(int32_t dtype) { return dtype == FLEXRT_F64 ? 8 : 4; }

  void *data() const { return memory_.data(); }
  void *at(int64_t index) const { return static_cast<char *>(data()) + index * elementBytes(dtype_); }
  int64_t count() const { return count_; }
  int32_t dtype() const { return dtype_; }

  template <typename Body> auto with(Body &&body) const { return withElements(dtype_, data(), body); }

  double operator[](int64_t index) const {
    return with([&](auto *p) { return double(p[index]); });
  }

  /// Index of the first NaN or infinity in [begin, begin + count), -1 for none.
  int64_t firstNotFinite(int64_t begin, int64_t count) const {
    return with([&](auto *p) {
      for (int64_t i = begin; i < begin + count; ++i)
        if (!std::isfinite(p[i]))
          return i;
      return int64_t{-1};
    });
  }

private:
  Memory memory_;
  int32_t dtype_ = FLEXRT_F32;
  int64_t count_ = 0;
};

} // namespace flexrt
