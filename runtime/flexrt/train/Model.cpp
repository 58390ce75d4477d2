#include "flexrt/train/Model.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Pool.h"
#include "flexrt/train/Grids.h"

#include <utility>
#include <yaml-cpp/yaml.h>

namespace flexrt {
namespace {

/// Has `observer`, which may be empty, called by compiled code.
void attach(flexrt_run &run, const Observer &observer) {
  if (!observer)
    return;
  run.observe = [](void *context, const flexrt_observation *seen) { (*static_cast<const Observer *>(context))(*seen); };
  run.observer = const_cast<Observer *>(&observer);
}

} // namespace

Model::Model(const flexrt_network &network) : network(network), algorithms(network) {
  parameters = Buffer(dtype(), network.parameter_elements);
  gradients = Buffer(dtype(), network.parameter_elements);
  states = Buffer(dtype(), network.state_elements);
  nextStates = Buffer(dtype(), network.state_elements);
  for (int32_t g = 0; g < network.group_count; ++g) {
    auto &buffers = moments.emplace_back();
    for (int32_t m = 0; m < network.groups[g].moment_count; ++m)
      buffers.emplace_back(dtype(), network.groups[g].count);
  }
  for (int32_t i = 0; i < network.setting_count; ++i)
    settings.push_back(network.settings[i].value);
  extents.assign(size_t(network.space_count), flexrt_extent{{1, 1}, {1, 1}, {0, 0}, {1, 1}});
  try {
    const YAML::Node input = YAML::Load(network.input), output = YAML::Load(network.output),
                     target = YAML::Load(network.target);
    inputChannels_ = input["channels"].as<int64_t>();
    inputRank_ = input["rank"].as<int>();
    outputChannels_ = output["channels"].as<int64_t>();
    outputEachStep_ = output["each_step"].as<bool>(false);
    targetChannels_ = target["channels"].as<int64_t>();
    targetEachStep_ = target["each_step"].as<bool>(false);
  } catch (const YAML::Exception &error) {
    throw Error("the description of the network's input, output or target cannot be read: " + std::string(error.what()),
                "compile it again");
  }
}

int64_t Model::outputElements() const { return outputChannels_ * (outputEachStep_ ? size_[0] * size_[1] : 1); }

std::vector<int64_t> Model::targetShape(std::array<int64_t, 2> size) const {
  std::vector<int64_t> shape;
  if (targetChannels_ > 1)
    shape.push_back(targetChannels_);
  if (targetEachStep_)
    shape.insert(shape.end(), size.begin(), size.begin() + inputRank_);
  return shape;
}

int64_t Model::targetElements(std::array<int64_t, 2> size) const {
  return targetChannels_ * (targetEachStep_ ? size[0] * size[1] : 1);
}

void Model::setDataSize(std::array<int64_t, 2> size, std::array<int64_t, 2> trained) {
  size_ = size;
  trained_ = trained;
  const auto fill = [&](const std::array<int64_t, 2> &points) {
    for (int32_t s = 0; s < network.space_count; ++s)
      if (network.spaces[s].kind == FLEXRT_SPACE_DATA)
        extents[size_t(s)] = {{points[0], points[1]}, {points[0], points[1]}, {0, 0}, {trained[0], trained[1]}};
  };
  for (int32_t g = 0; g < network.group_count; ++g) {
    const int64_t count = network.groups[g].count;
    extents[size_t(network.groups[g].space)] = {{count, 1}, {count, 1}, {0, 0}, {count, 1}};
  }
  // What the grids of the taps are at the trained size is part of the extents at any other.
  fill(trained);
  updateSizes();
  checkGrids(network, extents, trained);
  for (int32_t s = 0; s < network.space_count; ++s)
    if (network.spaces[s].kind == FLEXRT_SPACE_TAPS)
      std::copy_n(extents[size_t(s)].grid, FLEXRT_MAX_RANK, extents[size_t(s)].trained);
  if (size != trained) {
    fill(size);
    updateSizes();
    checkGrids(network, extents, size);
  }
}

flexrt_run Model::makeRun(const BatchView &batch) {
  flexrt_run run{};
  run.parameters = parameters.data();
  run.states = states.data();
  run.input = batch.input;
  run.target = batch.target;
  run.settings = settings.data();
  run.extents = extents.data();
  run.samples = batch.samples;
  run.first_sample = batch.first;
  run.seed = seed;
  run.arena = arena_.data();
  run.keep_spectra = keepsSpectra;
  return run;
}

void Model::call(flexrt_entry entry, const char *name, flexrt_run &run) const {
  if (!entry)
    throw Error("the network has no entry point '" + std::string(name) + "'", "compile it again");
  prepareThread();
  const flexrt_status status = entry(&run);
  throwNotedFailure();
  if (status != 0)
    throw Error("'" + std::string(name) + "' of experiment '" + network.name +
                "' failed: " + (run.message ? run.message : "status " + std::to_string(status)));
}

void Model::updateSizes() {
  if (!network.sizes) // nothing is sampled
    return;
  flexrt_run run = makeRun({});
  call(network.sizes, "sizes", run);
}

int64_t Model::workspaceBytes(int64_t samples, bool training) {
  flexrt_run run = makeRun({nullptr, nullptr, samples, 0});
  run.algorithms = algorithms.choose(run, training, Algorithms::Purpose::plan);
  return network.workspace(&run, training);
}

void Model::chooseAlgorithms(int64_t samples, bool training) {
  algorithms.choose(makeRun({nullptr, nullptr, samples, 0}), training, Algorithms::Purpose::run);
}

void Model::reserve(int64_t bytes) {
  if (bytes > arena_.bytes())
    arena_ = Memory(); // freed first: two arenas may not fit
  if (bytes > arena_.bytes())
    arena_ = Memory(bytes);
}

void Model::prepare(flexrt_run &run, bool training) {
  run.algorithms = algorithms.choose(run, training, Algorithms::Purpose::run);
  run.near_bytes = algorithms.nearBytes();
  reserve(network.workspace(&run, training));
  run.arena = arena_.data();
}

void Model::initialise() {
  flexrt_run run = makeRun({});
  call(network.initialise, "initialise", run);
}

void Model::forward(const BatchView &batch, Buffer &output) {
  flexrt_run run = makeRun(batch);
  prepare(run, false);
  run.output = output.data();
  call(network.forward, "forward", run);
}

Scalars Model::evaluate(const BatchView &batch, Buffer &output, const Observer &observer) {
  flexrt_run run = makeRun(batch);
  prepare(run, false);
  Scalars scalars(size_t(network.scalar_count));
  run.output = output.data();
  run.scalars = scalars.data();
  attach(run, observer);
  call(network.evaluate, "evaluate", run);
  return scalars;
}

Scalars Model::lossAndGrad(const BatchView &batch, double now, const Observer &observer) {
  if (output_.count() < batch.samples * outputElements())
    output_ = Buffer(dtype(), batch.samples * outputElements());
  flexrt_run run = makeRun(batch);
  prepare(run, true);
  Scalars scalars(size_t(network.scalar_count));
  run.now = now;
  run.output = output_.data();
  run.gradients = gradients.data();
  run.next_states = nextStates.data();
  run.scalars = scalars.data();
  if (network.has_input_gradient) {
    if (inputGradient_.count() < batch.samples * batch.inputEach)
      inputGradient_ = Buffer(dtype(), batch.samples * batch.inputEach);
    run.input_gradient = inputGradient_.data();
  }
  attach(run, observer);
  call(network.loss_and_grad, "loss_and_grad", run);
  return scalars;
}

void Model::commitStates() { std::swap(states, nextStates); }

void Model::update(int32_t group, double now) {
  const flexrt_group &g = network.groups[group];
  std::vector<void *> pointers;
  for (const Buffer &moment : moments[size_t(group)])
    pointers.push_back(moment.data());
  flexrt_update update{parameters.at(g.offset), gradients.at(g.offset), pointers.data(),
                       settings.data(),         extents.data(),         now};
  prepareThread();
  const flexrt_status status = network.updates[group](&update);
  throwNotedFailure();
  if (status != 0)
    throw Error("the optimiser '" + std::string(g.name) + "' failed with status " + std::to_string(status));
}

void Model::provide(const std::string &name, double value) {
  for (int32_t i = 0; i < network.setting_count; ++i)
    if (network.settings[i].unit == std::string("runtime") && network.settings[i].name == name)
      settings[size_t(i)] = value;
}

std::optional<int32_t> Model::firstBrokenRequirement() {
  if (network.requirement_count == 0)
    return std::nullopt;
  std::vector<double> holds(size_t(network.requirement_count));
  flexrt_run run = makeRun({});
  run.scalars = holds.data();
  call(network.require, "require", run);
  for (int32_t i = 0; i < network.requirement_count; ++i)
    if (holds[size_t(i)] != 1)
      return i;
  return std::nullopt;
}

std::vector<double> Model::sampleKernel(int32_t index) {
  const flexrt_layer &layer = network.layers[index];
  const flexrt_extent &taps = extents[size_t(layer.taps)];
  const int64_t count = layer.in * layer.out * taps.size[0] * taps.size[1];
  reserve(workspaceBytes(index + 1, false)); // the entry reads the layer's number where others find the samples
  Buffer output(dtype(), count);
  flexrt_run run = makeRun({nullptr, nullptr, index, 0});
  run.output = output.data();
  call(network.sample_kernel, "sample_kernel", run);
  std::vector<double> values(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    values[size_t(i)] = output[i];
  return values;
}

std::vector<double> Model::bandLimit(int32_t index) {
  const flexrt_layer &layer = network.layers[index];
  if (!network.band_limit || layer.no_band[0] != '\0')
    return {};
  Buffer output(dtype(), FLEXRT_MAX_RANK);
  flexrt_run run = makeRun({nullptr, nullptr, index, 0});
  run.output = output.data();
  call(network.band_limit, "band_limit", run);
  std::vector<double> bound;
  for (int axis = 0; axis < network.spaces[layer.taps].rank; ++axis)
    bound.push_back(output[axis]);
  return bound;
}

int Model::scalarIndex(const std::string &name) const {
  for (int32_t i = 0; i < network.scalar_count; ++i)
    if (name == network.scalar_names[i])
      return i;
  return -1;
}

} // namespace flexrt
