/// One way to compute correlations compiled into the test's own process, alone: functions that fill a CorrelationCall from
/// a struct. What the runtime would do, chunks on threads, is a stand-in that tests can order about.
#pragma once

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>

namespace flex::test {

/// Of a mixture, or of its gradients.
struct MixtureArguments {
  void *weight = nullptr, *basis = nullptr, *bias = nullptr, *scale = nullptr;
};

/// Everything of a CorrelationCall that is known at run time only. Null pointers: not wanted.
struct CorrelationArguments {
  int64_t samples = 0, paddedSamples = 0;
  int64_t size[2] = {1, 1}, taps[2] = {1, 1};
  int64_t tapStride = 0;
  int64_t nearBytes = 0;
  void *workspace = nullptr;
  void *input = nullptr, *kernel = nullptr, *output = nullptr, *gradient = nullptr;
  void *inputGradient = nullptr, *kernelGradient = nullptr;
  void *kept = nullptr, *mean = nullptr, *deviations = nullptr;
  MixtureArguments mixture, mixtureGradient;
  void *source = nullptr, *sourceContext = nullptr; ///< of the input's rows, which is null then
};

enum class Engine { Direct, Spectral };

/// How the stand-in for the runtime's pool runs chunks, and as which workers.
struct TestPool {
  enum Order { Rising, Falling, Shuffled, Threads } order = Rising;
  int64_t workers = 1; ///< `Threads` takes as many threads
};
extern TestPool testPool;

/// Numbers of channels, which are part of the code.
struct Channels {
  int64_t in, out;
  auto operator<=>(const Channels &) const = default;
};

/// Either images or signals, in one type, for several numbers of channels.
class CorrelationProgram {
public:
  /// With `hidden`, spectral ones of taps that are mixtures of so many signals, made of these or of their spectra.
  CorrelationProgram(Engine engine, bool causal, bool isDouble, std::span<const Channels> channels, int64_t hidden = 0,
                     bool mixesSpectra = false);

  struct Functions {
    int64_t (*forwardBytes)(const CorrelationArguments *);
    int64_t (*backwardBytes)(const CorrelationArguments *);
    int64_t (*forwardKept)(const CorrelationArguments *);  ///< bytes of spectra that serve both directions
    int64_t (*backwardKept)(const CorrelationArguments *);
    void (*forward)(const CorrelationArguments *);
    void (*backward)(const CorrelationArguments *);
    /// With `hidden`: the taps of a mixture, and its gradients from theirs.
    void (*mix)(const CorrelationArguments *) = nullptr, (*unmix)(const CorrelationArguments *) = nullptr;
  };
  const Functions &operator[](Channels channels) const { return functions.at(channels); }
  const Engine engine;
  int64_t lanes;

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
  std::map<Channels, Functions> functions;
};

} // namespace flex::test
