// One line a fact, as JSON. Lines are short and written at once, so that several processes may append.
#include "flexrt/core/Error.h"
#include "flexrt/train/Algorithms.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <utility>

namespace flexrt {

using Json = nlohmann::ordered_json;

TuningCache::TuningCache(std::filesystem::path file, std::string machine)
    : file_(std::move(file)), machine_(std::move(machine)) {
  read();
}

void TuningCache::read() {
  std::ifstream lines(file_);
  for (std::string line; std::getline(lines, line);)
    try {
      take(line);
    } catch (const Json::exception &) {
      // A line that was never finished, or that somebody has changed, is none.
    }
}

void TuningCache::take(const std::string &line) {
  const Json entry = Json::parse(line);
  if (entry.at("machine").get<std::string>() != machine_)
    return;
  if (!entry.contains("flops")) {
    if (const auto algorithm = algorithmOf(entry.at("algorithm").get<std::string>()))
      algorithms_.emplace(entry.at("convolution").get<std::string>(), *algorithm);
    return;
  }
  const MachineRates rates{entry.at("flops").get<double>(), entry.at("bytes").get<double>(), entry.at("cached").get<double>(),
                           entry.at("near").get<int64_t>()};
  const auto isRate = [](double rate) { return std::isfinite(rate) && rate > 0; };
  if (isRate(rates.flops) && isRate(rates.bytes) && isRate(rates.cached))
    rates_.emplace(entry.at("dtype").get<int32_t>(), rates);
}

std::optional<int32_t> TuningCache::algorithm(const std::string &shape) const {
  const auto found = algorithms_.find(shape);
  return found == algorithms_.end() ? std::nullopt : std::optional(found->second);
}

int32_t TuningCache::keepAlgorithm(const std::string &shape, int32_t algorithm, const std::string &times) {
  const Json entry = {{"machine", machine_},
                      {"convolution", shape},
                      {"algorithm", algorithmName(algorithm)},
                      {"milliseconds", Json::parse(times)}};
  append(entry.dump() + "\n");
  read(); // another process may have measured the same at the same time
  return algorithms_.emplace(shape, algorithm).first->second;
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
                      {"cached", rates.cached},
                      {"near", rates.near}};
  append(entry.dump() + "\n");
}

/// A cache is a help, never a condition: what cannot be kept is measured again by the next process.
void TuningCache::append(const std::string &line) {
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  const int file = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  char last = '\n'; // of a line that a process which died has not finished, perhaps
  const off_t end = file < 0 ? 0 : ::lseek(file, 0, SEEK_END);
  if (end > 0 && ::pread(file, &last, 1, end - 1) != 1)
    last = '\n';
  const std::string text = last == '\n' ? line : "\n" + line;
  const ssize_t written = file < 0 ? -1 : ::write(file, text.data(), text.size());
  if (written < 0 && !std::exchange(hasFailed_, true))
    std::fprintf(stderr, "note: what was measured is not kept: '%s': %s\n", file_.c_str(), std::strerror(errno));
  if (file >= 0)
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
