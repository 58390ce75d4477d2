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

/// Zeroed memory at FLEXRT_ALIGNMENT. Large ones are the system's own pages, which it gets back at once, and ask for
/// large pages: transforms step through megabytes at a stride of kilobytes, and would find none of their addresses in the
/// processor's table of pages.
class Memory {
public:
  Memory() = default;
  explicit Memory(int64_t bytes) : bytes_(bytes) {
    const bool isLarge = size_t(bytes) >= 2 * largePage;
    const size_t alignment = isLarge ? largePage : FLEXRT_ALIGNMENT;
    const size_t rounded = std::max((size_t(bytes) + alignment - 1) / alignment * alignment, alignment);
    data_ = std::unique_ptr<void, Free>(isLarge ? mapPages(rounded) : std::aligned_alloc(alignment, rounded),
                                        Free{isLarge ? rounded : 0});
    if (!data_)
      throw std::bad_alloc();
    if (!isLarge)
      std::memset(data_.get(), 0, rounded); // pages of the system's are zero
  }
  void *data() const { return data_.get(); }
  int64_t bytes() const { return bytes_; }
  /// Bytes that memory of so many takes, the rest of a large page included.
  static int64_t rounded(int64_t bytes) {
    const int64_t page = int64_t(largePage);
    return bytes >= 2 * page ? (bytes + page - 1) / page * page : bytes;
  }

private:
  static constexpr size_t largePage = size_t{1} << 21;

  struct Free {
    size_t mapped; ///< 0: not mapped
    void operator()(void *p) const {
      if (mapped)
        munmap(p, mapped);
      else
        std::free(p);
    }
  };

  /// At a multiple of a large page: a page more is mapped, and what is over at both ends given back.
  static void *mapPages(size_t bytes) {
    void *const mapped = mmap(nullptr, bytes + largePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
      return nullptr;
    char *const first = static_cast<char *>(mapped);
    const size_t before = (largePage - reinterpret_cast<uintptr_t>(first) % largePage) % largePage;
    if (before)
      munmap(first, before);
    munmap(first + before + bytes, largePage - before);
    madvise(first + before, bytes, MADV_HUGEPAGE); // a wish: without it all is the same, but slower
    return first + before;
  }

  std::unique_ptr<void, Free> data_{nullptr, Free{0}};
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

  void clear() {
    if (count_)
      std::memset(data(), 0, count_ * elementBytes(dtype_));
  }

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
