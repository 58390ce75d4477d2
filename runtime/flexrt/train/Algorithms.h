/// Which algorithm each convolution of a network takes, at the sizes at hand.
///
/// In this order: the one that the user asks for; what the run's record says, or that of the run which is repeated; what
/// was measured before on this machine; of those that the network's own estimate finds near the best, the one that is
/// fastest now; without measurements, the best estimate. A choice is written to the run's record before it is first used,
/// so that a run that goes on computes with the same bits.
#pragma once

#include "flexrt/abi/flexrt.h"
#include "flexrt/core/AtomicFile.h"
#include "flexrt/report/Rates.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace flexrt {

/// As flexrt.h spells it: "spectral".
const char *algorithmName(int32_t algorithm);
std::optional<int32_t> algorithmOf(const std::string &name);
/// What may be asked for: "auto, direct, ... or basis".
std::string algorithmChoices();
/// Throws Error unless it is one of these; nothing for "auto".
std::optional<int32_t> parseAlgorithm(const std::string &text);

/// What was measured on machines of one kind, in a file that only grows. The first line about something counts: processes
/// that measure the same at the same time go on with the same.
class TuningCache {
public:
  /// `machine`: the CPU and the code that was timed. A file that cannot be read is empty, one that cannot be written
  /// stays as it is.
  TuningCache(std::filesystem::path file, std::string machine);

  std::optional<int32_t> algorithm(const std::string &shape) const;
  /// What the file says about the shape then: this, unless another process was first.
  int32_t keepAlgorithm(const std::string &shape, int32_t algorithm, const std::string &times);
  std::optional<MachineRates> rates(int32_t dtype) const;
  void keepRates(int32_t dtype, const MachineRates &rates);

private:
  void read();
  void take(const std::string &line);
  void append(const std::string &line);

  std::filesystem::path file_;
  std::string machine_;
  std::map<std::string, int32_t> algorithms_;
  std::map<int32_t, MachineRates> rates_;
  bool hasFailed_ = false; ///< to write, which has been said
};

/// The cache of this user (FLEX_CACHE, or flex in the system's folder for caches), for `program` on this CPU.
TuningCache openTuningCache(const flexrt_program &program);

class Algorithms {
public:
  explicit Algorithms(const flexrt_network &network) : network_(network) {}

  std::optional<int32_t> only;      ///< the user's; basis is spectral where taps are no mixtures
  bool tune = false;                ///< whether times may be measured, and those measured before count
  std::optional<TuningCache> cache; ///< without it, nothing outlives the process

  /// Takes over the choices of a run's record, which come before all but the user's.
  void obey(const std::filesystem::path &record);
  /// Obeys the record if it is there, cuts off what a process that died left of a line, and writes every further choice
  /// to it before it is used.
  void recordTo(const std::filesystem::path &record);

  enum class Purpose {
    plan, ///< nothing is measured, nothing recorded: for saying what would be needed
    run
  };
  /// The table for compiled code, for the run's extents and samples. `training`: of all convolutions, else of those that
  /// inference has. Throws Error if the user's algorithm is impossible.
  const int32_t *choose(flexrt_run run, bool training, Purpose purpose);
  /// For `flexrt_run`, once algorithms are chosen; 0 where none of them asks, so that nothing is measured in vain.
  int64_t nearBytes();

private:
  /// Bytes of whole lines.
  int64_t read(const std::filesystem::path &record);
  struct Choice {
    int32_t algorithm;
    std::string by, times; ///< times as JSON, "" if none were measured
  };
  std::string shapeOf(const flexrt_run &run, int32_t convolution) const;
  Choice decide(const flexrt_run &run, int32_t convolution, const std::string &shape, Purpose purpose);
  Choice fastest(flexrt_run run, int32_t convolution, const std::vector<int32_t> &candidates,
                 const std::vector<flexrt_estimate> &estimates);
  double measure(const flexrt_run &run, int32_t convolution) const;
  const MachineRates &rates();
  [[noreturn]] void impossible(const flexrt_run &run, int32_t convolution) const;

  const flexrt_network &network_;
  std::vector<int32_t> table_;
  std::map<std::string, int32_t> known_, obeyed_;
  std::set<std::string> recorded_; ///< shapes that are in the record
  std::vector<int64_t> sizes_; ///< that the table was last filled for
  std::unique_ptr<AppendFile> record_;
  std::optional<MachineRates> rates_;
};

} // namespace flexrt
