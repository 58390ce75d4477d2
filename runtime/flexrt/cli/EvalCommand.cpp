/// `eval`: loss and metric of a checkpoint on a split, and its outputs as a file.
#include "flexrt/cli/Session.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Signals.h"
#include "flexrt/train/Evaluation.h"
#include "flexrt/train/Trainer.h"

#include <cstdio>

namespace flexrt {
namespace {

/// Collects outputs and targets of all batches.
class OutputDump {
public:
  OutputDump(const Model &model, const DatasetShape &shape) : model_(model), shape_(shape) {}

  void add(const BatchView &batch, const Buffer &output) {
    output.with([&](auto *p) { outputs_.insert(outputs_.end(), p, p + batch.samples * model_.outputElements()); });
    withElements(model_.dtype(), const_cast<void *>(batch.target),
                 [&](auto *p) { targets_.insert(targets_.end(), p, p + batch.samples * shape_.targets); });
  }

  void write(const std::string &path) const {
    const int64_t samples = int64_t(targets_.size()) / shape_.targets;
    std::vector<int64_t> shape = {samples, model_.outputChannels()};
    if (model_.outputEachStep())
      shape.insert(shape.end(), shape_.size.begin(), shape_.size.begin() + shape_.rank);
    TensorFile file;
    file.tensors["output"] = tensor(shape, outputs_);
    std::vector<int64_t> targets = model_.targetShape(shape_.size);
    targets.insert(targets.begin(), samples);
    file.tensors["target"] = tensor(std::move(targets), targets_);
    writeSafetensors(path, file);
  }

private:
  Tensor tensor(std::vector<int64_t> shape, const std::vector<double> &values) const {
    if (model_.dtype() == FLEXRT_F64)
      return Tensor::fromDoubles(std::move(shape), values.data());
    return Tensor::fromFloats(std::move(shape), std::vector<float>(values.begin(), values.end()).data());
  }

  const Model &model_;
  const DatasetShape &shape_;
  std::vector<double> outputs_, targets_;
};

} // namespace

Scalars evaluateOn(Session &session, const Dataset &data, const std::string &checkpoint, const std::string &split,
                   const std::function<void(const BatchView &, const Buffer &)> &sink) {
  Model &model = session.model;
  const DatasetShape &shape = data.shape();
  checkDataFits(model, shape, split);
  const int64_t batch = session.config.batch();
  model.settings = session.config.settingValues((shape.samples + batch - 1) / batch);
  model.setDataSize(shape.size, session.trainedSize[0] > 0 ? session.trainedSize : shape.size);
  checkRequirements(model, "in '" + checkpoint + "'");
  return evaluateSamples(model, data, allSamples(shape.samples), batch, sink);
}

int runEval(const Context &context, const EvalArguments &arguments) {
  Words words(arguments.words);
  if (!arguments.resolution.empty())
    words.assignments.push_back(resizeAssignment(arguments.resolution));
  const FoundCheckpoint checkpoint = findCheckpoint(context, words, arguments.checkpoint);
  Session session(context, words, checkpoint);
  Model &model = session.model;
  const Split split = arguments.split == "train" ? Split::train : Split::test;
  const auto data = context.data(session.config.data(), session.config.dataRoot, split, session.config.seed);
  const DatasetShape &shape = data->shape();
  catchStopSignals();
  OutputDump dump(model, shape);
  const bool dumping = !arguments.dump.empty();
  Scalars scalars;
  try {
    scalars = evaluateOn(session, *data, checkpoint.path, arguments.split,
                         [&](const BatchView &view, const Buffer &output) {
                           if (dumping)
                             dump.add(view, output);
                         });
  } catch (const Interrupted &) {
    return int(ExitCode::interrupted);
  }
  if (dumping)
    dump.write(arguments.dump);
  const std::string size = sizeText(shape.size.data(), shape.rank);
  nlohmann::ordered_json result = {
      {"checkpoint", checkpoint.path}, {"split", arguments.split}, {"samples", shape.samples}, {"size", size}};
  result.update(scalarsJson(model, scalars));
  if (arguments.json) {
    std::printf("%s\n", result.dump().c_str());
    return int(ExitCode::ok);
  }
  std::printf("%s on %ld %s samples of %s:", checkpoint.path.c_str(), long(shape.samples), arguments.split.c_str(),
              size.c_str());
  for (int32_t i = 0; i < model.network.scalar_count; ++i)
    std::printf("  %s %.5g", model.network.scalar_names[i], scalars[size_t(i)]);
  std::printf("\n");
  return int(ExitCode::ok);
}

} // namespace flexrt
