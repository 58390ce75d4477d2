#include "flexrt/core/Error.h"
#include "flexrt/core/Random.h"
#include "flexrt/core/Resize.h"
#include "flexrt/data/Mfcc.h"
#include "flexrt/data/Preparation.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

namespace flexrt {

void normaliseChannels(float *values, int64_t channels, int64_t points, const Normalisation &by) {
  for (size_t c = 0; c < size_t(channels); ++c)
    for (int64_t p = 0; p < points; ++p, ++values)
      *values = float((double(*values) - by.mean[c]) / by.deviation[c]);
}

void normaliseSteps(std::vector<float> &values, const std::vector<double> &mean, const std::vector<double> &deviation) {
  for (size_t at = 0; at < values.size(); ++at)
    values[at] = float((values[at] - mean[at % mean.size()]) / deviation[at % mean.size()]);
}

void placeAtEnd(const float *from, int64_t own, int64_t length, float *to) {
  const int64_t kept = std::min(own, length);
  std::copy_n(from + own - kept, kept, to + length - kept);
}

void placeAndRepeat(const float *from, int64_t own, int64_t length, float *to) {
  const int64_t kept = std::min(own, length);
  std::copy_n(from, kept, to);
  std::fill(to + kept, to + length, from[own - 1]);
}

namespace {

using Json = nlohmann::ordered_json;

/// Frames of 200 samples and 64 mels: the authors' choice for 16 kHz.
constexpr int64_t window = 200, mels = steps::mostCoefficients;

void requireLength(const Sample &sample, int64_t length, const std::string &what) {
  if (sample.size[0] != length)
    throw Error("'" + sample.path + "' has " + std::to_string(sample.size[0]) + " steps, and " + what + " is for " +
                    std::to_string(length),
                {}, ExitCode::usage);
}

class Fit final : public PreparationStep {
public:
  explicit Fit(std::array<int64_t, 2> size) : size(size) {}
  void apply(Sample &sample) const override {
    if (sample.size == size) // as the paper's procedure: nothing is done to what has the size
      return;
    sample.values = resize(sample.values.data(), sample.channels, sample.size, size);
    sample.size = size;
  }
  Json describe() const override { return {{"step", "fit"}, {"size", size}}; }
  bool onlySizes() const override { return true; }
  bool resamples() const override { return true; }

private:
  std::array<int64_t, 2> size;
};

class Normalise final : public PreparationStep {
public:
  explicit Normalise(Normalisation by) : by(std::move(by)) {}
  void apply(Sample &sample) const override {
    normaliseChannels(sample.values.data(), sample.channels, sample.points(), by);
  }
  Json describe() const override {
    return {{"step", "normalise"}, {"mean", by.mean}, {"deviation", by.deviation}};
  }

private:
  Normalisation by;
};

class NormaliseSteps final : public PreparationStep {
public:
  NormaliseSteps(std::vector<double> mean, std::vector<double> deviation)
      : mean(std::move(mean)), deviation(std::move(deviation)) {}
  void apply(Sample &sample) const override {
    requireLength(sample, int64_t(mean.size()), "its normalisation");
    normaliseSteps(sample.values, mean, deviation);
  }
  Json describe() const override { return {{"step", "normalise_steps"}, {"mean", mean}, {"deviation", deviation}}; }

private:
  std::vector<double> mean, deviation;
};

class Recording final : public PreparationStep {
public:
  Recording(int64_t rate, int64_t coefficients) : rate(rate), coefficients(coefficients) {
    if (coefficients > 0)
      mfcc = std::make_unique<Mfcc>(rate, coefficients, window, mels);
  }
  void apply(Sample &sample) const override {
    if (sample.channels != 1)
      throw Error("'" + sample.path + "' has " + std::to_string(sample.channels) + " channels, expected one",
                  "recordings are read in mono");
    if (sample.rate != 0 && sample.rate != rate)
      throw Error("'" + sample.path + "' has " + std::to_string(sample.rate) + " samples a second, expected " +
                  std::to_string(rate));
    if (!mfcc)
      return;
    if (sample.size[0] < mfcc->shortest())
      throw Error("'" + sample.path + "' has " + std::to_string(sample.size[0]) + " samples, expected at least " +
                  std::to_string(mfcc->shortest()) + " for coefficients");
    sample.channels = coefficients;
    sample.size = {mfcc->frames(sample.size[0]), 1};
    sample.values = (*mfcc)(sample.values);
  }
  Json describe() const override { return {{"step", "recording"}, {"rate", rate}, {"coefficients", coefficients}}; }

private:
  int64_t rate, coefficients;
  std::unique_ptr<Mfcc> mfcc;
};

/// Each channel of a sequence is placed among `length` steps.
class Lengthen final : public PreparationStep {
public:
  Lengthen(const char *name, int64_t length, decltype(placeAtEnd) *place) : name(name), length(length), place(place) {}
  void apply(Sample &sample) const override {
    std::vector<float> values(size_t(sample.channels * length));
    for (int64_t c = 0; c < sample.channels; ++c)
      place(sample.values.data() + c * sample.size[0], sample.size[0], length, values.data() + c * length);
    sample.values = std::move(values);
    sample.size = {length, 1};
  }
  Json describe() const override { return {{"step", name}, {"length", length}}; }
  bool onlySizes() const override { return true; }

private:
  const char *name;
  int64_t length;
  decltype(placeAtEnd) *place;
};

class Flatten final : public PreparationStep {
public:
  // What is [C][H][W] is [C][H * W] already.
  void apply(Sample &sample) const override {
    sample.rank = 1;
    sample.size = {sample.points(), 1};
  }
  Json describe() const override { return {{"step", "flatten"}}; }
};

class Rows final : public PreparationStep {
public:
  void apply(Sample &sample) const override {
    const auto [height, width] = sample.size;
    std::vector<float> values(sample.values.size());
    const float *from = sample.values.data();
    for (int64_t c = 0; c < sample.channels; ++c)
      for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x)
          values[size_t((c * width + x) * height + y)] = *from++;
    sample = {sample.channels * width, 1, {height, 1}, std::move(values), std::move(sample.path), sample.rate};
  }
  Json describe() const override { return {{"step", "rows"}}; }
};

class Permute final : public PreparationStep {
public:
  Permute(int64_t length, uint64_t seed, bool another) : seed(seed), another(another), order(size_t(length)) {
    const Stream stream(seed, "permutation", another);
    std::iota(order.begin(), order.end(), int64_t{0});
    for (size_t i = order.size(); i > 1; --i) // Fisher and Yates
      std::swap(order[i - 1], order[stream.below(i, i)]);
  }
  void apply(Sample &sample) const override {
    requireLength(sample, int64_t(order.size()), "its permutation");
    std::vector<float> values;
    values.reserve(sample.values.size());
    for (int64_t c = 0; c < sample.channels; ++c)
      for (const int64_t t : order)
        values.push_back(sample.values[size_t(c * sample.size[0] + t)]);
    sample.values = std::move(values);
  }
  Json describe() const override {
    return {{"step", "permute"}, {"length", order.size()}, {"seed", seed}, {"another", another}};
  }

private:
  uint64_t seed;
  bool another;
  std::vector<int64_t> order;
};

class Noise final : public PreparationStep {
public:
  Noise(int64_t channels, int64_t from, int64_t length, uint64_t seed)
      : channels(channels), from(from), length(length), seed(seed) {
    const Stream stream(seed, "noise");
    for (int64_t i = 0; i < channels * (length - from); ++i)
      noise.push_back(float(stream.normal(uint64_t(i))));
  }
  void apply(Sample &sample) const override {
    requireLength(sample, from, "its noise");
    const int64_t added = length - from;
    std::vector<float> values(size_t(channels * length));
    auto to = values.begin();
    for (int64_t c = 0; c < channels; ++c) {
      to = std::copy_n(sample.values.data() + c * from, from, to);
      to = std::copy_n(noise.data() + c * added, added, to);
    }
    sample.values = std::move(values);
    sample.size = {length, 1};
  }
  Json describe() const override {
    return {{"step", "noise"}, {"channels", channels}, {"from", from}, {"length", length}, {"seed", seed}};
  }

private:
  int64_t channels, from, length;
  uint64_t seed;
  std::vector<float> noise; ///< [channels][added steps]
};

class Refuse final : public PreparationStep {
public:
  explicit Refuse(std::string why) : why(std::move(why)) {}
  void apply(Sample &sample) const override {
    throw Error("the network cannot be asked about '" + sample.path + "': " + why, {}, ExitCode::usage);
  }
  Json describe() const override { return {{"step", "refuse"}, {"why", why}}; }

private:
  std::string why;
};

/// How a step is made from what `describe` says of it.
const std::map<std::string, std::function<Step(const Json &)>> &makers() {
  using Reals = std::vector<double>;
  static const std::map<std::string, std::function<Step(const Json &)>> all = {
      {"fit", [](const Json &d) { return steps::fit(d.at("size")); }},
      {"normalise", [](const Json &d) { return steps::normalise({d.at("mean"), d.at("deviation")}); }},
      {"normalise_steps",
       [](const Json &d) { return steps::normaliseSteps(d.at("mean").get<Reals>(), d.at("deviation").get<Reals>()); }},
      {"recording", [](const Json &d) { return steps::recording(d.at("rate"), d.at("coefficients")); }},
      {"end_together", [](const Json &d) { return steps::endTogether(d.at("length")); }},
      {"repeat_last", [](const Json &d) { return steps::repeatLast(d.at("length")); }},
      {"flatten", [](const Json &) { return steps::flatten(); }},
      {"rows", [](const Json &) { return steps::rows(); }},
      {"permute", [](const Json &d) { return steps::permute(d.at("length"), d.at("seed"), d.at("another")); }},
      {"noise",
       [](const Json &d) { return steps::noise(d.at("channels"), d.at("from"), d.at("length"), d.at("seed")); }},
      {"refuse", [](const Json &d) { return steps::refuse(d.at("why")); }},
  };
  return all;
}

} // namespace

namespace steps {
Step fit(std::array<int64_t, 2> size) { return std::make_shared<Fit>(size); }
Step normalise(Normalisation by) { return std::make_shared<Normalise>(std::move(by)); }
Step normaliseSteps(std::vector<double> mean, std::vector<double> deviation) {
  return std::make_shared<NormaliseSteps>(std::move(mean), std::move(deviation));
}
Step recording(int64_t rate, int64_t coefficients) { return std::make_shared<Recording>(rate, coefficients); }
Step endTogether(int64_t length) { return std::make_shared<Lengthen>("end_together", length, placeAtEnd); }
Step repeatLast(int64_t length) { return std::make_shared<Lengthen>("repeat_last", length, placeAndRepeat); }
Step flatten() { return std::make_shared<Flatten>(); }
Step rows() { return std::make_shared<Rows>(); }
Step permute(int64_t length, uint64_t seed, bool another) { return std::make_shared<Permute>(length, seed, another); }
Step noise(int64_t channels, int64_t from, int64_t length, uint64_t seed) {
  return std::make_shared<Noise>(channels, from, length, seed);
}
Step refuse(std::string why) { return std::make_shared<Refuse>(std::move(why)); }
} // namespace steps

Step makeStep(const Json &description) {
  const std::string name = description.at("step");
  const auto found = makers().find(name);
  if (found == makers().end())
    throw Error("the data was prepared by a step '" + name + "' that this program does not know");
  return found->second(description);
}

} // namespace flexrt
