/// One training run, for `train`, `resume` and the stages of a plan. Both give the process's exit code and throw Error.
#pragma once

#include "flexrt/cli/Session.h"
#include "flexrt/train/Plan.h"

#include <functional>

namespace flexrt {

/// Trains from the beginning, with the parameters of the checkpoint `from` unless that is "". The folder is made when all
/// that can be wrong before the first step has been looked at. What lies under the path `newHead` starts fresh all the same.
int startRun(const Context &context, const Words &words, const std::string &from,
             const std::function<RunFolder(const Session &)> &makeFolder, const std::string &newHead = "");

/// Goes on with a run that has a checkpoint. `changes` are key=value.
int continueRun(const Context &context, const RunFolder &folder, const std::vector<std::string> &changes);

/// The plan that the words' experiment names, if it is one of several stages.
std::optional<Plan> findPlan(const Context &context, const Words &words);
/// `asPaper`: every stage that trains by `paperProtocol`.
int startPlan(const Context &context, const Plan &plan, const Words &words, bool asPaper);
/// Whether a plan runs in that folder; goes on with it.
bool isPlanFolder(const std::filesystem::path &folder);
int continuePlan(const Context &context, const std::filesystem::path &folder, const std::vector<std::string> &changes);

/// What `--paper-protocol` sets, as key=value, for a network and the data that it is to be trained on. Throws Error if the
/// assignments say otherwise.
std::vector<std::string> paperProtocol(const flexrt_network &network, const std::vector<std::string> &assignments);

/// The plan of `crossres` as its folder describes it, in YAML. Throws Error.
Plan crossResPlan(const Context &context, const std::string &description);

} // namespace flexrt
