// Elaboration against the paper: parameter counts, the authors' names, shapes, initial values.
#include "flex/Elaborate/Elaborate.h"
#include "flex/Parse/Parse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

using namespace flex;

namespace {

const std::string root = FLEX_SOURCE_DIR;

struct Elaborated {
  Sources sources;
  Diagnostics diagnostics;
  std::unique_ptr<ast::File> file;
  std::unique_ptr<elab::Program> program;

  explicit Elaborated(const std::string &text, std::map<std::string, std::string> defines = {}) {
    const SourceFile *source = sources.add("test.flex", text);
    file = parse(*source, diagnostics);
    if (file)
      program = elab::elaborate(*file, sources, {{root + "/stdlib"}, std::move(defines)}, diagnostics);
  }
  const elab::Experiment &main() const { return program->experiments.front(); }
};

std::string experiment(const std::string &pipeline) { return "use std\nexperiment main = " + pipeline + "\n"; }

int64_t elements(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

int64_t trainedValues(const elab::Experiment &experiment) {
  int64_t count = 0;
  for (const elab::Parameter &parameter : experiment.parameters)
    count += elements(parameter.shape);
  return count;
}

const elab::Function &function(const elab::Experiment &experiment, const std::string &name) {
  for (const elab::Function &f : experiment.functions)
    if (f.name == name)
      return f;
  throw std::runtime_error("no function " + name);
}

const elab::Parameter &parameter(const elab::Experiment &experiment, const std::string &path) {
  for (const elab::Parameter &p : experiment.parameters)
    if (p.path == path)
      return p;
  throw std::runtime_error("no parameter " + path);
}

std::string readFile(const std::string &path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

//===----------------------------------------------------------------------===//
// Parameter counts
//===----------------------------------------------------------------------===//

struct Count {
  const char *pipeline;
  int64_t wanted;
};
void PrintTo(const Count &count, std::ostream *out) { *out << count.pipeline; }

class CountTest : public testing::TestWithParam<Count> {};

TEST_P(CountTest, IsThePapers) {
  Elaborated e(experiment(GetParam().pipeline));
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  EXPECT_EQ(trainedValues(e.main()), GetParam().wanted);
}

// Tables of spec 1.8 and 1.9.
INSTANTIATE_TEST_SUITE_P(
    Networks, CountTest,
    testing::Values(Count{"FlexNet() |> Classify(cifar10())", 671650}, Count{"FlexNet() |> Classify(mnist())", 670066},
                    Count{"FlexNet(factors = [1, 1.5, 2]) |> Classify(cifar10())", 277090},
                    Count{"FlexNet(c = 22, factors = [1, 1.5, 1.5, 2, 2]) |> Classify(cifar10())", 454046},
                    Count{"FlexNet(conv = FlexConv(_, mask = One())) |> Classify(cifar10())", 671590},
                    Count{"FlexNet(conv = FlexConv(_, kernel = SIREN(_))) |> Classify(cifar10())", 627970},
                    Count{"FlexNet(conv = FlexConv(_, kernel = GaborNet(_))) |> Classify(cifar10())", 669730},
                    Count{"FlexNet(conv = FlexConv(_, kernel = FourierNet(_))) |> Classify(cifar10())", 663970},
                    Count{"FlexNet(conv = FlexConv(_, kernel = MAGNet(_, steered = true))) |> Classify(cifar10())",
                          673570},
                    Count{"SeqNet(blocks = 2) |> Classify(sequential(mnist()))", 105548},
                    Count{"SeqNet() |> Classify(sequential(cifar10()))", 375364},
                    Count{"SeqNet(blocks = 2, conv = CausalCK) |> Classify(sequential(mnist()))", 105540},
                    Count{"SeqNet(blocks = 2, conv = CKConv(_, kernel = SIREN(_), points = same, causal = true)) |> "
                          "Classify(sequential(mnist()))",
                          95300}));

TEST(Models, HaveTheirSizes) {
  const std::pair<const char *, int64_t> models[] = {{"flexnet16", 671650}, {"flextcn2", 105548}};
  for (auto [name, wanted] : models) {
    Elaborated e(readFile(root + "/models/" + name + "/" + name + ".flex"));
    ASSERT_TRUE(e.program) << e.diagnostics.text();
    EXPECT_EQ(trainedValues(e.main()), wanted) << name;
    EXPECT_TRUE(e.diagnostics.all().empty()) << e.diagnostics.text();
  }
}

//===----------------------------------------------------------------------===//
// The authors' names
//===----------------------------------------------------------------------===//

/// Names in a safetensors file that start with "param.", without it; buffers that Flex does not have left out.
std::set<std::string> namesIn(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  uint64_t length = 0;
  in.read(reinterpret_cast<char *>(&length), sizeof length);
  std::string header(length, ' ');
  in.read(header.data(), std::streamsize(length));
  std::set<std::string> names;
  const std::string mark = "\"param.";
  for (size_t at = header.find(mark); at != std::string::npos; at = header.find(mark, at + 1)) {
    std::string name = header.substr(at + mark.size(), header.find('"', at + 1) - at - mark.size());
    std::string last = name.substr(name.rfind('.') + 1);
    static const std::set<std::string> ignored{"train_length", "temperature", "mask_threshold", "num_batches_tracked"};
    if (!ignored.count(last))
      names.insert(name);
  }
  return names;
}

std::set<std::string> authorsNames(const elab::Experiment &experiment) {
  std::set<std::string> names;
  auto add = [&](const std::string &name) { names.insert(name.substr(0, name.find("[:,"))); };
  for (const elab::Parameter &p : experiment.parameters)
    add(p.authors);
  for (const elab::State &s : experiment.states)
    add(s.authors);
  return names;
}

struct Named {
  const char *file;
  const char *source;
};
void PrintTo(const Named &named, std::ostream *out) { *out << named.file; }

class AuthorsTest : public testing::TestWithParam<Named> {};

TEST_P(AuthorsTest, NamesAreThoseOfTheCheckpoint) {
  std::string path = root + "/../shared/oracle/" + GetParam().file + ".safetensors";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "no " << path;
  Elaborated e(std::string("use std\n") + GetParam().source);
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  EXPECT_EQ(authorsNames(e.main()), namesIn(path));
}

#define RECIPE                                                                                                         \
  "recipe Fit(data: data) (net: network) { let y = net(data.x) loss = mse(y, data.y) optimizer = Adam(0.01) }\n"

INSTANTIATE_TEST_SUITE_P(
    Oracles, AuthorsTest,
    testing::Values(
        Named{"flexnet16_cifar", "experiment main = FlexNet() |> Classify(cifar10())"},
        Named{"flexnet3_mnist", "experiment main = FlexNet(c = 16, factors = [1, 1.5, 2]) |> Classify(mnist())"},
        Named{"flexnet3_siren_cifar",
              "experiment main = FlexNet(c = 12, factors = [1, 1.5, 2], conv = FlexConv(_, kernel = "
              "SIREN(_))) |> Classify(cifar10())"},
        Named{"flextcn2_smnist", "experiment main = SeqNet(blocks = 2) |> Classify(sequential(mnist()))"},
        Named{"kernel_magnet_2d",
              RECIPE "network K() (p: [2] on grid[2]) -> [12] = p |> kernel as \"\": MAGNet(12)\n"
                     "experiment main = K() |> Fit(npy(channels = 2, rank = 2, targets = 12, each_point = true))"},
        Named{"flexconv2d_28",
              RECIPE "network L() (x: [1] on grid[2]) -> [6] = x |> layer as \"\": FlexConv(6)\n"
                     "experiment main = L() |> Fit(npy(channels = 1, rank = 2, targets = 6, each_point = true))"}));

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

TEST(Graph, NodesComeAfterTheirOperands) {
  Elaborated e(experiment("FlexNet(c = 4, factors = [1.5]) |> Classify(shapes(), penalty = kernel_norms(_, 0.001))"));
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  for (const elab::Function &f : e.main().functions)
    for (size_t i = 0; i < f.nodes.size(); ++i)
      for (elab::ValueId operand : f.nodes[i].operands)
        EXPECT_LT(size_t(operand), i) << f.name;
}

TEST(Graph, FunctionsAreThoseOfTheContract) {
  Elaborated e(experiment("FlexNet(c = 4, factors = [1]) |> Classify(shapes())"));
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  std::vector<std::string> names;
  for (const elab::Function &f : e.main().functions)
    names.push_back(f.name);
  EXPECT_EQ(names, (std::vector<std::string>{"initialise", "loss", "evaluate", "forward", "update.default",
                                             "update.mask", "require"}));
}

/// The value of parameter `path` at the start: the node of "initialise".
const elab::Node &start(const elab::Experiment &experiment, const std::string &path, elab::ValueId *id = nullptr) {
  const elab::Function &f = function(experiment, "initialise");
  for (const elab::Result &result : f.results)
    if (result.name == "parameter:" + path) {
      if (id)
        *id = result.value;
      return f.nodes[result.value];
    }
  throw std::runtime_error("no start of " + path);
}

double constantOf(const elab::Function &f, elab::ValueId id) {
  return std::get<std::vector<double>>(f.nodes[id].attributes.at("value")).at(0);
}

// Spec 1.6: gamma ~ Gamma(6 / (l + 1), 1), hidden weights U(-1/sqrt(32), 1/sqrt(32)), mu ~ U(-0.125025, 0.125025).
TEST(Initial, MagnetIsTheSpecs) {
  Elaborated e(experiment("FlexNet(c = 4, factors = [1]) |> Classify(shapes())"));
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  const elab::Function &f = function(e.main(), "initialise");
  const double shapes[] = {6, 3, 2, 1.5};
  for (int l = 0; l < 4; ++l) {
    const elab::Node &gamma = start(e.main(), "stem.kernel.filters." + std::to_string(l) + ".gamma");
    EXPECT_EQ(gamma.op, "draw");
    EXPECT_EQ(std::get<std::string>(gamma.attributes.at("kind")), "gamma");
    EXPECT_DOUBLE_EQ(constantOf(f, gamma.operands[1]), shapes[l]);
    EXPECT_DOUBLE_EQ(constantOf(f, gamma.operands[2]), 1);
  }
  const elab::Node &mu = start(e.main(), "stem.kernel.filters.0.mu");
  EXPECT_DOUBLE_EQ(constantOf(f, mu.operands[2]), 0.125025);
  const elab::Node &weight = start(e.main(), "stem.kernel.linears.0.weight");
  EXPECT_DOUBLE_EQ(constantOf(f, weight.operands[2]), 1 / std::sqrt(32.0));
  EXPECT_EQ(std::get<std::string>(weight.attributes.at("stream")), "stem.kernel.linears.0.weight");
  // w = U(+-1/sqrt(d)) * gamma * 25.6 / sqrt(4)
  const elab::Node &w = start(e.main(), "stem.kernel.filters.0.w");
  EXPECT_EQ(w.op, "mul");
  EXPECT_DOUBLE_EQ(constantOf(f, w.operands[1]), 12.8);
  elab::ValueId gamma;
  start(e.main(), "stem.kernel.filters.0.gamma", &gamma);
  EXPECT_EQ(f.nodes[w.operands[0]].operands[1], gamma);
}

TEST(Initial, HeadIsKaiming) {
  Elaborated e(experiment("FlexNet(c = 4, factors = [2]) |> Classify(shapes())"));
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  const elab::Function &f = function(e.main(), "initialise");
  const elab::Node &weight = start(e.main(), "head.weight");
  EXPECT_EQ(std::get<std::string>(weight.attributes.at("kind")), "normal");
  EXPECT_DOUBLE_EQ(constantOf(f, weight.operands[2]), 0.5); // sqrt(2 / 8)
}

TEST(Shapes, FlexConvHasThoseOfThePaper) {
  Elaborated e(experiment("FlexNet() |> Classify(cifar10())"));
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  using Shape = std::vector<int64_t>;
  EXPECT_EQ(parameter(e.main(), "stem.mask.sigma").shape, Shape{2});
  EXPECT_EQ(parameter(e.main(), "stem.mask.sigma").tags, std::vector<std::string>{"mask"});
  EXPECT_EQ(parameter(e.main(), "blocks.2.conv1.kernel.output.weight").shape, (Shape{24 * 36, 32}));
  EXPECT_EQ(e.main().layers.size(), 15u);
  EXPECT_EQ(e.main().groups.size(), 2u);
}

// One linear op for each matrix that meets a field; the mask is computed once although it is applied twice.
TEST(Graph, RecognisesLinearAndSharesTheMask) {
  Elaborated e(experiment("FlexNet(c = 4, factors = []) |> Classify(shapes())"));
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  const elab::Function &f = function(e.main(), "forward");
  auto count = [&](const char *op) {
    return std::count_if(f.nodes.begin(), f.nodes.end(), [&](const elab::Node &n) { return n.op == op; });
  };
  EXPECT_EQ(count("linear"), 4 + 3 + 1 + 1); // filters, hidden, output, head
  EXPECT_EQ(count("extent"), 1);
  EXPECT_EQ(count("crop"), 1);
  EXPECT_EQ(count("exp"), 4 + 1); // filters, mask
}

TEST(Defines, OverrideIntegersAndLists) {
  Elaborated e(experiment("FlexNet() |> Classify(cifar10())"), {{"c", "8"}, {"factors", "[1]"}});
  ASSERT_TRUE(e.program) << e.diagnostics.text();
  EXPECT_EQ(parameter(e.main(), "stem.bias").shape, std::vector<int64_t>{8});
}

// Every prefix and every file with a token dropped is an answer or a diagnostic, never a crash.
TEST(Robust, MutatedProgramsDoNotCrash) {
  const std::string text = readFile(root + "/stdlib/std/nets.flex");
  for (size_t at = 0; at < text.size(); at += 97) {
    std::string mutated = text;
    mutated.erase(at, 3);
    Elaborated e(mutated + "\nexperiment main = FlexNet(c = 2, factors = [1]) |> Classify(shapes())\n");
    EXPECT_TRUE(e.program || e.diagnostics.hasErrors());
  }
}

} // namespace
