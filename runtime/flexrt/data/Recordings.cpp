// WAV files in a folder for each word, as Speech Commands and the Free Spoken Digit Dataset have them.
#include "flexrt/core/Error.h"
#include "flexrt/data/Files.h"
#include "flexrt/data/SampleFiles.h"
#include "flexrt/data/Series.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

namespace flexrt {
namespace fs = std::filesystem;
namespace {

/// What the recordings are, and which of them count.
struct Kind {
  int64_t rate = 0;         ///< samples a second; 0: whatever the first file has
  int64_t samples = 0;      ///< recordings of exactly so many samples count; 0: all
  int64_t coefficients = 0; ///< of the cepstrum; 0: the signal itself
};

struct Recording {
  std::string path;
  float label;
};

class Reader {
public:
  explicit Reader(const Kind &kind) : kind(kind) {}

  /// The signal in [-1, 1); none if it is not of the length that counts.
  std::optional<Sample> read(const std::string &path) {
    Sample sound = readSignal(path);
    if (kind.samples > 0 && sound.size[0] != kind.samples)
      return std::nullopt;
    if (!step)
      step = steps::recording(kind.rate > 0 ? kind.rate : sound.rate, kind.coefficients);
    return sound;
  }

  void append(const Recording &recording, SeriesSet &set) {
    std::optional<Sample> sound = read(recording.path);
    if (!sound)
      return;
    step->apply(*sound);
    set.channels = sound->channels;
    set.add(sound->values, sound->size[0], recording.label);
  }

  /// Of a file that was read.
  Preparation preparation() const {
    Preparation result({.channels = 1, .rank = 1});
    result.add(step, {});
    return result;
  }

private:
  Kind kind;
  Step step; ///< known with the first file
};

std::unique_ptr<Dataset> readRecordings(Arguments &arguments, const DatasetRequest &request, const fs::path &folder,
                                        std::vector<std::string> words, const Kind &kind, double test, uint64_t seed) {
  if (words.empty())
    words = listFolders(folder);
  requireDeclaredClasses(arguments, int64_t(words.size()));
  std::vector<Recording> recordings;
  std::vector<float> labels;
  Reader lengths(kind);
  for (size_t label = 0; label < words.size(); ++label)
    for (const std::string &path : listFiles(folder / words[label], ".wav"))
      // Those that do not count take no part in the split.
      if (kind.samples == 0 || lengths.read(path)) {
        recordings.push_back({path, float(label)});
        labels.push_back(float(label));
      }
  if (recordings.empty())
    throw Error("the folders in '" + folder.string() + "' hold no WAV files" +
                (kind.samples ? " of " + std::to_string(kind.samples) + " samples" : ""));
  const SeriesSplit split = stratify(labels, test, seed);
  SeriesSet sets[2];
  Reader reader(kind);
  for (const auto &[indices, set] : {std::pair{&split.train, &sets[0]}, std::pair{&split.test, &sets[1]}})
    for (const int64_t i : *indices)
      reader.append(recordings[size_t(i)], *set);
  return makeSeries(arguments, request, std::move(sets[0]), std::move(sets[1]), int64_t(words.size()),
                    reader.preparation());
}

} // namespace

std::unique_ptr<Dataset> makeRecordings(Arguments &arguments, const DatasetRequest &request) {
  const std::string name = arguments.text("folder", "");
  if (name.empty())
    throw Error("'recordings' needs a folder", "recordings(\"digits\", classes = 10)", ExitCode::usage);
  const std::vector<std::string> words = arguments.texts("words");
  Kind kind;
  kind.rate = arguments.integer("rate", 0, 0, 1 << 20);
  kind.samples = arguments.integer("samples", 0, 0, int64_t{1} << 32);
  kind.coefficients = arguments.integer("mfcc", 0, 0, steps::mostCoefficients);
  const double test = arguments.real("test", 0.15, 0.001, 0.9);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, int64_t{1} << 32));
  return readRecordings(arguments, request, fs::path(request.root) / name, words, kind, test, seed);
}

/// The ten words of the paper, clips of a second only.
std::unique_ptr<Dataset> makeSpeechCommands(Arguments &arguments, const DatasetRequest &request) {
  const bool mfcc = arguments.flag("mfcc", false);
  const auto seed = uint64_t(arguments.integer("seed", 0, 0, int64_t{1} << 32));
  const DataFolder folder{"speech_commands", request.root, {"speech_commands", "speech_commands_v0.02", "SpeechCommands/speech_commands_v0.02", ""},
                          "https://www.tensorflow.org/datasets/catalog/speech_commands (version 0.02)"};
  const std::vector<std::string> words = {"yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"};
  for (const std::string &place : folder.folders)
    if (std::error_code error; fs::is_directory(fs::path(request.root) / place / words[0], error))
      return readRecordings(arguments, request, fs::path(request.root) / place, words, {16000, 16000, mfcc ? 20 : 0},
                            0.15, seed);
  folder.find({"yes/*.wav"}); // which does not exist: says where was looked
  throw Error("'speech_commands' cannot be read");
}

} // namespace flexrt
