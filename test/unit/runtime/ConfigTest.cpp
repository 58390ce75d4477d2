// key=value: names, endings, suggestions, types, durations.
#include "DataTesting.h"
#include "FakeNetwork.h"

#include "flexrt/train/Config.h"

namespace flexrt::testing {
namespace {

struct ConfigTest : ::testing::Test {
  Config config{*fakeProgram().networks[0]};

  void refuse(const std::string &assignment, const std::vector<std::string> &parts) {
    expectError([&] { config.assign(assignment); }, parts);
  }
};

TEST_F(ConfigTest, DefaultsAreTheRecipes) {
  EXPECT_EQ(config.batch(), 16);
  EXPECT_EQ(config.lengthInSteps(10), 40);
  EXPECT_EQ(config.settingValues(10), (std::vector<double>{0.05, 40, 16, 5, 0.2, 0.3}));
  EXPECT_EQ(config.keep.rule, Keep::highest);
  EXPECT_EQ(config.keep.scalar, "metric");
}

TEST_F(ConfigTest, SetsSettingsByNameAndByUniqueEnding) {
  config.assign("lr=0.5");
  config.assign("warmup=3 steps");
  config.assign("1.drop.rate=0.7");
  config.assign("length=1.5 epochs");
  EXPECT_EQ(config.settingValues(10), (std::vector<double>{0.5, 15, 16, 3, 0.2, 0.7}));
  refuse("rate=0.1", {"several", "blocks.0.drop.rate", "blocks.1.drop.rate"});
}

TEST_F(ConfigTest, EpochsAreShortForTheLength) {
  config.assign("epochs=7");
  EXPECT_EQ(config.lengthInSteps(10), 70);
}

TEST_F(ConfigTest, UnknownKeysGetSuggestionsAndTheCompilersFlag) {
  refuse("sead=1", {"'sead'", "did you mean 'seed'", "flexc compile -D sead="});
  refuse("wramup=1", {"did you mean 'warmup'"});
  refuse("seed", {"no key=value"});
}

TEST_F(ConfigTest, WrongTypesGetAnExample) {
  refuse("lr=fast", {"'lr'", "a number", "'fast'", "lr=0.05"});
  refuse("lr=nan", {"a number"});
  refuse("batch=2.5", {"a whole number", "2.5"});
  refuse("batch=0", {"at least 1"});
  refuse("length=20", {"with a unit", "length='20 epochs'"});
  refuse("length=20 minutes", {"with a unit"});
  refuse("seed=x", {"seed=1"});
  refuse("checkpoint.every=0 steps", {"more than 0"});
  refuse("validation=0.95", {"0 to 0.9"});
  refuse("keep=best speed", {"loss, metric", "best speed"});
  refuse("data.size={", {"YAML"});
}

TEST_F(ConfigTest, RuntimeKeys) {
  for (const char *word : {"seed=9", "threads=2", "accumulate=4", "clip=0.5", "validation=test", "keep=best loss",
                           "checkpoint.every=10 minutes", "data.root=/x", "data.size=32"})
    config.assign(word);
  EXPECT_EQ(config.seed, 9u);
  EXPECT_EQ(config.keep.rule, Keep::lowest);
  EXPECT_TRUE(config.validation.onTest);
  EXPECT_EQ(config.checkpointEvery.unit, Duration::minutes);
  EXPECT_EQ(config.data(), "{name: fake, size: 32}");
}

TEST_F(ConfigTest, EntriesReadBackTheSame) {
  for (const char *word :
       {"lr=0.1", "length=1.5 epochs", "warmup=7 steps", "keep=lowest loss", "validation=0.25", "data.size=32"})
    config.assign(word);
  Config copy(*fakeProgram().networks[0]);
  for (const Config::Entry &entry : config.entries())
    copy.set(entry.key, entry.value);
  EXPECT_EQ(copy.settingValues(11), config.settingValues(11));
  EXPECT_EQ(copy.data(), config.data());
  EXPECT_EQ(copy.keep.scalar, "loss");
  EXPECT_EQ(copy.validation.fraction, 0.25);
}

TEST(Duration, ReadsItsUnits) {
  EXPECT_EQ(Duration::parse("k", "2e3 steps", false).amount, 2000);
  EXPECT_EQ(Duration::parse("k", "1 epoch", false).unit, Duration::epochs);
  EXPECT_EQ(Duration::parse("k", "20epochs", false).amount, 20);
  EXPECT_EQ(Duration::parse("k", " 1.5  epochs ", false).text(), "1.5 epochs");
}

} // namespace
} // namespace flexrt::testing
