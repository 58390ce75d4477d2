// What is refused before anything of a program is used.
#include "DataTesting.h"
#include "FakeNetwork.h"

#include "flexrt/train/Program.h"

namespace flexrt::testing {
namespace {

TEST(Program, AcceptsItsOwn) { EXPECT_NO_THROW(verifyProgram(fakeProgram(), {})); }

TEST(Program, RefusesAnotherMagic) {
  flexrt_program program = fakeProgram();
  program.magic = 42;
  expectError([&] { verifyProgram(program, {}); }, {"no compiled Flex program"});
}

TEST(Program, RefusesAnotherVersionWithBothNumbers) {
  flexrt_program program = fakeProgram();
  program.version = 77;
  expectError([&] { verifyProgram(program, {}); }, {"version 77", "version " + std::to_string(FLEXRT_ABI_VERSION)});
}

TEST(Program, NamesTheFeaturesThatTheCpuLacks) {
  flexrt_program program = fakeProgram();
  program.features = "avx2 avx512f  nosuch";
  program.cpu = "znver9";
  expectError([&] { verifyProgram(program, {"avx2", "sse"}); }, {"znver9", "avx512f, nosuch", "--mcpu"});
  EXPECT_NO_THROW(verifyProgram(program, {"avx2", "avx512f", "nosuch"}));
}

TEST(Program, RefusesTablesThatContradictThemselves) {
  flexrt_network network = *fakeProgram().networks[0];
  flexrt_parameter parameters[2] = {network.parameters[0], network.parameters[1]};
  network.parameters = parameters;
  const flexrt_network *networks[] = {&network};
  flexrt_program program = fakeProgram();
  program.networks = networks;
  parameters[1].offset = 30;
  expectError([&] { verifyProgram(program, {}); }, {"head.b", "outside"});
  parameters[1] = fakeProgram().networks[0]->parameters[1];
  parameters[0].count = 5;
  expectError([&] { verifyProgram(program, {}); }, {"head.w", "shape"});
}

TEST(Program, FindsExperimentsWithSuggestions) {
  EXPECT_STREQ(findExperiment(fakeProgram(), "").name, "main");
  expectError([] { findExperiment(fakeProgram(), "mian"); }, {"'mian'", "did you mean 'main'"});
}

} // namespace
} // namespace flexrt::testing
