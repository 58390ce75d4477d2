/// The way of a sample from its file to the network: what a data set does to the samples that it reads, as a list of steps that
/// can be done to one more. Sets read by these steps, `predict` does them to files of the user's own, and a checkpoint
/// keeps them, so that the data is not needed for that.
///
/// Augmentation is no part of it: it is for training only.
#pragma once

#include "flexrt/data/Dataset.h"

#include <nlohmann/json.hpp>

namespace flexrt {

/// One sample. As its file holds it: bytes as multiples of 1/255, sounds in [-1, 1].
struct Sample {
  int64_t channels = 0;
  int rank = 0;                         ///< 1: a signal, 2: a picture
  std::array<int64_t, 2> size = {1, 1}; ///< [length, 1] or [height, width]
  std::vector<float> values;            ///< [channels][size...]
  std::string path;                     ///< of the file, for messages; "": of no file
  int64_t rate = 0;                     ///< of a sound, in samples a second; 0: of no sound

  int64_t points() const { return size[0] * size[1]; }
};

class PreparationStep {
public:
  virtual ~PreparationStep() = default;

  /// Throws Error for a sample that it cannot be done to.
  virtual void apply(Sample &sample) const = 0;
  /// {"step": name, ...}: all that `makeStep` needs to make it again.
  virtual nlohmann::ordered_json describe() const = 0;
  /// Whether all that it does is to bring samples to the data's size.
  virtual bool onlySizes() const { return false; }
  /// Whether it does so by taking the samples for points of something continuous.
  virtual bool resamples() const { return false; }
};

using Step = std::shared_ptr<const PreparationStep>;

/// The steps that there are. Those that are drawn are functions of their seed.
namespace steps {
Step fit(std::array<int64_t, 2> size);                ///< interpolated to `size`
Step normalise(Normalisation normalisation);          ///< by channel
/// By step of a sequence, the same for all channels.
Step normaliseSteps(std::vector<double> mean, std::vector<double> deviation);
/// Sounds in mono, at `rate`, as cepstra of so many coefficients (0: the signal itself).
Step recording(int64_t rate, int64_t coefficients);
inline constexpr int64_t mostCoefficients = 64;       ///< as many as there are mels
Step endTogether(int64_t length);                     ///< zeros before shorter sequences, the end of longer ones
Step repeatLast(int64_t length);                      ///< the last value behind shorter sequences, the begin of longer ones
Step flatten();                                       ///< pictures as sequences, pixel by pixel
Step rows();                                          ///< pictures as sequences: step t is row t, channel c * width + x
Step permute(int64_t length, uint64_t seed, bool another = false); ///< the order of the steps; `another` is a second one
/// Standard normal noise behind sequences of `from` steps, `length` in all: the same behind every one.
Step noise(int64_t channels, int64_t from, int64_t length, uint64_t seed);
Step refuse(std::string why);                         ///< cannot be done to a file
} // namespace steps

/// The step that `description` is of. Throws Error.
Step makeStep(const nlohmann::ordered_json &description);

/// To `channels` * `points` values, in place.
void normaliseChannels(float *values, int64_t channels, int64_t points, const Normalisation &by);

/// To any number of sequences of one channel, in place.
void normaliseSteps(std::vector<float> &values, const std::vector<double> &mean, const std::vector<double> &deviation);

/// One channel of `own` steps at the end of `length`; longer ones lose their begin. What comes before is left alone.
void placeAtEnd(const float *from, int64_t own, int64_t length, float *to);
/// One channel of `own` steps at the begin of `length`, its last value behind it; longer ones lose their end.
void placeAndRepeat(const float *from, int64_t own, int64_t length, float *to);

class Preparation {
public:
  /// Of samples that are used as they are stored, in that shape: nothing is done to them yet.
  explicit Preparation(const DatasetShape &shape);
  /// As `text` describes it. Throws Error.
  explicit Preparation(const std::string &text);

  /// The shape of what is read. Channels and rank are asked of whoever reads a file, its size is not.
  int64_t channels() const { return channels_; }
  int rank() const { return rank_; }

  /// One more step, after which samples have `size`. Of two that bring to a size one after the other the last does.
  void add(Step step, std::array<int64_t, 2> size);

  /// Which size samples get: the data's, none but their own, or one that is named.
  enum class Size { data, own, named };
  /// What the network sees of the sample. Throws Error.
  Sample apply(Sample sample, Size which, std::array<int64_t, 2> named = {}) const;

  std::string describe() const;

private:
  int64_t channels_ = 0;
  int rank_ = 0;
  std::array<int64_t, 2> size_ = {1, 1};
  std::vector<Step> steps_;
};

} // namespace flexrt
