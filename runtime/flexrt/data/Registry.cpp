// Names of data sets, as a network's data clause writes them.
#include "flexrt/core/Error.h"
#include "flexrt/core/Suggest.h"
#include "flexrt/data/Sets.h"

#include <cstdlib>

namespace flexrt {
namespace {

struct Entry {
  const char *name;
  DatasetMaker *make;
};

constexpr Entry entries[] = {
    {"adding", makeAdding},
    {"cifar10", makeCifar10},
    {"cifar100", makeCifar100},
    {"copy_memory", makeCopyMemory},
    {"drop_samples", makeDropSamples},
    {"image", makeImage},
    {"image_folder", makeImageFolder},
    {"imagenet", makeImageNet},
    {"mnist", makeMnist},
    {"noise_padded", makeNoisePadded},
    {"npy", makeNpy},
    {"pattern", makePattern},
    {"permuted", makePermuted},
    {"recordings", makeRecordings},
    {"rows", makeRows},
    {"sequential", makeSequential},
    {"shapes", makeShapes},
    {"speech_commands", makeSpeechCommands},
    {"stl10", makeStl10},
    {"uea", makeUea},
};

/// "~/data" as a shell would expand it: shells leave it alone in `data.root=~/data`.
std::string expandHome(const std::string &path) {
  const char *home = std::getenv("HOME");
  return home && (path == "~" || path.starts_with("~/")) ? home + path.substr(1) : path;
}

} // namespace

std::unique_ptr<Dataset> makeDataset(const YAML::Node &description, const DatasetRequest &request) {
  Arguments arguments(description);
  std::vector<std::string> names;
  for (const Entry &entry : entries) {
    if (arguments.name() != entry.name) {
      names.emplace_back(entry.name);
      continue;
    }
    auto set = entry.make(arguments, request);
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
