#include "flexrt/checkpoint/Checkpoint.h"

#include "flexrt/core/Error.h"
#include "flexrt/train/Duration.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>

namespace flexrt {
namespace {

const std::string format = "flex checkpoint 1";

std::vector<int64_t> shapeOf(const flexrt_parameter &p) { return {p.shape, p.shape + p.axes}; }

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

Tensor tensorOf(const Buffer &buffer, const flexrt_parameter &p, int64_t offset) {
  if (buffer.dtype() == FLEXRT_F64)
    return Tensor::fromDoubles(shapeOf(p), static_cast<double *>(buffer.at(offset)));
  return Tensor::fromFloats(shapeOf(p), static_cast<float *>(buffer.at(offset)));
}

void store(const Buffer &buffer, int64_t offset, const Tensor &tensor) {
  const std::vector<double> values = tensor.toDoubles();
  buffer.with([&](auto *p) { std::copy(values.begin(), values.end(), p + offset); });
}

/// A moment of one parameter: calls `visit` with the tensor's name, the parameter, the buffer and the offset in it.
void eachMoment(
    const Model &model,
    const std::function<void(const std::string &, const flexrt_parameter &, const Buffer &, int64_t)> &visit) {
  for (int32_t i = 0; i < model.network.parameter_count; ++i) {
    const flexrt_parameter &p = model.network.parameters[i];
    if (p.group < 0)
      continue;
    const flexrt_group &group = model.network.groups[p.group];
    for (int32_t m = 0; m < group.moment_count; ++m)
      visit("optimizer/" + std::string(group.moments[m]) + "/" + p.path, p, model.moments[size_t(p.group)][size_t(m)],
            p.offset - group.offset);
  }
}

void eachValue(const Model &model, const std::function<void(const flexrt_parameter &, const Buffer &)> &visit) {
  for (int32_t i = 0; i < model.network.parameter_count; ++i)
    visit(model.network.parameters[i], model.parameters);
  for (int32_t i = 0; i < model.network.state_count; ++i)
    visit(model.network.states[i], model.states);
}

/// Up to five of what differs, and how many more there are.
class Differences {
public:
  void add(const std::string &what) {
    if (++count_ <= 5)
      text_ += "\n  " + what;
  }
  bool any() const { return count_ > 0; }
  std::string text() const { return count_ > 5 ? text_ + "\n  and " + std::to_string(count_ - 5) + " more" : text_; }

private:
  int count_ = 0;
  std::string text_;
};

void compare(Differences &differences, const TensorFile &file, const std::string &name, const flexrt_parameter &p) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end())
    differences.add("'" + name + "' is missing");
  else if (found->second.shape != shapeOf(p))
    differences.add("'" + name + "' has shape " + shapeText(found->second.shape) + ", the network's has " +
                    shapeText(shapeOf(p)));
}

void describe(TensorFile &file, const Model &model, const Origin &origin) {
  file.metadata["format"] = format;
  file.metadata["source"] = origin.source;
  file.metadata["source_hash"] = origin.sourceHash;
  file.metadata["compiler"] = origin.compiler;
  file.metadata["experiment"] = origin.experiment;
  file.metadata["architecture"] = origin.architecture;
  file.metadata["dtype"] = model.dtype() == FLEXRT_F64 ? "f64" : "f32";
  if (!model.preparation.empty())
    file.metadata["preparation"] = model.preparation;
  file.metadata["trained_size"] = std::to_string(model.trainedSize()[0]) + "x" + std::to_string(model.trainedSize()[1]);
}

double metadataNumber(const TensorFile &file, const std::string &key, const std::string &path) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    throw Error("'" + path + "' cannot be resumed: it does not say its " + key,
                "it holds parameters only; start from it with train --from");
  return parseReal(key, found->second, "1");
}

} // namespace

Origin Origin::of(const flexrt_program &program, const flexrt_network &network) {
  return {program.source, program.source_hash, program.compiler, network.name, network.architecture};
}

TensorFile makeCheckpoint(const Model &model, const TrainState &state, const Origin &origin) {
  TensorFile file;
  eachValue(model, [&](const flexrt_parameter &p, const Buffer &values) {
    file.tensors[p.path] = tensorOf(values, p, p.offset);
  });
  eachMoment(model, [&](const std::string &name, const flexrt_parameter &p, const Buffer &values, int64_t offset) {
    file.tensors[name] = tensorOf(values, p, offset);
  });
  file.tensors["run/sums"] = Tensor::fromDoubles({int64_t(state.sums.size())}, state.sums.data());
  file.tensors["run/last_step"] = Tensor::fromDoubles({int64_t(state.lastStep.size())}, state.lastStep.data());
  describe(file, model, origin);
  auto &metadata = file.metadata;
  metadata["step"] = std::to_string(state.step);
  metadata["epoch"] = std::to_string(state.epoch);
  metadata["position"] = std::to_string(state.position);
  metadata["best_epoch"] = std::to_string(state.hasBest ? state.bestEpoch : -1);
  metadata["best_value"] = numberText(state.bestValue);
  metadata["stalls"] = std::to_string(state.stalls.count);
  metadata["stalls_bad"] = std::to_string(state.stalls.bad);
  metadata["stalls_cooling"] = numberText(state.stalls.cooling);
  metadata["stalls_reference"] = state.stalls.hasReference ? numberText(state.stalls.reference) : "none";
  metadata["seconds"] = numberText(state.seconds);
  metadata["log_bytes"] = std::to_string(state.logBytes);
  metadata["seed"] = std::to_string(model.seed);
  return file;
}

TensorFile makeParameterFile(const Model &model, const std::map<std::string, Tensor> &values, const Origin &origin) {
  TensorFile file;
  file.tensors = values;
  describe(file, model, origin);
  file.metadata.erase("trained_size");
  return file;
}

std::array<int64_t, 2> loadParameters(Model &model, const TensorFile &file, const std::string &path,
                                      const std::string &fresh) {
  const auto isFresh = [&](const std::string &name) { return !fresh.empty() && name.starts_with(fresh + "."); };
  Differences differences;
  std::set<std::string> names;
  bool anyFresh = false;
  eachValue(model, [&](const flexrt_parameter &p, const Buffer &) {
    names.insert(p.path);
    if (isFresh(p.path))
      anyFresh = true;
    else
      compare(differences, file, p.path, p);
  });
  if (!fresh.empty() && !anyFresh)
    throw Error("the network has no parameters under '" + fresh + "', which were to start fresh",
                "'info' lists the paths: --new-head=PATH", ExitCode::usage);
  for (const auto &[name, tensor] : file.tensors)
    if (!names.contains(name) && !isFresh(name) && !name.starts_with("optimizer/") && !name.starts_with("run/"))
      differences.add("'" + name + "' is not in the network");
  if (differences.any()) {
    const auto whose = file.metadata.find("architecture");
    throw Error("'" + path + "' belongs to another network" +
                    (whose == file.metadata.end() ? "" : " ('" + whose->second + "')") + ":" + differences.text(),
                "parameters saved by other programs are read with: import --authors FILE -o CHECKPOINT");
  }
  eachValue(model, [&](const flexrt_parameter &p, const Buffer &values) {
    if (!isFresh(p.path))
      store(values, p.offset, file.tensors.at(p.path));
  });
  const auto preparation = file.metadata.find("preparation");
  model.preparation = preparation == file.metadata.end() ? "" : preparation->second;
  std::array<int64_t, 2> trained = {0, 0};
  if (const auto found = file.metadata.find("trained_size"); found != file.metadata.end())
    std::sscanf(found->second.c_str(), "%ldx%ld", &trained[0], &trained[1]);
  return trained;
}

TrainState loadCheckpoint(Model &model, const TensorFile &file, const Origin &origin, const std::string &path) {
  Differences differences;
  const auto expect = [&](const std::string &key, const std::string &wanted) {
    const auto found = file.metadata.find(key);
    if (found == file.metadata.end() || found->second != wanted)
      differences.add(key + " is '" + (found == file.metadata.end() ? "" : found->second) + "', this program's is '" +
                      wanted + "'");
  };
  expect("experiment", origin.experiment);
  expect("architecture", origin.architecture);
  expect("source_hash", origin.sourceHash);
  expect("compiler", origin.compiler);
  expect("dtype", model.dtype() == FLEXRT_F64 ? "f64" : "f32");
  if (differences.any())
    throw Error("'" + path + "' was written by another program:" + differences.text(),
                "only the same program goes on exactly; to start a new run from these parameters: train --from " +
                    path);
  eachMoment(model, [&](const std::string &name, const flexrt_parameter &p, const Buffer &, int64_t) {
    compare(differences, file, name, p);
  });
  for (const std::string name : {"run/sums", "run/last_step"})
    if (!file.tensors.contains(name))
      differences.add("'" + name + "' is missing");
  if (differences.any())
    throw Error("'" + path + "' cannot be resumed:" + differences.text());
  TrainState state;
  state.step = int64_t(metadataNumber(file, "step", path));
  state.epoch = int64_t(metadataNumber(file, "epoch", path));
  state.position = int64_t(metadataNumber(file, "position", path));
  state.bestEpoch = int64_t(metadataNumber(file, "best_epoch", path));
  state.hasBest = state.bestEpoch >= 0;
  state.bestEpoch = std::max<int64_t>(state.bestEpoch, 0);
  state.bestValue = metadataNumber(file, "best_value", path);
  state.stalls.count = int64_t(metadataNumber(file, "stalls", path));
  state.stalls.bad = int64_t(metadataNumber(file, "stalls_bad", path));
  state.stalls.cooling = metadataNumber(file, "stalls_cooling", path);
  const auto reference = file.metadata.find("stalls_reference");
  state.stalls.hasReference = reference != file.metadata.end() && reference->second != "none";
  if (state.stalls.hasReference)
    state.stalls.reference = metadataNumber(file, "stalls_reference", path);
  state.seconds = metadataNumber(file, "seconds", path);
  state.logBytes = int64_t(metadataNumber(file, "log_bytes", path));
  state.sums = file.tensors.at("run/sums").toDoubles();
  state.lastStep = file.tensors.at("run/last_step").toDoubles();
  loadParameters(model, file, path);
  eachMoment(model, [&](const std::string &name, const flexrt_parameter &, const Buffer &values, int64_t offset) {
    store(values, offset, file.tensors.at(name));
  });
  return state;
}

} // namespace flexrt
