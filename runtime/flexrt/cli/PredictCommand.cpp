/// `predict`: what a network says about files of one's own. What its data set does to samples is done to them, and the checkpoint
/// says what that is: the data itself is not needed, unless a setting of the command line is about it.
#include "flexrt/cli/Session.h"
#include "flexrt/core/Error.h"
#include "flexrt/data/Npy.h"
#include "flexrt/data/SampleFiles.h"
#include "flexrt/train/Trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;

std::string ending(const std::string &path) {
  std::string text = std::filesystem::path(path).extension();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// The samples of an array: [C][size...] is one, [N][C][size...] are several.
std::vector<Sample> samplesOf(const std::string &path, int rank) {
  const NpyArray array = readNpy(path);
  const size_t axes = array.shape.size(), one = size_t(rank) + 1;
  if (axes != one && axes != one + 1)
    throw Error("'" + path + "' has shape " + array.shapeText() + ", expected (channels, " +
                (rank == 2 ? "height, width)" : "length)") + " or several of these");
  const std::vector<int64_t> shape(array.shape.end() - int64_t(one), array.shape.end());
  const int64_t each = std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>());
  const std::vector<float> values = array.toFloats();
  const float unit = array.type == NpyArray::Type::u8 ? 1.0f / 255 : 1.0f;
  std::vector<Sample> samples;
  for (auto at = values.begin(); at != values.end(); at += each) {
    Sample sample{shape[0], rank, {shape[1], rank == 2 ? shape[2] : 1}, std::vector<float>(at, at + each), path};
    for (float &value : sample.values)
      value *= unit;
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::vector<Sample> readSamples(const std::string &path, const Preparation &preparation) {
  const std::string kind = ending(path);
  if (kind == ".npy")
    return samplesOf(path, preparation.rank());
  if (kind == ".wav")
    return {readSignal(path)};
  if (kind != ".png")
    throw Error("'" + path + "' is of a kind that is not read", "PNG, WAV and npy files are", ExitCode::usage);
  return {readPicture(path, preparation.channels())};
}

/// What is done to the samples of the session's data: as the checkpoint has it, or as the data itself does where that does not
/// say it or is not what the user asks for.
Preparation preparationOf(const Context &context, const Session &session, const std::vector<std::string> &assignments) {
  const bool isOther = std::any_of(assignments.begin(), assignments.end(),
                                   [](const std::string &word) { return word.starts_with("data."); });
  if (!session.model.preparation.empty() && !isOther)
    return Preparation(session.model.preparation);
  try {
    const Config &config = session.config;
    return context.data(config.data(), config.dataRoot, Split::train, config.seed)->preparation();
  } catch (const Error &error) {
    throw Error(std::string(isOther ? "what is done to the data cannot be found out: "
                                    : "the checkpoint does not say what was done to its data, and the data cannot be asked: ") +
                    error.what(),
                "data.root=FOLDER says where the data is");
  }
}

class Predictor {
public:
  Predictor(const Context &context, const PredictArguments &arguments)
      : Predictor(context, arguments, Words(arguments.words)) {}

  Json predict(const std::string &path) {
    Json result = Json::array();
    for (Sample &sample : readSamples(path, preparation_))
      result.push_back({{"file", path}, {"size", ""}, {"output", run(std::move(sample))}});
    for (size_t i = 0; i < result.size(); ++i) {
      result[i]["size"] = sizeText(session_.model.dataSize().data(), session_.model.inputRank());
      if (result.size() > 1)
        result[i]["sample"] = i;
    }
    return result;
  }

  /// Whether the outputs are scores of classes: one vector, answered by a number.
  bool hasClasses() const {
    const Model &model = session_.model;
    return model.outputChannels() > 1 && !model.outputEachStep() && model.targetShape(model.dataSize()).empty();
  }

private:
  Predictor(const Context &context, const PredictArguments &arguments, const Words &words)
      : arguments_(arguments), session_(openSession(context, words, arguments.checkpoint)),
        preparation_(preparationOf(context, session_, words.assignments)) {
    session_.model.settings = session_.config.settingValues(1);
  }

  std::vector<double> run(Sample stored) {
    Model &model = session_.model;
    const Sample sample = prepare(std::move(stored));
    if (sample.channels != model.inputChannels() || sample.rank != model.inputRank())
      throw Error("'" + sample.path + "' becomes " + shapeText(sample.channels, sample.rank) + ", the network takes " +
                  shapeText(model.inputChannels(), model.inputRank()));
    model.setDataSize(sample.size, session_.trainedSize[0] > 0 ? session_.trainedSize : sample.size);
    Buffer input(model.dtype(), int64_t(sample.values.size())), output(model.dtype(), model.outputElements());
    input.with([&](auto *to) { std::copy(sample.values.begin(), sample.values.end(), to); });
    model.forward({input.data(), nullptr, 1, 0}, output);
    std::vector<double> values;
    for (int64_t i = 0; i < model.outputElements(); ++i)
      values.push_back(output[i]);
    return values;
  }

  /// As the network's data would have it, or at the size that the user names.
  Sample prepare(Sample sample) const {
    if (sample.channels != preparation_.channels() || sample.rank != preparation_.rank())
      throw Error("'" + sample.path + "' has " + shapeText(sample.channels, sample.rank) + ", the network's data has " +
                  shapeText(preparation_.channels(), preparation_.rank()));
    const std::string &wanted = arguments_.resolution;
    if (wanted.empty())
      return preparation_.apply(std::move(sample), Preparation::Size::data);
    if (wanted == "own")
      return preparation_.apply(std::move(sample), Preparation::Size::own);
    return preparation_.apply(std::move(sample), Preparation::Size::named,
                              parseSize(wanted, session_.model.inputRank()));
  }

  static std::string shapeText(int64_t channels, int rank) {
    return std::to_string(channels) + " channels of rank " + std::to_string(rank);
  }

  const PredictArguments &arguments_;
  Session session_;
  Preparation preparation_;
};

/// Of a network with one vector of outputs: the largest, with their shares of a softmax.
void print(const Json &prediction, int64_t top, bool classes) {
  const auto values = prediction["output"].get<std::vector<double>>();
  std::string name = prediction["file"];
  if (prediction.contains("sample"))
    name += "[" + std::to_string(prediction["sample"].get<int64_t>()) + "]";
  std::printf("%s:", name.c_str());
  if (!classes) {
    for (size_t i = 0; i < std::min<size_t>(values.size(), 16); ++i)
      std::printf(" %.5g", values[i]);
    std::printf(values.size() > 16 ? " ... (%zu in all: --json)\n" : "\n", values.size());
    return;
  }
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] > values[b]; });
  double sum = 0;
  for (const double value : values)
    sum += std::exp(value - values[order[0]]);
  for (size_t i = 0; i < std::min<size_t>(order.size(), size_t(top)); ++i)
    std::printf("%s class %zu (%.3f)", i ? "," : "", order[i], std::exp(values[order[i]] - values[order[0]]) / sum);
  std::printf("\n");
}

} // namespace

int runPredict(const Context &context, const PredictArguments &arguments) {
  Predictor predictor(context, arguments);
  Json all = Json::array();
  for (const std::string &file : arguments.files)
    for (Json &prediction : predictor.predict(file)) {
      if (!arguments.json)
        print(prediction, arguments.top, predictor.hasClasses());
      all.push_back(std::move(prediction));
    }
  if (arguments.json)
    std::printf("%s\n", all.dump().c_str());
  return int(ExitCode::ok);
}

} // namespace flexrt
