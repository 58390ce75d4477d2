/// The commands of a compiled network, each a function of what the command line said.
#pragma once

#include "flexrt/train/ConfigFile.h"
#include "flexrt/train/Data.h"
#include "flexrt/train/RunFolder.h"

#include <string>
#include <vector>

namespace flexrt {

/// What every command starts from.
struct Context {
  const flexrt_program &program;
  std::string name; ///< of the binary, for run folders and messages
  DataSource data;
};

struct TrainArguments {
  std::vector<std::string> words; ///< an experiment, and key=value
  std::string from;               ///< checkpoint whose parameters to start from
  std::string newHead;            ///< path of what starts fresh all the same; "": nothing
  std::string resolution;         ///< of the data; "": its own
  bool asPaper = false;           ///< the epoch is chosen as the paper's code does
};
struct ResumeArguments {
  std::string run;
  std::vector<std::string> words;
};
struct EvalArguments {
  std::vector<std::string> words;
  std::string checkpoint = "best", split = "test", dump, resolution;
  bool json = false;
};
struct FitArguments {
  std::vector<std::string> words, pictures;
  std::string output;
  int64_t every = 100;
  bool all = false;
};
struct InfoArguments {
  std::vector<std::string> words;
  std::string checkpoint, size, resolution;
  bool json = false, onlyBands = false;
};
struct CrossResArguments {
  std::vector<std::string> words;
  std::string source = "16", target = "32"; ///< resolutions
  std::vector<uint64_t> seeds = {0, 1, 2};
  bool asPaper = false;
};
struct PredictArguments {
  std::vector<std::string> words, files;
  std::string checkpoint = "best", resolution;
  int64_t top = 3;
  bool json = false;
};
struct ImportArguments {
  std::vector<std::string> words;
  std::string authors, output;
};
struct KernelsArguments {
  std::vector<std::string> words;
  std::string checkpoint = "best", output;
};
struct ProbeArguments {
  std::vector<std::string> words;
  std::string parameters, batch, output;
  std::vector<std::string> others; ///< parameters whose loss is computed as well
  int64_t steps = 0, batchSize = 0;
};

struct BenchArguments {
  std::vector<std::string> words, set;
  std::string size, work = "both";
  int64_t batch = 64, repeat = 5;
  bool values = false;
};

struct ProfileArguments {
  std::vector<std::string> words, set;
  std::string checkpoint, size, trace;
  int64_t batch = 64, repeat = 5;
  bool json = false;
};

/// Each returns the process's exit code and throws Error.
int runTrain(const Context &context, const TrainArguments &arguments);
int runResume(const Context &context, const ResumeArguments &arguments);
int runEval(const Context &context, const EvalArguments &arguments);
int runCrossRes(const Context &context, const CrossResArguments &arguments);
int runPredict(const Context &context, const PredictArguments &arguments);
int runFit(const Context &context, const FitArguments &arguments);
int runInfo(const Context &context, const InfoArguments &arguments);
int runImport(const Context &context, const ImportArguments &arguments);
int runKernels(const Context &context, const KernelsArguments &arguments);
int runBench(const Context &context, const BenchArguments &arguments);
int runProfile(const Context &context, const ProfileArguments &arguments);
int runClaims(const Context &context);
int runProbe(const Context &context, const ProbeArguments &arguments);

/// The whole command line; flexrt_main with the data sets given.
int runCommandLine(int argc, char **argv, const flexrt_program &program, const DataSource &data);

} // namespace flexrt
