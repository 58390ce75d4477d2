#include "FakeNetwork.h"

#include "flexrt/core/Random.h"

#include <algorithm>
#include <cmath>
#include <unistd.h>
#include <vector>

namespace flexrt::testing {
namespace {

constexpr int64_t classes = fakeClasses, channels = fakeChannels;
constexpr int64_t biasOffset = 16; ///< of b in the flat buffer: aligned for f32 and f64

template <typename T> struct Fake {
  static const T *parameters(const flexrt_run *run) { return static_cast<const T *>(run->parameters); }

  static std::vector<double> outputs(const flexrt_run *run, bool training) {
    const int64_t points = run->extents[0].size[0] * run->extents[0].size[1];
    const T *x = static_cast<const T *>(run->input), *w = parameters(run), *b = w + biasOffset;
    std::vector<double> y(size_t(run->samples * classes));
    struct Job {
      const flexrt_run *run;
      const T *x, *w, *b;
      double *y;
      int64_t points;
      bool training;
    } job{run, x, w, b, y.data(), points, training};
    flexrt_parallel_for(
        [](void *context, int64_t n) {
          const Job &j = *static_cast<Job *>(context);
          for (int64_t k = 0; k < classes; ++k) {
            double sum = double(j.b[k]);
            for (int64_t c = 0; c < channels; ++c)
              sum += double(j.w[k * channels + c]) * mean(j.run, j.x, j.points, n, c, j.training);
            j.y[n * classes + k] = sum;
          }
        },
        &job, run->samples);
    return y;
  }

  static double mean(const flexrt_run *run, const T *x, int64_t points, int64_t n, int64_t c, bool training) {
    double sum = 0;
    for (int64_t p = 0; p < points; ++p)
      sum += double(x[(n * channels + c) * points + p]);
    const double noise =
        training ? 0.1 * Stream(run->seed, "noise", uint32_t(run->now)).uniform(uint64_t(run->first_sample + n)) : 0;
    return sum / double(points) + noise;
  }

  static void score(const flexrt_run *run, const std::vector<double> &y, std::vector<double> *difference) {
    const T *target = static_cast<const T *>(run->target);
    double loss = 0, right = 0;
    for (int64_t n = 0; n < run->samples; ++n) {
      const double *row = y.data() + n * classes;
      right += double(std::max_element(row, row + classes) - row == int64_t(target[n]));
      for (int64_t k = 0; k < classes; ++k) {
        const double d = row[k] - double(k == int64_t(target[n]));
        loss += d * d / double(run->samples);
        if (difference)
          (*difference)[size_t(n * classes + k)] = 2 * d / double(run->samples);
      }
    }
    run->scalars[0] = loss;
    run->scalars[1] = right / double(run->samples);
    std::copy(y.begin(), y.end(), static_cast<T *>(run->output));
  }

  static flexrt_status lossAndGrad(flexrt_run *run) {
    if (fakeFaults().sleepMicroseconds > 0)
      ::usleep(useconds_t(fakeFaults().sleepMicroseconds));
    std::vector<double> y = outputs(run, true), difference(y.size());
    if (run->now == fakeFaults().nanAtStep)
      y[0] = NAN;
    if (run->observe) {
      const std::vector<T> kept(y.begin(), y.end());
      const int64_t weights = classes * channels;
      flexrt_observation seen{"fine", "", "points", "", parameters(run), 1, 1, weights, weights, 0, 0, 0};
      run->observe(run->observer, &seen);
      seen = {"head", "fake.flex:1:1", "points", "", kept.data(), 1, run->samples, classes, classes, 0, 20, 40};
      run->observe(run->observer, &seen);
    }
    score(run, y, &difference);
    const int64_t points = run->extents[0].size[0] * run->extents[0].size[1];
    T *gradient = static_cast<T *>(run->gradients);
    for (int64_t k = 0; k < classes; ++k) {
      double sum = 0;
      for (int64_t n = 0; n < run->samples; ++n)
        sum += difference[size_t(n * classes + k)];
      gradient[biasOffset + k] = T(sum);
      for (int64_t c = 0; c < channels; ++c) {
        double product = 0;
        for (int64_t n = 0; n < run->samples; ++n)
          product +=
              difference[size_t(n * classes + k)] * mean(run, static_cast<const T *>(run->input), points, n, c, true);
        gradient[k * channels + c] = T(product);
      }
    }
    static_cast<T *>(run->next_states)[0] =
        T(0.9 * double(static_cast<const T *>(run->states)[0]) + 0.1 * run->scalars[0]);
    return 0;
  }

  static flexrt_status forward(flexrt_run *run) {
    const std::vector<double> y = outputs(run, false);
    std::copy(y.begin(), y.end(), static_cast<T *>(run->output));
    return 0;
  }

  static flexrt_status evaluate(flexrt_run *run) {
    if (fakeFaults().evaluationFails)
      return 1;
    score(run, outputs(run, false), nullptr);
    return 0;
  }

  static flexrt_status initialise(flexrt_run *run) {
    T *w = static_cast<T *>(const_cast<void *>(run->parameters));
    flexrt_draw(run->seed, "head.w", 1, 0, 0.1, sizeof(T) == 8 ? FLEXRT_F64 : FLEXRT_F32, classes * channels, w);
    std::fill_n(w + biasOffset, classes, T(0));
    static_cast<T *>(const_cast<void *>(run->states))[0] = T(1);
    return 0;
  }

  static flexrt_status update(const flexrt_update *update) {
    const int64_t count = update->extents[2].size[0];
    T *w = static_cast<T *>(update->weights), *m = static_cast<T *>(update->moments[0]);
    const T *g = static_cast<const T *>(update->gradients);
    const double rate = update->settings[0] * std::min(1.0, (update->now + 1) / (update->settings[3] + 1));
    for (int64_t i = 0; i < count; ++i) {
      m[i] = T(0.9 * double(m[i]) + double(g[i]));
      w[i] = T(double(w[i]) - rate * double(m[i]));
    }
    return 0;
  }

  static flexrt_status sizes(flexrt_run *run) {
    auto *extents = const_cast<flexrt_extent *>(run->extents);
    const int64_t grid = 2 * (extents[0].size[0] / 2) + 1;
    const int64_t size = std::min(grid, 1 + 2 * int64_t(std::abs(double(parameters(run)[biasOffset])) * 20));
    for (int axis = 0; axis < 2; ++axis) {
      extents[1].grid[axis] = grid;
      extents[1].size[axis] = size;
      extents[1].start[axis] = (grid - size) / 2;
    }
    return 0;
  }

  static flexrt_status require(flexrt_run *run) {
    run->scalars[0] = 1;
    for (int64_t i = 0; i < classes * channels; ++i)
      if (std::abs(double(parameters(run)[i])) >= fakeFaults().requireBelow)
        run->scalars[0] = 0;
    return 0;
  }

  static flexrt_status sampleKernel(flexrt_run *run) {
    const flexrt_extent &taps = run->extents[1];
    for (int64_t i = 0; i < channels * classes * taps.size[0] * taps.size[1]; ++i)
      static_cast<T *>(run->output)[i] = T(i);
    return 0;
  }
};

int64_t workspace(const flexrt_run *run, int32_t training) { return 4096 + 64 * run->samples * (training ? 2 : 1); }

const char *const scalarNames[] = {"loss", "metric"};
const char *const moments[] = {"m"};
const flexrt_space spaces[] = {{"image", FLEXRT_SPACE_DATA, 2},
                               {"conv.taps", FLEXRT_SPACE_TAPS, 2},
                               {"elements.default", FLEXRT_SPACE_ELEMENTS, 1},
                               {"elements.bias", FLEXRT_SPACE_ELEMENTS, 1}};
const flexrt_parameter parameters[] = {
    {"head.w", "out.weight", "fake.flex:3:5", 2, 0, {classes, channels}, classes *channels, 0},
    {"head.b", "out.bias", "fake.flex:4:5", 1, 1, {classes}, classes, biasOffset}};
const flexrt_parameter states[] = {{"head.seen", "out.seen", "fake.flex:5:5", 0, -1, {}, 1, 0}};
const flexrt_setting settings[] = {{"lr", "real", "fake.flex:1:10", 0.05},
                                   {"length", "epochs", "fake.flex:1:20", 4},
                                   {"batch", "size", "fake.flex:1:30", 16},
                                   {"schedule.warmup", "epochs", "fake.flex:1:40", 0.5},
                                   {"blocks.0.drop.rate", "real", "fake.flex:2:40", 0.2},
                                   {"blocks.1.drop.rate", "real", "fake.flex:2:40", 0.3}};
const flexrt_group groups[] = {{"default", 0, 16, 2, 1, moments}, {"bias", biasOffset, 16, 3, 1, moments}};
const flexrt_layer layers[] = {{"conv", "fake.flex:3:1", 1, 0, channels, classes, ""}};
const flexrt_requirement requirements[] = {{"w < bound", "head", "fake.flex:6:5"}};

template <typename T> flexrt_network makeNetwork() {
  static const flexrt_update_entry updates[] = {Fake<T>::update, Fake<T>::update};
  flexrt_network n{};
  n.name = "main";
  n.architecture = "Fake";
  n.input = "{channels: 3, rank: 2}";
  n.output = "{channels: 4, each_step: false}";
  n.target = "{channels: 1, each_step: false}";
  n.data = "{name: fake}";
  n.recipe = "{keep: {best: metric}, length: length, batch: batch}";
  n.scalar_names = scalarNames;
  n.spaces = spaces;
  n.parameters = parameters;
  n.states = states;
  n.settings = settings;
  n.groups = groups;
  n.layers = layers;
  n.requirements = requirements;
  n.scalar_count = 2;
  n.space_count = 4;
  n.parameter_count = 2;
  n.state_count = 1;
  n.setting_count = 6;
  n.group_count = 2;
  n.layer_count = 1;
  n.requirement_count = 1;
  n.dtype = sizeof(T) == 8 ? FLEXRT_F64 : FLEXRT_F32;
  n.lanes = 64 / int(sizeof(T));
  n.parameter_elements = 32;
  n.state_elements = 16;
  n.sizes = Fake<T>::sizes;
  n.workspace = workspace;
  n.initialise = Fake<T>::initialise;
  n.forward = Fake<T>::forward;
  n.evaluate = Fake<T>::evaluate;
  n.loss_and_grad = Fake<T>::lossAndGrad;
  n.require = Fake<T>::require;
  n.updates = updates;
  n.sample_kernel = Fake<T>::sampleKernel;
  return n;
}

template <typename T> const flexrt_program &program() {
  static const flexrt_network network = makeNetwork<T>();
  static const flexrt_network *const networks[] = {&network};
  static const flexrt_program program = {
      FLEXRT_ABI_MAGIC, FLEXRT_ABI_VERSION, 1, "fake.flex", "0123abcd", "hand", "", "none", "", networks, "{}"};
  return program;
}

class FakeDataset final : public Dataset {
public:
  FakeDataset(int64_t samples, uint64_t seed) : seed_(seed) { shape_ = {samples, channels, 2, {4, 5}, classes, 1}; }
  const DatasetShape &shape() const override { return shape_; }
  void read(std::span<const int64_t> indices, std::optional<Augmentation> augmentation, float *inputs,
            float *targets) const override {
    const Stream noise(seed_, "pixels");
    for (size_t i = 0; i < indices.size(); ++i) {
      const auto sample = uint64_t(indices[i]), label = sample % uint64_t(classes);
      targets[i] = float(label);
      for (uint64_t e = 0; e < uint64_t(shape_.inputElements()); ++e) {
        const double bright = e / 20 == label ? 1 : 0;
        const double shift =
            augmentation ? 0.05 * Stream(augmentation->seed, "augment", augmentation->epoch).normal(sample) : 0;
        inputs[i * size_t(shape_.inputElements()) + e] = float(bright + shift + 0.5 * noise.normal(sample * 100 + e));
      }
    }
  }

private:
  DatasetShape shape_;
  uint64_t seed_;
};

} // namespace

const flexrt_program &fakeProgram(int32_t dtype) { return dtype == FLEXRT_F64 ? program<double>() : program<float>(); }

FakeFaults &fakeFaults() {
  static FakeFaults faults;
  return faults;
}

DataSource fakeData(int64_t samples) {
  return [samples](const std::string &, const std::string &, Split split, uint64_t) {
    return std::make_unique<FakeDataset>(split == Split::train ? samples : 40, split == Split::train ? 1 : 2);
  };
}

} // namespace flexrt::testing
