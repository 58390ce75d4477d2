/// Runs the tests; or, as `flexrt-tests --child <arguments>`, the command line of the fake network, for tests that kill
/// it.
#include "FakeNetwork.h"

#include "flexrt/cli/Commands.h"

#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>

int main(int argc, char **argv) {
  if (argc > 1 && std::strcmp(argv[1], "--child") == 0) {
    if (const char *pause = std::getenv("FAKE_SLEEP"))
      flexrt::testing::fakeFaults().sleepMicroseconds = std::atoi(pause);
    argv[1] = const_cast<char *>("fake");
    return flexrt::runCommandLine(argc - 1, argv + 1, flexrt::testing::fakeProgram(), flexrt::testing::fakeData());
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
