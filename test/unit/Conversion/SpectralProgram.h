/// The spectral convolution compiled into the test's own process, alone: functions that fill a SpectralCall from a
/// struct. What the runtime would do, chunks on threads, is a stand-in that tests can order about.
#pragma once

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>

namespace flex::test {

/// Everything of a SpectralCall that is known at run time only. Null pointers: not wanted.
struct SpectralArguments {
  int64_t samples = 0, paddedSamples = 0;
  int64_t size[2] = {1, 1}, taps[2] = {1, 1};
  int64_t tapStride = 0;
  void *workspace = nullptr;
  void *input = nullptr, *kernel = nullptr, *output = nullptr, *gradient = nullptr;
  void *inputGradient = nullptr, *kernelGradient = nullptr;
};

/// How the stand-in for the runtime's pool runs chunks, and as which workers.
struct SpectralPool {
  enum Order { Rising, Falling, Shuffled, Threads } order = Rising;
  int64_t workers = 1; ///< `Threads` takes as many threads
};
extern SpectralPool spectralPool;

/// Numbers of channels, which are part of the code.
struct SpectralChannels {
  int64_t in, out;
  auto operator<=>(const SpectralChannels &) const = default;
};

/// Either images or signals, in one type, for several numbers of channels.
class SpectralProgram {
public:
  SpectralProgram(bool causal, bool isDouble, std::span<const SpectralChannels> channels);

  struct Functions {
    int64_t (*forwardBytes)(const SpectralArguments *);
    int64_t (*backwardBytes)(const SpectralArguments *);
    void (*forward)(const SpectralArguments *);
    void (*backward)(const SpectralArguments *);
  };
  const Functions &operator[](SpectralChannels channels) const { return functions.at(channels); }
  int64_t lanes;

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
  std::map<SpectralChannels, Functions> functions;
};

} // namespace flex::test
