// Names of data sets, as a network's data clause writes them.
#include "flexrt/core/Error.h"
#include "flexrt/core/Suggest.h"
#include "flexrt/data/Resized.h"
#include "flexrt/data/Sets.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace flexrt {
namespace {

struct Entry {
  const char *name;
  DatasetMaker *make;
  bool resizes = true; ///< its points sample something continuous
};

constexpr Entry entries[] = {
    {"adding", makeAdding, false},
    {"cifar10", makeCifar10},
    {"cifar100", makeCifar100},
    {"copy_memory", makeCopyMemory, false},
    {"drop_samples", makeDropSamples, false},
    {"image", makeImage, false},
    {"image_folder", makeImageFolder},
    {"imagenet", makeImageNet},
    {"mnist", makeMnist},
    {"noise_padded", makeNoisePadded, false},
    {"npy", makeNpy},
    {"pattern", makePattern, false},
    {"permuted", makePermuted, false},
    {"recordings", makeRecordings, false},
    {"rows", makeRows, false},
    {"sequential", makeSequential},
    {"shapes", makeShapes},
    {"speech_commands", makeSpeechCommands},
    {"stl10", makeStl10},
    {"uea", makeUea, false},
};

/// "~/data" as a shell would expand it: shells leave it alone in `data.root=~/data`.
std::string expandHome(const std::string &path) {
  const char *home = std::getenv("HOME");
  return home && (path == "~" || path.starts_with("~/")) ? home + path.substr(1) : path;
}

/// `resize: 16` or `resize: [16, 24]`: the set at another resolution.
std::unique_ptr<Dataset> resized(std::unique_ptr<Dataset> set, Arguments &arguments) {
  const int rank = set->shape().rank;
  const std::vector<double> given = arguments.reals("resize");
  if (given.empty())
    return set;
  std::array<int64_t, 2> size = {int64_t(given[0]), rank == 2 ? int64_t(given.back()) : 1};
  const bool whole = std::all_of(given.begin(), given.end(), [](double n) { return n >= 1 && n == std::floor(n); });
  if (!whole || given.size() > size_t(rank))
    throw Error("argument 'resize' of '" + arguments.name() + "' must be the points of " +
                    (rank == 2 ? "an image: one number, or height and width" : "a sequence: one number"),
                "for example data.resize=16", ExitCode::usage);
  return makeResized(std::move(set), size);
}

} // namespace

void requireDeclaredClasses(Arguments &arguments, int64_t found) {
  const int64_t declared = arguments.integer("classes", found, 1, int64_t{1} << 24);
  if (declared != found)
    throw Error("'" + arguments.name() + "' was declared with " + std::to_string(declared) + " classes, its files have " +
                    std::to_string(found),
                "that is part of the network's structure: change `classes` in the .flex file", ExitCode::usage);
}

std::unique_ptr<Dataset> makeDataset(const YAML::Node &description, const DatasetRequest &request) {
  Arguments arguments(description);
  std::vector<std::string> names;
  for (const Entry &entry : entries) {
    if (arguments.name() != entry.name) {
      names.emplace_back(entry.name);
      continue;
    }
    auto set = entry.make(arguments, request);
    if (entry.resizes)
      set = resized(std::move(set), arguments);
    arguments.finish();
    return set;
  }
  std::string known;
  for (const std::string &name : names)
    known += (known.empty() ? "known ones: " : ", ") + name;
  throw Error("there is no data set '" + arguments.name() + "'" + didYouMean(arguments.name(), names), known,
              ExitCode::usage);
}

std::unique_ptr<Dataset> makeDataset(const YAML::Node &description, const std::string &root, Split split,
                                     uint64_t seed) {
  return makeDataset(description, DatasetRequest{expandHome(root), split, seed});
}

} // namespace flexrt
