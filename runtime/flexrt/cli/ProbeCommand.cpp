/// `probe`: computes with given parameters and a given batch and writes everything that comes out, for comparisons with
/// other implementations. A tool for developers; docs/runtime.md describes the files.
///
/// Batch: "input" [N][C][size...] and "target" (or "labels") [N]..., optionally "trained_size". Output, of the first
/// --batch-size samples: "output" (training mode's loss is "scalar.loss", inference mode's "evaluate.loss"),
/// "input_gradient" of programs compiled with it,
/// "gradient.<path>" and "gradient.authors.<name>", "next.<path>" for states, "taps.<layer>" (sizes), "kernel.<layer>".
/// With --others: "others", the training step's loss with each of these parameters, at the kernel sizes of the first.
/// With --steps: "losses", "after.<path>", and "output_after" of inference mode.
#include "flexrt/checkpoint/Authors.h"
#include "flexrt/cli/Session.h"
#include "flexrt/core/Error.h"
#include "flexrt/train/Step.h"

#include <algorithm>
#include <cstdio>

namespace flexrt {
namespace {

/// The samples of a batch file, in the network's element type.
class ProbeBatch {
public:
  ProbeBatch(const Model &model, const TensorFile &file, const std::string &path) {
    const Tensor &input = find(file, {"input"}, path), &target = find(file, {"target", "labels"}, path);
    shape_ = input.shape;
    if (int(shape_.size()) != 2 + model.inputRank() || shape_[1] != model.inputChannels())
      throw Error("'input' of '" + path + "' does not have the axes [N, " + std::to_string(model.inputChannels()) +
                  (model.inputRank() == 1 ? ", length]" : ", height, width]"));
    if (target.shape.empty() || target.shape[0] != shape_[0])
      throw Error("'input' and the target of '" + path + "' have different numbers of samples");
    inputEach_ = input.count() / std::max<int64_t>(shape_[0], 1);
    targetEach_ = model.targetElements(size());
    if (target.count() != shape_[0] * targetEach_)
      throw Error("the target of '" + path + "' has " + std::to_string(target.count()) + " elements, expected " +
                  std::to_string(targetEach_) + " for each of the " + std::to_string(shape_[0]) + " samples");
    input_ = fill(model, input);
    target_ = fill(model, target);
  }

  int64_t samples() const { return shape_[0]; }
  std::array<int64_t, 2> size() const { return {shape_[2], shape_.size() > 3 ? shape_[3] : 1}; }
  BatchView slice(int64_t first, int64_t count) const {
    return {input_.at(first * inputEach_), target_.at(first * targetEach_), count, 0, inputEach_, targetEach_};
  }

private:
  static const Tensor &find(const TensorFile &file, std::initializer_list<const char *> names,
                            const std::string &path) {
    for (const char *name : names)
      if (const auto found = file.tensors.find(name); found != file.tensors.end())
        return found->second;
    throw Error("'" + path + "' has no tensor '" + *names.begin() + "'");
  }
  static Buffer fill(const Model &model, const Tensor &tensor) {
    const std::vector<double> values = tensor.toDoubles();
    Buffer buffer(model.dtype(), int64_t(values.size()));
    buffer.with([&](auto *p) { std::copy(values.begin(), values.end(), p); });
    return buffer;
  }

  std::vector<int64_t> shape_;
  int64_t inputEach_ = 0, targetEach_ = 0;
  Buffer input_, target_;
};

/// Collects results by name.
class ProbeResult {
public:
  explicit ProbeResult(const Model &model) : model_(model) {}

  void add(const std::string &name, const std::vector<int64_t> &shape, const Buffer &buffer, int64_t offset) {
    file_.tensors[name] = buffer.dtype() == FLEXRT_F64
                              ? Tensor::fromDoubles(shape, static_cast<double *>(buffer.at(offset)))
                              : Tensor::fromFloats(shape, static_cast<float *>(buffer.at(offset)));
  }
  void addNumbers(const std::string &name, const std::vector<double> &values, std::vector<int64_t> shape) {
    file_.tensors[name] = Tensor::fromDoubles(std::move(shape), values.data());
  }
  void addParameters(const std::string &prefix, const flexrt_parameter *table, int32_t count, const Buffer &buffer) {
    for (int32_t i = 0; i < count; ++i) {
      const flexrt_parameter &p = table[i];
      const std::vector<int64_t> shape(p.shape, p.shape + p.axes);
      add(prefix + "." + p.path, shape, buffer, p.offset);
      if (*p.authors)
        add(prefix + ".authors." + p.authors, shape, buffer, p.offset);
    }
  }
  void addScalars(const std::string &prefix, const Scalars &scalars) {
    for (int32_t i = 0; i < model_.network.scalar_count; ++i)
      addNumbers(prefix + "." + model_.network.scalar_names[i], {scalars[size_t(i)]}, {1});
  }
  void addOutput(const std::string &name, const Buffer &output, int64_t samples) {
    std::vector<int64_t> shape = {samples, model_.outputChannels()};
    for (int axis = 0; axis < model_.inputRank() && model_.outputEachStep(); ++axis)
      shape.push_back(model_.dataSize()[size_t(axis)]);
    add(name, shape, output, 0);
  }
  void addLayers(Model &model) {
    for (int32_t i = 0; i < model.network.layer_count; ++i) {
      const flexrt_layer &layer = model.network.layers[i];
      const int rank = model.network.spaces[layer.taps].rank;
      const int64_t *size = model.extents[size_t(layer.taps)].size;
      std::vector<int64_t> shape = {layer.out, layer.in};
      shape.insert(shape.end(), size, size + rank);
      addNumbers("taps." + std::string(layer.path), std::vector<double>(size, size + rank), {rank});
      addNumbers("kernel." + std::string(layer.path), model.sampleKernel(i), shape);
    }
  }
  void write(const std::string &path) const { writeSafetensors(path, file_); }

private:
  const Model &model_;
  TensorFile file_;
};

/// Under our paths, or under the authors' names.
void loadProbeParameters(Model &model, const std::string &path) {
  const TensorFile file = readForeignTensors(path);
  const bool own = model.network.parameter_count > 0 && file.tensors.contains(model.network.parameters[0].path);
  if (own) {
    loadParameters(model, file, path);
    return;
  }
  TensorFile named;
  named.tensors = importAuthors(model.network, file).tensors;
  loadParameters(model, named, path);
}

void probeOnce(Model &model, const BatchView &batch, ProbeResult &result) {
  Buffer output(model.dtype(), batch.samples * model.outputElements());
  result.addLayers(model);
  model.forward(batch, output);
  result.addOutput("output", output, batch.samples);
  result.addScalars("evaluate", model.evaluate(batch, output));
  result.addScalars("scalar", model.lossAndGrad(batch, 0));
  result.addOutput("output_training", model.trainingOutput(), batch.samples);
  if (model.network.has_input_gradient)
    result.add("input_gradient", {batch.samples, batch.inputEach}, model.inputGradient(), 0);
  result.addParameters("gradient", model.network.parameters, model.network.parameter_count, model.gradients);
  result.addParameters("next", model.network.states, model.network.state_count, model.nextStates);
}

/// The loss as a function of the parameters alone: how large kernels are is not decided anew.
void probeOthers(Model &model, const BatchView &batch, const std::vector<std::string> &others, ProbeResult &result) {
  std::vector<double> losses;
  for (const std::string &path : others) {
    loadProbeParameters(model, path);
    losses.push_back(model.lossAndGrad(batch, 0).at(0));
  }
  result.addNumbers("others", losses, {int64_t(losses.size())});
}

/// Steps over consecutive slices, round and round.
void probeSteps(Model &model, const ProbeBatch &batch, int64_t steps, int64_t batchSize, ProbeResult &result) {
  Stepper stepper(model, {});
  const int64_t slices = std::max<int64_t>(1, batch.samples() / batchSize);
  std::vector<double> losses;
  for (int64_t step = 0; step < steps; ++step)
    losses.push_back(stepper.run(batch.slice(step % slices * batchSize, batchSize), step).scalars.at(0));
  result.addNumbers("losses", losses, {steps});
  result.addParameters("after", model.network.parameters, model.network.parameter_count, model.parameters);
  result.addParameters("after", model.network.states, model.network.state_count, model.states);
  model.updateSizes();
  Buffer output(model.dtype(), batch.samples() * model.outputElements());
  model.forward(batch.slice(0, batch.samples()), output);
  result.addOutput("output_after", output, batch.samples());
}

} // namespace

int runProbe(const Context &context, const ProbeArguments &arguments) {
  Session session(context, Words(arguments.words));
  Model &model = session.model;
  if (!arguments.parameters.empty())
    loadProbeParameters(model, arguments.parameters);
  const TensorFile file = readSafetensors(arguments.batch);
  const ProbeBatch batch(model, file, arguments.batch);
  const int64_t batchSize = arguments.batchSize > 0 ? arguments.batchSize : batch.samples();
  if (batchSize > batch.samples())
    throw Error("--batch-size " + std::to_string(batchSize) + " is more than the " + std::to_string(batch.samples()) +
                    " samples of '" + arguments.batch + "'",
                "", ExitCode::usage);
  model.settings = session.config.settingValues(std::max<int64_t>(1, batch.samples() / batchSize));
  std::array<int64_t, 2> trained = batch.size();
  if (const auto found = file.tensors.find("trained_size"); found != file.tensors.end()) {
    const std::vector<double> sizes = found->second.toDoubles();
    for (size_t axis = 0; axis < sizes.size() && axis < 2; ++axis)
      trained[axis] = int64_t(sizes[axis]);
  }
  model.setDataSize(batch.size(), trained);
  checkRequirements(model, "in '" + arguments.parameters + "'");
  ProbeResult result(model);
  probeOnce(model, batch.slice(0, batchSize), result);
  if (!arguments.others.empty() && arguments.steps > 0)
    throw Error("--steps goes on from the first parameters, and --others leaves them", "probe twice", ExitCode::usage);
  if (!arguments.others.empty())
    probeOthers(model, batch.slice(0, batchSize), arguments.others, result);
  if (arguments.steps > 0)
    probeSteps(model, batch, arguments.steps, batchSize, result);
  result.write(arguments.output);
  std::printf("%s\n", arguments.output.c_str());
  return int(ExitCode::ok);
}

} // namespace flexrt
