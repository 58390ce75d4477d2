/// A network with its memory: parameters, states, gradients, moments, sizes, and the calls of its entry points.
///
/// Nothing here reads data sets, files or schedules. Every call throws Error if the network reports one.
#pragma once

#include "flexrt/abi/flexrt.h"
#include "flexrt/core/Buffer.h"
#include "flexrt/data/Dataset.h"
#include "flexrt/train/Algorithms.h"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace flexrt {

/// Samples in the network's element type: [N][C][size...] and their targets. Not owned.
struct BatchView {
  const void *input = nullptr;
  const void *target = nullptr;
  int64_t samples = 0;
  int64_t first = 0;                     ///< number of sample 0 in the whole batch of the optimiser's step
  int64_t inputEach = 0, targetEach = 0; ///< elements of a sample

  BatchView slice(int64_t begin, int64_t count, int32_t dtype) const {
    const int64_t width = Buffer::elementBytes(dtype);
    return {static_cast<const char *>(input) + begin * inputEach * width,
            static_cast<const char *>(target) + begin * targetEach * width,
            count,
            first + begin,
            inputEach,
            targetEach};
  }
};

/// The scalars of one call, by the descriptor's names.
using Scalars = std::vector<double>;

/// Called for values that compiled code keeps in memory.
using Observer = std::function<void(const flexrt_observation &)>;

class Model {
public:
  explicit Model(const flexrt_network &network);

  const flexrt_network &network;
  Buffer parameters, states, nextStates, gradients;
  std::vector<std::vector<Buffer>> moments; ///< by group
  std::vector<double> settings;             ///< by index, durations in steps
  std::vector<flexrt_extent> extents;       ///< by space
  uint64_t seed = 0;
  Algorithms algorithms;
  bool keepsSpectra = true;                 ///< gradients use what was transformed before, for more memory and the same bits
  std::string preparation;                  ///< of the data that it was trained on, as Preparation describes it; "" if that is not known

  int32_t dtype() const { return network.dtype; }
  int64_t inputChannels() const { return inputChannels_; }
  int inputRank() const { return inputRank_; }
  int64_t outputChannels() const { return outputChannels_; }
  bool outputEachStep() const { return outputEachStep_; }
  /// Elements of the output for one sample.
  int64_t outputElements() const;
  /// Shape of the target of one sample of that size: nothing for one number, [channels], [size...] or [channels][size...].
  std::vector<int64_t> targetShape(std::array<int64_t, 2> size) const;
  int64_t targetElements(std::array<int64_t, 2> size) const;

  /// Sizes of the data, and those that the network was trained at. To be called before anything that computes.
  void setDataSize(std::array<int64_t, 2> size, std::array<int64_t, 2> trained);
  std::array<int64_t, 2> dataSize() const { return size_; }
  std::array<int64_t, 2> trainedSize() const { return trained_; }

  /// Asks the network for the kernel sizes that follow from the present parameters.
  void updateSizes();

  /// Bytes that a call for so many samples takes, with the algorithms that are expected for it, or were chosen.
  int64_t workspaceBytes(int64_t samples, bool training);
  /// Chooses the algorithms for such calls, which they would else do themselves.
  void chooseAlgorithms(int64_t samples, bool training);

  void initialise();
  void forward(const BatchView &batch, Buffer &output);
  Scalars evaluate(const BatchView &batch, Buffer &output, const Observer &observer = {});
  /// Writes `gradients` and `nextStates`.
  Scalars lossAndGrad(const BatchView &batch, double now, const Observer &observer = {});
  /// The output of the latest lossAndGrad.
  const Buffer &trainingOutput() const { return output_; }
  /// Of the last `lossAndGrad`; empty unless the network has one.
  const Buffer &inputGradient() const { return inputGradient_; }
  void commitStates();
  /// One step of the optimiser of `group`.
  void update(int32_t group, double now);
  /// Sets what the runtime provides under this name, if the network reads it.
  void provide(const std::string &name, double value);
  /// Index of the first requirement that does not hold.
  std::optional<int32_t> firstBrokenRequirement();
  /// Taps of layer `index`, [out][in][size...].
  std::vector<double> sampleKernel(int32_t index);
  /// The highest frequency of layer `index`'s kernel along each axis, in cycles per unit length of the grid on [-1, 1]. Empty
  /// if it has none; the layer's `no_band` then says why, where that is known.
  std::vector<double> bandLimit(int32_t index);

  /// Index among the scalars, -1 if there is none.
  int scalarIndex(const std::string &name) const;

private:
  flexrt_run makeRun(const BatchView &batch);
  void reserve(int64_t bytes);
  /// Completes `run` for a call: algorithms, and an arena that is large enough.
  void prepare(flexrt_run &run, bool training);
  void call(flexrt_entry entry, const char *name, flexrt_run &run) const;

  int64_t inputChannels_ = 0, outputChannels_ = 0, targetChannels_ = 1;
  int inputRank_ = 2;
  bool outputEachStep_ = false, targetEachStep_ = false;
  std::array<int64_t, 2> size_ = {0, 0}, trained_ = {0, 0};
  Memory arena_;
  Buffer inputGradient_;
  Buffer output_;
};

} // namespace flexrt
