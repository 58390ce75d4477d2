#include "flexrt/core/ProcessMemory.h"

#include <fstream>
#include <string>

namespace flexrt {
namespace {

/// A line of /proc/self/status, in bytes.
int64_t statusBytes(const std::string &key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key + ":"))
      return std::stoll(line.substr(key.size() + 1)) * 1024;
  return 0;
}

int64_t residentAtStart = 0;

} // namespace

int64_t residentBytes() { return statusBytes("VmRSS"); }
int64_t peakResidentBytes() { return statusBytes("VmHWM"); }

void noteStartOfProcess() { residentAtStart = residentBytes(); }
int64_t peakGrowthBytes() { return peakResidentBytes() - residentAtStart; }

} // namespace flexrt
