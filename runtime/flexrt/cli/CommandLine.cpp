/// The command line of every compiled network: flags, help, and errors as the user sees them.
#include "flexrt/cli/Commands.h"
#include "flexrt/cli/Main.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/ProcessMemory.h"
#include "flexrt/core/Suggest.h"
#include "flexrt/train/Program.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <malloc.h>
#include <yaml-cpp/yaml.h>

namespace flexrt {
namespace {

const CLI::Range atLeastOne(1, 1 << 30, "1 OR MORE");

const char *const wordsHelp = "an experiment (default: main), and key=value settings; 'info' lists the keys";

const char *const footer = R"(
Settings are given as key=value, in any order: seed=1 length='20 epochs' lr=0.002 data.root=~/data
Later wins: the source's defaults, its recipe, the run that is resumed, the command line.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 NaN or infinity, 4 a 'require' failed, 130 stopped by a signal after saving.)";

/// The flags of all commands, and which command was chosen.
struct Parsed {
  TrainArguments train;
  ResumeArguments resume;
  FitArguments fit;
  EvalArguments eval;
  CrossResArguments crossRes;
  PredictArguments predict;
  InfoArguments info;
  ImportArguments import;
  KernelsArguments kernels;
  BenchArguments bench;
  ProfileArguments profile;
  ProbeArguments probe;
  std::function<int(const Context &)> chosen;
};

void addTraining(CLI::App &app, Parsed &parsed) {
  CLI::App *train = app.add_subcommand("train", "train an experiment in a new run folder, and evaluate it");
  train->add_option("words", parsed.train.words, wordsHelp);
  train->add_option("--from", parsed.train.from, "start from the parameters of a run folder or a checkpoint");
  train->add_option("--resolution", parsed.train.resolution, "read the data at this size (16, 16x24)");
  train->add_flag("--new-head{head}", parsed.train.newHead,
                  "with --from: what lies under the path 'head' (or --new-head=PATH) starts fresh");
  train->add_flag("--paper-protocol", parsed.train.asPaper,
                  "choose the epoch as the paper's code does: images by the test split; stop=100 epochs");
  train->callback([&] { parsed.chosen = [&](const Context &c) { return runTrain(c, parsed.train); }; });

  CLI::App *resume = app.add_subcommand("resume", "go on with a run, exactly as if it had not been interrupted");
  resume->add_option("run", parsed.resume.run, "run folder")->required();
  resume->add_option("words", parsed.resume.words,
                     "key=value: threads, data.root, checkpoint.every, and the network's settings");
  resume->callback([&] { parsed.chosen = [&](const Context &c) { return runResume(c, parsed.resume); }; });

  CLI::App *fit = app.add_subcommand("fit", "fit networks of positions to pictures; goes on with what it has begun");
  fit->add_option("words", parsed.fit.words, wordsHelp);
  fit->add_option("--pictures", parsed.fit.pictures, "PNG or npy files, one fit each; default: the experiment's own");
  fit->add_option("-o,--output", parsed.fit.output, "folder of the results")->required();
  fit->add_option("--every", parsed.fit.every, "steps between two lines of the curve")
      ->check(atLeastOne)
      ->capture_default_str();
  fit->add_flag("--all", parsed.fit.all, "every experiment of the program");
  fit->callback([&] { parsed.chosen = [&](const Context &c) { return runFit(c, parsed.fit); }; });
}

void addResolutions(CLI::App &app, Parsed &parsed) {
  CLI::App *crossRes = app.add_subcommand(
      "crossres", "train at one resolution, evaluate at another, fine-tune there; over several seeds");
  crossRes->add_option("words", parsed.crossRes.words, wordsHelp);
  crossRes->add_option("--source", parsed.crossRes.source, "size that is trained at")->capture_default_str();
  crossRes->add_option("--target", parsed.crossRes.target, "size that it is taken to")->capture_default_str();
  crossRes->add_option("--seeds", parsed.crossRes.seeds, "one run each")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  crossRes->add_flag("--paper-protocol", parsed.crossRes.asPaper,
                  "choose the epoch as the paper's code does: images by the test split; stop=100 epochs");
  crossRes->callback([&] { parsed.chosen = [&](const Context &c) { return runCrossRes(c, parsed.crossRes); }; });

  CLI::App *predict = app.add_subcommand("predict", "what a checkpoint makes of files: PNG, WAV, npy");
  predict->add_option("files", parsed.predict.files, "pictures, sounds or arrays")->required();
  predict->add_option("--set", parsed.predict.words, "an experiment, or a key=value setting")->allow_extra_args(false);
  predict->add_option("--checkpoint", parsed.predict.checkpoint, "best or last of the newest run, a run folder, or a file")
      ->capture_default_str();
  predict->add_option("--resolution", parsed.predict.resolution,
                      "bring the files to this size, or leave them as they are: own; default: the size trained at");
  predict->add_option("--top", parsed.predict.top, "so many classes")->check(atLeastOne)->capture_default_str();
  predict->add_flag("--json", parsed.predict.json, "print JSON with all outputs");
  predict->callback([&] { parsed.chosen = [&](const Context &c) { return runPredict(c, parsed.predict); }; });
}

void addReports(CLI::App &app, Parsed &parsed) {
  const char *const checkpointHelp = "best or last of the newest run, a run folder, or a file";
  CLI::App *eval = app.add_subcommand("eval", "loss and metric of a checkpoint");
  eval->add_option("words", parsed.eval.words, wordsHelp);
  eval->add_option("--checkpoint", parsed.eval.checkpoint, checkpointHelp)->capture_default_str();
  eval->add_option("--split", parsed.eval.split, "test or train")
      ->check(CLI::IsMember({"test", "train"}))
      ->capture_default_str();
  eval->add_option("--resolution", parsed.eval.resolution, "read the data at this size (64, 64x48)");
  eval->add_option("--dump", parsed.eval.dump, "write the outputs and targets to this safetensors file");
  eval->add_flag("--json", parsed.eval.json, "print one line of JSON");
  eval->callback([&] { parsed.chosen = [&](const Context &c) { return runEval(c, parsed.eval); }; });

  CLI::App *info = app.add_subcommand("info", "experiments, settings, layers and their costs");
  info->add_option("words", parsed.info.words, wordsHelp);
  info->add_option("--checkpoint", parsed.info.checkpoint,
                   "kernel sizes of this checkpoint instead of the initial ones");
  info->add_option("--size", parsed.info.size, "size of the data (784, 32x32); default: the data set's");
  info->add_option("--resolution", parsed.info.resolution,
                   "like --size, and whether the kernels' frequencies fit the grid at that size");
  info->add_flag("--only-bands", parsed.info.onlyBands, "with --resolution: nothing but that");
  info->add_flag("--json", parsed.info.json, "print JSON");
  info->callback([&] { parsed.chosen = [&](const Context &c) { return runInfo(c, parsed.info); }; });

  CLI::App *kernels = app.add_subcommand("kernels", "a PNG of what each convolution learned, and the sizes");
  kernels->add_option("words", parsed.kernels.words, wordsHelp);
  kernels->add_option("--checkpoint", parsed.kernels.checkpoint, checkpointHelp)->capture_default_str();
  kernels->add_option("-o,--output", parsed.kernels.output, "PNG file")->required();
  kernels->callback([&] { parsed.chosen = [&](const Context &c) { return runKernels(c, parsed.kernels); }; });
}

void addTools(CLI::App &app, Parsed &parsed) {
  CLI::App *import = app.add_subcommand("import", "make a checkpoint of parameters that another program saved");
  import->add_option("words", parsed.import.words, wordsHelp);
  import->add_option("--authors", parsed.import.authors, "safetensors or PyTorch file, names as declared with `as`")
      ->required();
  import->add_option("-o,--output", parsed.import.output, "checkpoint to write")->required();
  import->callback([&] { parsed.chosen = [&](const Context &c) { return runImport(c, parsed.import); }; });

  CLI::App *bench = app.add_subcommand("bench", "time a training step and an evaluation on a random batch, as JSON");
  bench->add_option("words", parsed.bench.words, wordsHelp);
  bench->add_option("--size", parsed.bench.size, "size of the data (784, 32x32)")->required();
  bench->add_option("--batch", parsed.bench.batch, "samples")->check(atLeastOne)->capture_default_str();
  bench->add_option("--repeat", parsed.bench.repeat, "timed repetitions")->check(atLeastOne)->capture_default_str();
  bench->add_option("--work", parsed.bench.work, "what is timed: step, evaluate or both")
      ->check(CLI::IsMember({"step", "evaluate", "both"}))
      ->capture_default_str();
  bench->add_option("--set", parsed.bench.set, "parameters by the end of their path: mask.sigma=0.3")
      ->type_name("PATH=NUMBER")
      ->allow_extra_args(false);
  bench->add_flag("--values", parsed.bench.values, "also the time of each value that a step keeps");
  bench->callback([&] { parsed.chosen = [&](const Context &c) { return runBench(c, parsed.bench); }; });

  CLI::App *profile =
      app.add_subcommand("profile", "where the time of a training step goes, layer by layer, on a random batch");
  profile->add_option("words", parsed.profile.words, wordsHelp);
  profile->add_option("--checkpoint", parsed.profile.checkpoint,
                      "parameters, and so kernel sizes, of this checkpoint instead of the initial ones");
  profile->add_option("--size", parsed.profile.size, "size of the data (784, 32x32); default: the data set's");
  profile->add_option("--batch", parsed.profile.batch, "samples")->check(atLeastOne)->capture_default_str();
  profile->add_option("--repeat", parsed.profile.repeat, "steps, of which the medians count")
      ->check(atLeastOne)
      ->capture_default_str();
  profile->add_option("--set", parsed.profile.set, "parameters by the end of their path: mask.sigma=0.3")
      ->type_name("PATH=NUMBER")
      ->allow_extra_args(false);
  profile->add_option("--trace", parsed.profile.trace, "also write a step as events, for Perfetto or chrome://tracing");
  profile->add_flag("--json", parsed.profile.json, "print JSON");
  profile->callback([&] { parsed.chosen = [&](const Context &c) { return runProfile(c, parsed.profile); }; });

  CLI::App *claims = app.add_subcommand("claims", "whether masks and kernels are what they state")->group("");
  claims->callback([&] { parsed.chosen = [](const Context &c) { return runClaims(c); }; });

  // For developers: left out of the help, described in docs/runtime.md.
  CLI::App *probe =
      app.add_subcommand("probe", "compute on a given batch and write everything that comes out")->group("");
  probe->add_option("words", parsed.probe.words, wordsHelp);
  probe->add_option("--parameters", parsed.probe.parameters,
                    "parameters by our paths or the authors' names; default: initialised");
  probe->add_option("--others", parsed.probe.others, "also the loss with each of these, at the kernel sizes of the first");
  probe->add_option("--batch", parsed.probe.batch, "safetensors file with input and target")->required();
  probe->add_option("-o,--output", parsed.probe.output, "safetensors file to write")->required();
  probe->add_option("--steps", parsed.probe.steps, "also do so many optimiser steps")->check(CLI::NonNegativeNumber);
  probe->add_option("--batch-size", parsed.probe.batchSize, "samples of a step; default: all")
      ->check(atLeastOne);
  probe->callback([&] { parsed.chosen = [&](const Context &c) { return runProbe(c, parsed.probe); }; });
}

/// CLI11 would only say that a command is missing.
void checkCommand(const CLI::App &app, const std::string &word) {
  if (word.empty() || word[0] == '-')
    return;
  std::vector<std::string> names;
  std::string list;
  for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; })) {
    if (command->get_name() == word)
      return;
    if (command->get_group().empty()) // hidden
      continue;
    names.push_back(command->get_name());
    list += (list.empty() ? "" : ", ") + command->get_name();
  }
  const std::string near = nearest(word, names);
  throw Error("there is no command '" + word + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"),
              "there are: " + list, ExitCode::usage);
}

std::string baseName(const char *path) {
  const std::string name = std::filesystem::path(path).filename();
  return name.empty() ? "net" : name;
}

int report(const std::string &message, const std::string &hint, ExitCode code) {
  std::fflush(stdout);
  std::fprintf(stderr, "error: %s\n", message.c_str());
  if (!hint.empty())
    std::fprintf(stderr, "hint: %s\n", hint.c_str());
  return int(code);
}

/// What was printed may still wait in memory, and not fit on the disk.
int finishOutput(int code) {
  if (std::fflush(stdout) != 0 || std::ferror(stdout))
    return report("cannot write to the standard output", "", ExitCode::failed);
  return code;
}

} // namespace

int runCommandLine(int argc, char **argv, const flexrt_program &program, const DataSource &data) {
  Parsed parsed;
  const std::string name = baseName(argc > 0 ? argv[0] : "");
  try {
    verifyProgram(program, cpuFeatures());
    CLI::App app("A network compiled from " + std::string(program.source), name);
    app.footer(footer);
    app.require_subcommand(1);
    app.fallthrough(false);
    addTraining(app, parsed);
    addResolutions(app, parsed);
    addReports(app, parsed);
    addTools(app, parsed);
    checkCommand(app, argc > 1 ? argv[1] : "");
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
      return app.exit(error) == 0 ? finishOutput(0) : int(ExitCode::usage);
    }
    return finishOutput(parsed.chosen({program, name, data}));
  } catch (const Error &error) {
    return report(error.what(), error.hint(), error.code());
  } catch (const std::bad_alloc &) {
    return report("out of memory", "a smaller batch, or accumulate=2, needs less", ExitCode::failed);
  } catch (const std::exception &error) {
    return report(error.what(), "", ExitCode::failed);
  }
}

} // namespace flexrt

int flexrt_main(int argc, char **argv, const flexrt_program *program) {
  // Library calls allocate and free large arrays in every step: keep them, rather than fetch zeroed pages each time.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  flexrt::noteStartOfProcess();
  return flexrt::runCommandLine(
      argc, argv, *program,
      [](const std::string &description, const std::string &root, flexrt::Split split, uint64_t seed) {
        return flexrt::makeDataset(YAML::Load(description), root, split, seed);
      });
}
