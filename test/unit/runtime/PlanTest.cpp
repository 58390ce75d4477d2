// Plans as the compiler writes them, and the numbers that come out.
#include "DataTesting.h"
#include "FakeNetwork.h"

#include "flexrt/train/Plan.h"

#include <cmath>

namespace flexrt::testing {
namespace {

std::vector<Plan> read(const char *plans) {
  flexrt_program program = fakeProgram();
  program.plans = plans;
  return readPlans(program);
}

TEST(Plan, IsRead) {
  const auto plans = read("{main: {stages: [{name: low, row: 1, from: -1, trains: true, network: main.low, keys: {lr: "
                          "'0.5', data: '{name: it''s}'}}, {name: moved, row: 0, from: 0, trains: false, network: "
                          "main.low, keys: {}}], rows: [{of: {}, columns: {}}, {of: {s: '3', w: 'x'}, columns: {a: [add, "
                          "1, 2]}}]}}");
  ASSERT_EQ(plans.size(), 1u);
  const Plan &plan = plans[0];
  EXPECT_EQ(plan.name, "main");
  EXPECT_EQ(plan.stages[0].assignments, (std::vector<std::string>{"lr=0.5", "data={name: it's}"}));
  EXPECT_EQ(plan.roundOf(plan.stages[0]), "s=3, w=x");
  EXPECT_EQ(plan.roundOf(plan.stages[1]), "");
  EXPECT_FALSE(plan.stages[1].trains);
  EXPECT_EQ(plan.rows[1].columns[0].first, "a");
  EXPECT_TRUE(read("{}").empty());
}

TEST(Plan, ColumnsAreComputed) {
  const auto scalar = [](int stage, const std::string &name) { return stage == 2 ? std::nan("") : stage + (name == "loss" ? 0.5 : 0.0); };
  EXPECT_EQ(evaluateColumn("{stage: 1, of: loss}", scalar), 1.5);
  EXPECT_EQ(evaluateColumn("[mul, 100, [sub, {stage: 3, of: metric}, {stage: 1, of: loss}]]", scalar), 150);
  EXPECT_EQ(evaluateColumn("[div, [add, 1e-3, 2], 4]", scalar), 2.001 / 4);
  EXPECT_TRUE(std::isnan(evaluateColumn("[sub, 1, {stage: 2, of: loss}]", scalar)));
}

TEST(Plan, RefusesWhatContradictsItself) {
  const char *const stage = "{main: {stages: [{name: low, row: %d, from: %d, trains: %s, network: n, keys: {}}], rows: [{}]}}";
  const auto refused = [&](int row, int from, const char *trains, const std::string &says) {
    char text[256];
    std::snprintf(text, sizeof text, stage, row, from, trains);
    expectError([&] { read(text); }, {says});
  };
  refused(1, -1, "true", "'low' of 'main' is out of order");
  refused(0, 0, "true", "'low' of 'main' is out of order");
  refused(0, -1, "false", "'low' of 'main' is out of order");
  refused(0, -1, "perhaps", "cannot be read");
}

} // namespace
} // namespace flexrt::testing
