/// What several commands share: reading the words of a command line, finding checkpoints, loading them into a model.
#pragma once

#include "flexrt/cli/Commands.h"
#include "flexrt/core/SizeText.h"

#include <functional>
#include <optional>

namespace flexrt {

/// An experiment and assignments, told apart by '='.
struct Words {
  std::string experiment;
  std::vector<std::string> assignments;
  explicit Words(const std::vector<std::string> &words);
};

/// Name of the runs of an experiment: the binary's, with the experiment's unless it is main.
std::string runName(const Context &context, const flexrt_network &network);

/// A checkpoint, and the run that it belongs to.
struct FoundCheckpoint {
  std::string path;
  TensorFile file;
  std::optional<StoredConfig> config; ///< of the run folder it lies in
};

/// `spec`: "best" or "last" of the newest run of `experiment`; a run folder (its best, else its last); a file.
FoundCheckpoint findCheckpoint(const Context &context, const Words &words, const std::string &spec);

/// A network with parameters, as a run or a checkpoint left them.
struct Session {
  const flexrt_network &network;
  Config config;
  Model model;
  std::array<int64_t, 2> trainedSize = {0, 0}; ///< {0, 0} if the checkpoint does not say

  /// From a checkpoint: its experiment, its run's configuration, then the words' assignments.
  Session(const Context &context, const Words &words, const FoundCheckpoint &checkpoint);
  /// Without one: freshly initialised.
  Session(const Context &context, const Words &words);

private:
  void start(const flexrt_program &program, const Words &words, const std::optional<StoredConfig> &stored);
};

/// From the checkpoint that `spec` names; freshly initialised for "".
Session openSession(const Context &context, const Words &words, const std::string &spec);

/// The size to compute for: what the user says ("" for nothing), else the checkpoint's, else the data's. None if the data
/// cannot be found; `why` then says so.
std::optional<std::array<int64_t, 2>> findDataSize(const Context &context, const Session &session,
                                                   const std::string &size, std::string &why);

/// "data.resize=..." for a resolution, "16" or "16x24".
std::string resizeAssignment(const std::string &resolution);

/// Scalars of the session's network, which came from `checkpoint`, on all samples of `split`. Throws Interrupted and Error.
Scalars evaluateOn(Session &session, const Dataset &data, const std::string &checkpoint, const std::string &split,
                   const std::function<void(const BatchView &, const Buffer &)> &sink = {});

/// "32x48" or "32", for data of that rank; of rank 0, which is not known yet, one number. Throws Error.
std::array<int64_t, 2> parseSize(const std::string &text, int rank);

} // namespace flexrt
