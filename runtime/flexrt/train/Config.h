/// Everything that a run can be told: the network's settings and the runtime's own keys, all set by `key=value`.
///
/// Later wins: the defaults of the source, the recipe, the configuration of the run that is resumed, the command line.
#pragma once

#include "flexrt/abi/flexrt.h"
#include "flexrt/train/Duration.h"
#include "flexrt/train/Stalls.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace flexrt {

/// Which epoch's parameters count in the end.
struct Keep {
  enum Rule { last, lowest, highest } rule = last;
  std::string scalar; ///< unless last
};

/// Where the scalars come from that choose the best epoch.
struct Validation {
  double fraction = 0.1; ///< of the training samples, held out; 0: none
  bool onTest = false;   ///< the test split chooses (as published results often do): labelled as such
};

class Config {
public:
  explicit Config(const flexrt_network &network);

  /// `key` may be any unique ending of a setting's path, cut at a dot. Throws Error with suggestions for an unknown
  /// key, and with an example for a value of the wrong type.
  void set(const std::string &key, const std::string &value);
  /// "key=value"
  void assign(const std::string &assignment);

  /// A key as `info` lists it, and as the resolved configuration stores it.
  struct Entry {
    std::string key, value, help;
    bool ofNetwork = false; ///< a setting of the source, not of the runtime
  };
  std::vector<Entry> entries() const;

  /// Settings by index, durations in steps.
  std::vector<double> settingValues(int64_t stepsPerEpoch) const;
  /// Length of the training. Throws Error if neither the recipe nor the user says.
  int64_t lengthInSteps(int64_t stepsPerEpoch) const;
  int64_t batch() const;
  /// How `stalls` is counted, if the recipe reads it.
  std::optional<StallRule> stallRule(int64_t stepsPerEpoch) const;
  /// YAML of the data clause with the user's data.<key>=value merged in.
  const std::string &data() const { return data_; }
  /// The full name of the key that `name` stands for. Throws Error with suggestions.
  std::string resolve(const std::string &name) const;
  bool has(const std::string &name) const;

  uint64_t seed = 0;
  int threads = 0; ///< 0: as many as there are
  std::optional<int32_t> algorithm; ///< of all convolutions; else each has its own
  bool tune = true;                 ///< algorithms are chosen by measured times
  bool keepsSpectra = true;         ///< what is transformed for a convolution serves its gradients
  std::string choices;              ///< a run, or its file, whose choices of algorithms are repeated; "": none
  std::string dataRoot;
  std::string runFolder = "runs";
  Duration checkpointEvery{5, Duration::minutes};
  int64_t accumulate = 1;
  double clip = 0; ///< 0: off
  Validation validation;
  Keep keep;
  Duration stopAfter{0, Duration::epochs}; ///< without a better epoch; 0: never

private:
  struct Key {
    std::string name, help, example;
    std::function<void(const std::string &)> set;
    std::function<std::string()> get;
    bool ofNetwork = false;
  };

  void addRuntimeKeys();
  void addSettings();
  void readRecipe();
  void setData(const std::string &key, const std::string &value);
  void setClause(const std::string &text);
  void mergeData();
  Keep parseKeep(const std::string &text) const;
  const Key *find(const std::string &name) const;
  [[noreturn]] void unknown(const std::string &name) const;

  const flexrt_network &network_;
  std::vector<Key> keys_;
  std::vector<Duration> durations_; ///< by setting; `amount` alone where it is no duration
  std::string clause_, data_; ///< as it is written, and with the changes
  std::map<std::string, std::string> dataChanges_;
  int lengthSetting_ = -1, batchSetting_ = -1; ///< settings that the recipe names
  std::optional<Duration> length_;
  int64_t batch_ = 0;
  std::map<std::string, std::string> stalls_; ///< patience, ...: a number, or the name of a setting
  bool countsStalls_ = false;

  Config(const Config &) = delete; // the keys refer to this object
};

} // namespace flexrt
