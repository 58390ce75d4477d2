// The commands of a program: results, files, exit codes; in processes of their own where they are killed.
#include "DataTesting.h"
#include "FakeNetwork.h"

#include "flexrt/checkpoint/Safetensors.h"
#include "flexrt/cli/TrainRun.h"
#include "flexrt/core/AtomicFile.h"

#include <csignal>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <thread>

namespace flexrt::testing {
namespace {

struct Ended {
  int code = -1;
  std::string output; ///< stdout and stderr
};

/// One run of the fake network's program in `folder`.
class Child {
public:
  Child(const Folder &folder, std::vector<std::string> arguments, int sleepMicroseconds = 0)
      : log_(folder.path() + "/output" + std::to_string(++count_)) {
    arguments.insert(arguments.begin(), {fs::read_symlink("/proc/self/exe").string(), "--child"});
    std::vector<char *> raw;
    for (std::string &argument : arguments)
      raw.push_back(argument.data());
    raw.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      const int file = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
      if (::chdir(folder.path().c_str()) == 0 && dup2(file, 1) >= 0 && dup2(file, 2) >= 0) {
        setenv("FAKE_SLEEP", std::to_string(sleepMicroseconds).c_str(), 1);
        execv(raw[0], raw.data());
      }
      _exit(99);
    }
  }
  void signal(int number) const { ::kill(process_, number); }
  Ended wait() const {
    int status = 0;
    waitpid(process_, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), readFile(log_)};
  }

private:
  static inline int count_ = 0;
  std::string log_;
  pid_t process_;
};

struct CommandLine : ::testing::Test {
  Folder folder;

  CommandLine() : before_(fs::current_path()) {
    fs::current_path(folder.path());
    fakeFaults() = {};
  }
  ~CommandLine() override { fs::current_path(before_); }

  /// In this process: starting one means loading libtorch.
  Ended run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "fake");
    std::vector<char *> raw;
    for (std::string &argument : arguments)
      raw.push_back(argument.data());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = runCommandLine(int(raw.size()), raw.data(), fakeProgram(), fakeData());
    const std::string output = ::testing::internal::GetCapturedStdout();
    return {code, output + ::testing::internal::GetCapturedStderr()};
  }
  std::string at(const std::string &name) const { return folder.path() + "/" + name; }

  void expectFailure(const std::vector<std::string> &arguments, int code, const std::vector<std::string> &parts) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, code) << ended.output;
    for (const std::string &part : parts)
      EXPECT_NE(ended.output.find(part), std::string::npos) << "'" << part << "' is not in: " << ended.output;
  }

  /// The log without what depends on the clock.
  std::vector<nlohmann::json> log(const std::string &run) const {
    std::vector<nlohmann::json> lines;
    std::istringstream stream(readFile(at(run + "/log.jsonl")));
    for (std::string line; std::getline(stream, line);) {
      lines.push_back(nlohmann::json::parse(line));
      lines.back().erase("seconds");
    }
    return lines;
  }

  void expectSameRun(const std::string &a, const std::string &b) const {
    EXPECT_EQ(log(a), log(b));
    for (const char *name : {"/checkpoints/last.safetensors", "/checkpoints/best.safetensors"}) {
      const TensorFile left = readSafetensors(at(a + name)), right = readSafetensors(at(b + name));
      ASSERT_EQ(left.tensors.size(), right.tensors.size());
      for (const auto &[tensor, value] : left.tensors)
        EXPECT_EQ(value.bytes, right.tensors.at(tensor).bytes) << tensor;
    }
    auto left = nlohmann::json::parse(readFile(at(a + "/record.json"))),
         right = nlohmann::json::parse(readFile(at(b + "/record.json")));
    left.erase("seconds");
    right.erase("seconds");
    EXPECT_EQ(left, right);
  }

private:
  fs::path before_;
};

TEST_F(CommandLine, TrainsEvaluatesAndSaysWhatCameOut) {
  const Ended ended = run({"train", "seed=2", "threads=2"});
  ASSERT_EQ(ended.code, 0) << ended.output;
  EXPECT_NE(ended.output.find("next: ./fake eval --checkpoint runs/fake-0001"), std::string::npos) << ended.output;
  const auto lines = log("runs/fake-0001");
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_LT(lines[3]["train"]["loss"], lines[0]["train"]["loss"]);
  EXPECT_TRUE(lines[0]["validation"].contains("metric"));
  EXPECT_TRUE(lines[0]["kernels"]["conv"].is_array());
  EXPECT_GT(lines[0]["step_rms"]["bias"], 0);
  const auto record = nlohmann::json::parse(readFile(at("runs/fake-0001/record.json")));
  EXPECT_EQ(record["steps"], 48);
  EXPECT_GT(record["test"]["metric"], 0.8);
  const std::string config = readFile(at("runs/fake-0001/config.yaml"));
  for (const char *part :
       {"source_hash: 0123abcd", "seed: 2", "dtype: f32", "steps_per_epoch: 12", "held_out_samples: 20"})
    EXPECT_NE(config.find(part), std::string::npos) << config;

  const Ended eval = run({"eval", "--json", "--dump", "out.safetensors"});
  ASSERT_EQ(eval.code, 0) << eval.output;
  EXPECT_EQ(nlohmann::json::parse(eval.output)["metric"], record["test"]["metric"]);
  EXPECT_EQ(readSafetensors(at("out.safetensors")).tensors.at("output").shape, (std::vector<int64_t>{40, 4}));
}

TEST_F(CommandLine, RunFoldersAreNeverUsedTwice) {
  for (const char *name : {"runs/fake-0001", "runs/fake-0002"}) {
    ASSERT_EQ(run({"train", "epochs=1"}).code, 0);
    EXPECT_TRUE(fs::exists(at(std::string(name) + "/record.json")));
  }
  expectSameRun("runs/fake-0001", "runs/fake-0002");
}

TEST_F(CommandLine, ThreadsDoNotChangeARun) {
  ASSERT_EQ(run({"train", "threads=1"}).code, 0);
  ASSERT_EQ(run({"train", "threads=2"}).code, 0);
  expectSameRun("runs/fake-0001", "runs/fake-0002");
}

TEST_F(CommandLine, KilledAndResumedIsTheSameRun) {
  ASSERT_EQ(run({"train", "epochs=12"}).code, 0);
  Child first(folder, {"train", "epochs=12", "checkpoint.every=5 steps"}, 2000);
  for (int attempt = 0; attempt < 6; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(90 + 37 * attempt));
    if (attempt == 0) {
      while (!fs::exists(at("runs/fake-0002/checkpoints/last.safetensors")))
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      std::this_thread::sleep_for(std::chrono::milliseconds(60));
      first.signal(SIGKILL);
      EXPECT_EQ(first.wait().code, -SIGKILL);
      continue;
    }
    Child again(folder, {"resume", "runs/fake-0002"}, 500);
    std::this_thread::sleep_for(std::chrono::milliseconds(150 + 50 * attempt));
    again.signal(SIGKILL);
    again.wait();
  }
  const Ended last = run({"resume", "runs/fake-0002"});
  ASSERT_EQ(last.code, 0) << last.output;
  expectSameRun("runs/fake-0001", "runs/fake-0002");
  for (const auto &entry : fs::recursive_directory_iterator(at("runs/fake-0002")))
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos);
}

TEST_F(CommandLine, AnEpochSavedAfterItsLastStepIsFinished) {
  ASSERT_EQ(run({"train", "epochs=1"}).code, 0);
  fakeFaults().evaluationFails = true;
  EXPECT_NE(run({"train", "epochs=1", "checkpoint.every=1 steps"}).code, 0);
  EXPECT_TRUE(log("runs/fake-0002").empty());
  fakeFaults().evaluationFails = false;
  const Ended resumed = run({"resume", "runs/fake-0002"});
  ASSERT_EQ(resumed.code, 0) << resumed.output;
  expectSameRun("runs/fake-0001", "runs/fake-0002");
}

TEST_F(CommandLine, ASignalSavesAndResumingIsExact) {
  ASSERT_EQ(run({"train", "epochs=6"}).code, 0);
  Child child(folder, {"train", "epochs=6"}, 5000);
  while (!fs::exists(at("runs/fake-0002/log.jsonl")) || readFile(at("runs/fake-0002/log.jsonl")).empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  child.signal(SIGTERM);
  const Ended stopped = child.wait();
  EXPECT_EQ(stopped.code, 130) << stopped.output;
  EXPECT_NE(stopped.output.find("resume runs/fake-0002"), std::string::npos) << stopped.output;
  EXPECT_FALSE(fs::exists(at("runs/fake-0002/record.json")));
  const Ended resumed = run({"resume", "runs/fake-0002", "threads=1"});
  ASSERT_EQ(resumed.code, 0) << resumed.output;
  expectSameRun("runs/fake-0001", "runs/fake-0002");
}

TEST_F(CommandLine, AFinishedRunCanBeMadeLonger) {
  ASSERT_EQ(run({"train", "epochs=2"}).code, 0);
  ASSERT_EQ(run({"resume", "runs/fake-0001", "length=3 epochs"}).code, 0);
  EXPECT_EQ(log("runs/fake-0001").size(), 3u);
  EXPECT_NE(readFile(at("runs/fake-0001/config.yaml")).find("length=3 epochs"), std::string::npos);
  expectFailure({"resume", "runs/fake-0001", "seed=3"}, 2, {"'seed'", "cannot be changed", "train --from"});
}

TEST_F(CommandLine, NoValidationKeepsTheLastAndOnTestIsLabelled) {
  ASSERT_EQ(run({"train", "epochs=1", "validation=0"}).code, 0);
  EXPECT_EQ(nlohmann::json::parse(readFile(at("runs/fake-0001/record.json")))["checkpoint"], "last");
  EXPECT_FALSE(fs::exists(at("runs/fake-0001/checkpoints/best.safetensors")));
  ASSERT_EQ(run({"train", "epochs=1", "validation=test"}).code, 0);
  EXPECT_TRUE(nlohmann::json::parse(readFile(at("runs/fake-0002/record.json"))).contains("note"));
}

TEST_F(CommandLine, ThePapersProtocolIsAFlag) {
  ASSERT_EQ(run({"train", "epochs=1", "--paper-protocol"}).code, 0);
  const auto record = nlohmann::json::parse(readFile(at("runs/fake-0001/record.json")));
  EXPECT_EQ(record["chosen_by"], "test metric");
  EXPECT_TRUE(record.contains("note"));
  const std::string config = readFile(at("runs/fake-0001/config.yaml"));
  for (const char *part : {"validation: test", "stop: 100 epochs", "held_out_samples: 0"})
    EXPECT_NE(config.find(part), std::string::npos) << part << " is not in: " << config;
  expectFailure({"train", "--paper-protocol", "validation=0.2"}, 2, {"--paper-protocol", "validation=0.2", "leave one"});
  ASSERT_EQ(run({"train", "epochs=1", "stop=3 epochs", "--paper-protocol"}).code, 0);
  EXPECT_NE(readFile(at("runs/fake-0002/config.yaml")).find("stop: 3 epochs"), std::string::npos) << "the user's wins";
}

TEST(PaperProtocol, DependsOnTheDataThatSequencesAreMadeOf) {
  flexrt_network network = *fakeProgram().networks[0];
  const auto validation = [&](const char *data) {
    network.data = data;
    return paperProtocol(network, {}).at(0);
  };
  EXPECT_EQ(validation("{name: cifar10}"), "validation=test");
  EXPECT_EQ(validation("{name: permuted, sequences: {name: sequential, images: {name: mnist}}}"), "validation=test");
  EXPECT_TRUE(validation("{name: speech_commands, mfcc: true}").starts_with("validation=0.176"));
  EXPECT_TRUE(validation("{name: drop_samples, sequences: {name: uea, archive: X}}").starts_with("validation=0.176"));
  EXPECT_TRUE(paperProtocol(network, {"data={name: uea, archive: Y}"}).at(0).starts_with("validation=0.176"));
  EXPECT_EQ(paperProtocol(network, {"keep=last"}).back(), "keep=best metric");
}

TEST_F(CommandLine, TrainingStopsWhenTheBestEpochIsLongAgo) {
  ASSERT_EQ(run({"train", "epochs=9", "lr=0", "stop=2 epochs"}).code, 0); // nothing is learned: the first stays the best
  EXPECT_EQ(log("runs/fake-0001").size(), 3u);
  const auto record = nlohmann::json::parse(readFile(at("runs/fake-0001/record.json")));
  EXPECT_EQ(record["epochs"], 3);
  EXPECT_EQ(record["best_epoch"], 1);
  ASSERT_EQ(run({"resume", "runs/fake-0001", "stop=4 epochs"}).code, 0);
  EXPECT_EQ(log("runs/fake-0001").size(), 5u);
  ASSERT_EQ(run({"train", "epochs=6", "lr=0", "stop=0 epochs"}).code, 0);
  EXPECT_EQ(log("runs/fake-0002").size(), 6u);
  expectFailure({"train", "stop=20 steps"}, 2, {"'stop' must be a number of epochs"});
}

TEST_F(CommandLine, TrainsFromAnotherRunsParameters) {
  ASSERT_EQ(run({"train", "epochs=4"}).code, 0);
  ASSERT_EQ(run({"train", "epochs=1", "--from", "runs/fake-0001"}).code, 0);
  EXPECT_LT(log("runs/fake-0002")[0]["train"]["loss"], log("runs/fake-0001")[0]["train"]["loss"]);
}

TEST_F(CommandLine, InfoListsLayersSettingsAndCosts) {
  const Ended ended = run({"info"});
  ASSERT_EQ(ended.code, 0) << ended.output;
  for (const char *part :
       {"main: Fake, 16 parameters", "conv", "1x1", "5x5", "schedule.warmup", "0.5 epochs", "validation", "workspace"})
    EXPECT_NE(ended.output.find(part), std::string::npos) << part << " is not in: " << ended.output;
  const auto json = nlohmann::json::parse(run({"info", "--json", "--size", "8x6"}).output);
  EXPECT_EQ(json["layers"][0]["macs"], 3 * 4 * 48);
  EXPECT_EQ(json["size"], "8x6");
}

TEST_F(CommandLine, ImportsParametersUnderTheAuthorsNamesAndDrawsKernels) {
  const std::vector<float> values(12, 0.25f);
  TensorFile theirs;
  theirs.tensors["out.weight"] = Tensor::fromFloats({4, 3, 1, 1}, values.data());
  theirs.tensors["out.bias"] = Tensor::fromFloats({4}, values.data());
  theirs.tensors["out.seen"] = Tensor::fromFloats({1}, values.data());
  writeSafetensors(at("theirs.safetensors"), theirs);
  const Ended import = run({"import", "--authors", "theirs.safetensors", "-o", "ours.safetensors"});
  ASSERT_EQ(import.code, 0) << import.output;
  EXPECT_EQ(readSafetensors(at("ours.safetensors")).tensors.at("head.w").shape, (std::vector<int64_t>{4, 3}));
  const Ended eval = run({"eval", "--checkpoint", "ours.safetensors"});
  EXPECT_EQ(eval.code, 0) << eval.output;
  const Ended kernels = run({"kernels", "--checkpoint", "ours.safetensors", "-o", "k.png"});
  EXPECT_EQ(kernels.code, 0) << kernels.output;
  EXPECT_NE(kernels.output.find("5x5 of at most 5x5"), std::string::npos) << kernels.output;
  EXPECT_EQ(readFile(at("k.png")).substr(1, 3), "PNG");
  expectFailure({"resume", "ours.safetensors"}, 1, {"nothing to resume"});
}

TEST_F(CommandLine, ProbeWritesWhatItComputed) {
  std::vector<float> input(8 * 3 * 20, 0.5f), target(8, 1);
  TensorFile batch;
  batch.tensors["input"] = Tensor::fromFloats({8, 3, 4, 5}, input.data());
  batch.tensors["labels"] = Tensor::fromFloats({8}, target.data());
  writeSafetensors(at("batch.safetensors"), batch);
  const Ended ended = run({"probe", "--batch", "batch.safetensors", "-o", "out.safetensors", "--steps", "5",
                           "--batch-size", "4", "lr=0.1"});
  ASSERT_EQ(ended.code, 0) << ended.output;
  const auto out = readSafetensors(at("out.safetensors")).tensors;
  EXPECT_EQ(out.at("output").shape, (std::vector<int64_t>{4, 4}));
  EXPECT_EQ(out.at("losses").shape, (std::vector<int64_t>{5}));
  EXPECT_LT(out.at("losses").toDoubles()[4], out.at("losses").toDoubles()[0]);
  EXPECT_EQ(out.at("gradient.head.w").bytes, out.at("gradient.authors.out.weight").bytes);
  EXPECT_EQ(out.at("next.head.seen").count(), 1);
  EXPECT_EQ(out.at("taps.conv").toDoubles(), (std::vector<double>{1, 1}));
  EXPECT_EQ(out.at("kernel.conv").shape, (std::vector<int64_t>{4, 3, 1, 1}));
  EXPECT_EQ(out.at("output_after").shape, (std::vector<int64_t>{8, 4}));

  TensorFile first, moved;
  for (const char *name : {"head.w", "head.b", "head.seen"}) {
    moved.tensors[name] = out.at("after." + std::string(name));
    first.tensors[name] = moved.tensors[name];
  }
  first.tensors["head.w"] = out.at("gradient.head.w"); // any other parameters
  writeSafetensors(at("first.safetensors"), first);
  writeSafetensors(at("moved.safetensors"), moved);
  const auto lossOf = [&](const std::vector<std::string> &words) {
    std::vector<std::string> all = {"probe", "--batch", "batch.safetensors", "-o", "out.safetensors"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(run(all).code, 0);
    return readSafetensors(at("out.safetensors")).tensors;
  };
  const auto both = lossOf({"--parameters", "first.safetensors", "--others", "moved.safetensors", "first.safetensors"});
  const std::vector<double> losses = both.at("others").toDoubles();
  ASSERT_EQ(losses.size(), 2u);
  EXPECT_EQ(losses[1], both.at("scalar.loss").toDoubles()[0]);
  EXPECT_EQ(losses[0], lossOf({"--parameters", "moved.safetensors"}).at("scalar.loss").toDoubles()[0]);
  EXPECT_NE(losses[0], losses[1]);
}

TEST_F(CommandLine, ProfilesWithTheDatasOrAGivenSize) {
  const Ended ended = run({"profile", "--repeat", "2"});
  ASSERT_EQ(ended.code, 0) << ended.output;
  for (const char *part : {"batch 64 of 4x5", "FLOP/s", "backward ms", "head", "fake.flex:1:1"})
    EXPECT_NE(ended.output.find(part), std::string::npos) << part << " is not in: " << ended.output;
  EXPECT_EQ(ended.output.find("algorithm"), std::string::npos) << "none is known: " << ended.output;
  const auto json = nlohmann::json::parse(run({"profile", "--json", "--size", "8x6", "--trace", "t.json"}).output);
  EXPECT_EQ(json["size"], "8x6");
  EXPECT_EQ(json["layers"][1]["path"], "head");
  EXPECT_FALSE(json["layers"][1].contains("algorithm"));
  EXPECT_EQ(nlohmann::json::parse(readFile(at("t.json")))["traceEvents"].size(), 4u);
  expectFailure({"profile", "--repeat", "0"}, 2, {});
  expectFailure({"profile", "--batch", "-1"}, 2, {});
  expectFailure({"profile", "--size", "8y"}, 2, {"8y"});
  expectFailure({"profile", "--sise", "8"}, 2, {});
  expectFailure({"profile", "--set", "w"}, 2, {"is not path=number"});
  expectFailure({"profile", "--set", "nothing=1"}, 2, {"no parameter's path ends in 'nothing'"});
  expectFailure({"profile", "--checkpoint", "none"}, 1, {"there is no checkpoint 'none'"});
  expectFailure({"profile", "--trace", "no/folder/t.json"}, 1, {"no/folder/t.json"});
}

TEST_F(CommandLine, WrongUsageExitsWithTwo) {
  expectFailure({}, 2, {"subcommand"});
  expectFailure({"trian"}, 2, {});
  expectFailure({"train", "sead=1"}, 2, {"did you mean 'seed'"});
  expectFailure({"train", "mian"}, 2, {"did you mean 'main'"});
  expectFailure({"train", "lr=x"}, 2, {"lr=0.05"});
  EXPECT_FALSE(fs::exists(at("runs")));
  EXPECT_EQ(run({"--help"}).code, 0);
}

TEST_F(CommandLine, BadInputIsRefusedAndNothingOverwritten) {
  folder.write("blocked", "a file");
  expectFailure({"train", "run.folder=blocked"}, 1, {"cannot make the run folder", "run.folder="});
  expectFailure({"resume", "nowhere"}, 1, {"nothing to resume"});
  expectFailure({"eval"}, 1, {"no run of 'fake'"});
  ASSERT_EQ(run({"train", "epochs=1"}).code, 0);
  const std::string last = at("runs/fake-0001/checkpoints/last.safetensors"), whole = readFile(last);
  folder.write("runs/fake-0001/checkpoints/last.safetensors", whole.substr(0, whole.size() - 7));
  expectFailure({"resume", "runs/fake-0001"}, 1, {"last.safetensors", "no complete safetensors file"});
  EXPECT_EQ(readFile(last).size(), whole.size() - 7);
  folder.write("runs/fake-0001/checkpoints/last.safetensors", whole);
  folder.write("runs/fake-0001/log.jsonl", "");
  expectFailure({"resume", "runs/fake-0001"}, 1, {"log.jsonl", "0 bytes"});
}

TEST_F(CommandLine, AFullDiskStopsTheRunAndKeepsTheCheckpoint) {
  if (!fs::exists("/dev/full"))
    GTEST_SKIP() << "no /dev/full here";
  ASSERT_EQ(run({"train", "epochs=1"}).code, 0);
  const std::string best = at("runs/fake-0001/checkpoints/best.safetensors"), before = readFile(best);
  fs::remove(at("runs/fake-0001/log.jsonl"));
  fs::create_symlink("/dev/full", at("runs/fake-0001/log.jsonl"));
  const std::string last = at("runs/fake-0001/checkpoints/last.safetensors");
  TensorFile file = readSafetensors(last);
  file.metadata["log_bytes"] = "0"; // a device has no length
  writeSafetensors(last, file);
  expectFailure({"resume", "runs/fake-0001", "length=2 epochs"}, 1, {"log.jsonl", "disk is full"});
  EXPECT_EQ(readFile(best), before);
  expectFailure({"eval", "--dump", "/dev/full"}, 1, {"/dev/full", "disk is full"});
}

} // namespace
} // namespace flexrt::testing
