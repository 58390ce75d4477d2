// One line a fact, as JSON. Lines are short and written at once, so that several processes may append.
#include "flexrt/core/Error.h"
#include "flexrt/train/Algorithms.h"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace flexrt {

using Json = nlohmann::ordered_json;

TuningCache::TuningCache(std::filesystem::path file, std::string machine)
    : file_(std::move(file)), machine_(std::move(machine)) {
  read();
}

void TuningCache::read() {
  std::ifstream lines(file_);
  for (std::string line; std::getline(lines, line);) {
    const Json entry = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!entry.is_object() || entry.value("machine", "") != machine_)
      continue; // another machine's, or a line that was never finished
    if (entry.contains("flops")) {
      rates_.emplace(entry.value("dtype", 0),
                     MachineRates{entry.value("flops", 1.0), entry.value("bytes", 1.0), entry.value("cached", 1.0)});
      continue;
    }
    for (int32_t algorithm = 0; algorithm < FLEXRT_ALGORITHM_COUNT; ++algorithm)
      if (entry.value("algorithm", "") == algorithmName(algorithm))
        algorithms_.emplace(entry.value("convolution", ""), algorithm);
  }
}

std::optional<int32_t> TuningCache::algorithm(const std::string &shape) const {
  const auto found = algorithms_.find(shape);
  return found == algorithms_.end() ? std::nullopt : std::optional(found->second);
}

void TuningCache::keepAlgorithm(const std::string &shape, int32_t algorithm, const std::string &times) {
  if (!algorithms_.emplace(shape, algorithm).second)
    return;
  const Json entry = {{"machine", machine_},
                      {"convolution", shape},
                      {"algorithm", algorithmName(algorithm)},
                      {"milliseconds", Json::parse(times)}};
  append(entry.dump() + "\n");
}

std::optional<MachineRates> TuningCache::rates(int32_t dtype) const {
  const auto found = rates_.find(dtype);
  return found == rates_.end() ? std::nullopt : std::optional(found->second);
}

void TuningCache::keepRates(int32_t dtype, const MachineRates &rates) {
  if (!rates_.emplace(dtype, rates).second)
    return;
  const Json entry = {{"machine", machine_},
                      {"dtype", dtype},
                      {"flops", rates.flops},
                      {"bytes", rates.bytes},
                      {"cached", rates.cached}};
  append(entry.dump() + "\n");
}

/// A cache is a help, never a condition: failures are ignored.
void TuningCache::append(const std::string &line) {
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  const int file = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0)
    return;
  [[maybe_unused]] const ssize_t written = ::write(file, line.data(), line.size());
  ::close(file);
}

namespace {

/// "AMD EPYC 25/17/1"
std::string cpuText() {
  std::ifstream file("/proc/cpuinfo");
  std::map<std::string, std::string> found;
  for (std::string line; std::getline(file, line) && !line.empty();) { // of the first processor
    const size_t colon = line.find(':');
    const std::string key = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
    if (colon != std::string::npos && colon + 2 <= line.size())
      found[key] = line.substr(colon + 2);
  }
  return found["model name"] + " " + found["cpu family"] + "/" + found["model"] + "/" + found["stepping"];
}

std::filesystem::path cacheFolder() {
  if (const char *chosen = std::getenv("FLEX_CACHE"))
    return chosen;
  if (const char *caches = std::getenv("XDG_CACHE_HOME"); caches && *caches)
    return std::filesystem::path(caches) / "flex";
  const char *home = std::getenv("HOME");
  return home ? std::filesystem::path(home) / ".cache" / "flex" : std::filesystem::path();
}

} // namespace

TuningCache openTuningCache(const flexrt_program &program) {
  const std::filesystem::path folder = cacheFolder();
  const std::string machine =
      cpuText() + ", " + program.cpu + ", kernels " + std::string(program.kernels).substr(0, 16);
  return TuningCache(folder.empty() ? folder : folder / "algorithms.jsonl", machine);
}

} // namespace flexrt
