/// `predict`: what a network says about files of one's own. No data set is needed: what the samples are normalised with is
/// in the checkpoint.
#include "flexrt/cli/Session.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Resize.h"
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
    Sample sample{shape[0], rank, {shape[1], rank == 2 ? shape[2] : 1}, std::vector<float>(at, at + each)};
    for (float &value : sample.values)
      value *= unit;
    samples.push_back(std::move(sample));
  }
  return samples;
}

/// A picture for a network of sequences is read row by row, as `sequential` does.
std::vector<Sample> readSamples(const std::string &path, const Model &model) {
  const std::string kind = ending(path);
  if (kind == ".npy")
    return samplesOf(path, model.inputRank());
  if (kind == ".wav")
    return {readSignal(path)};
  if (kind != ".png")
    throw Error("'" + path + "' is of a kind that is not read", "PNG, WAV and npy files are", ExitCode::usage);
  Sample picture = readPicture(path, model.inputChannels());
  if (model.inputRank() == 1) {
    picture.rank = 1;
    picture.size = {picture.size[0] * picture.size[1], 1};
  }
  return {std::move(picture)};
}

/// Sounds keep their rate: what is too long is cut, what is too short is followed by silence.
void cut(Sample &sound, int64_t length) {
  std::vector<float> values(size_t(sound.channels * length));
  for (int64_t c = 0; c < sound.channels; ++c)
    std::copy_n(sound.values.begin() + c * sound.size[0], std::min(length, sound.size[0]), values.begin() + c * length);
  sound.values = std::move(values);
  sound.size = {length, 1};
}

class Predictor {
public:
  Predictor(const Context &context, const PredictArguments &arguments)
      : arguments_(arguments), session_(openSession(context, Words(arguments.words), arguments.checkpoint)) {
    Model &model = session_.model;
    model.settings = session_.config.settingValues(1);
    if (!model.normalisation.mean.empty())
      return;
    try {
      const auto data = context.data(session_.config.data(), session_.config.dataRoot, Split::train, session_.config.seed);
      if (const Normalisation *known = data->normalisation())
        model.normalisation = *known;
    } catch (const Error &error) {
      throw Error("the checkpoint does not say what its data was normalised with, and the data cannot be asked: " +
                      std::string(error.what()),
                  "data.root=FOLDER says where the data is");
    }
  }

  Json predict(const std::string &path) {
    Json result = Json::array();
    for (Sample &sample : readSamples(path, session_.model))
      result.push_back({{"file", path}, {"size", ""}, {"output", run(path, sample)}});
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
  std::vector<double> run(const std::string &path, Sample &sample) {
    Model &model = session_.model;
    if (sample.channels != model.inputChannels() || sample.rank != model.inputRank())
      throw Error("'" + path + "' has " + std::to_string(sample.channels) + " channels of rank " +
                  std::to_string(sample.rank) + ", the network takes " + std::to_string(model.inputChannels()) +
                  " of rank " + std::to_string(model.inputRank()));
    bring(path, sample);
    normalise(sample);
    model.setDataSize(sample.size, session_.trainedSize[0] > 0 ? session_.trainedSize : sample.size);
    Buffer input(model.dtype(), int64_t(sample.values.size())), output(model.dtype(), model.outputElements());
    input.with([&](auto *to) { std::copy(sample.values.begin(), sample.values.end(), to); });
    model.forward({input.data(), nullptr, 1, 0}, output);
    std::vector<double> values;
    for (int64_t i = 0; i < model.outputElements(); ++i)
      values.push_back(output[i]);
    return values;
  }

  /// To the size that the user names, or that the network was trained at.
  void bring(const std::string &path, Sample &sample) {
    std::array<int64_t, 2> size = session_.trainedSize;
    if (arguments_.resolution == "own" || (arguments_.resolution.empty() && size[0] == 0))
      return;
    const bool named = !arguments_.resolution.empty();
    if (named)
      size = parseSize(arguments_.resolution, sample.rank);
    if (size == sample.size)
      return;
    if (ending(path) == ".wav" && !named)
      return cut(sample, size[0]);
    sample.values = resize(sample.values.data(), sample.channels, sample.size, size);
    sample.size = size;
  }

  void normalise(Sample &sample) const {
    const Normalisation &by = session_.model.normalisation;
    const int64_t points = sample.size[0] * sample.size[1];
    for (int64_t c = 0; c < sample.channels && !by.mean.empty(); ++c)
      for (int64_t p = c * points; p < (c + 1) * points; ++p)
        sample.values[size_t(p)] = float((sample.values[size_t(p)] - by.mean[size_t(c)]) / by.deviation[size_t(c)]);
  }

  const PredictArguments &arguments_;
  Session session_;
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
