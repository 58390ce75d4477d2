// Regions through the real passes, compared with the interpreter of Region.h: every op, every domain, sizes that do not
// fill vectors or blocks, several chunks, f32 and f64, three widths of vectors.
#include "Region.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace mlir;
using namespace flex;
using namespace flex::test;

namespace {
struct Argument {
  std::string type; ///< `24x$, samples, @s`, where $ is the element type; "key" for a key
  double low = -1, high = 1;
  bool integers = false;
};

/// A region as text: in the body, `!f<` stands for `!flex.field<` and `$` for the element type.
struct Case {
  std::string domain; ///< "samples, space = @s"
  std::vector<Argument> arguments;
  std::string body; ///< arguments are %a0, %a1, ...
  std::vector<std::string> results;
  int rank = 2;         ///< axes of the space
  double tolerance = 1; ///< relative to what f32 (2e-6) and f64 (1e-14) reach in short sums
};

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string moduleText(const Case &c, const std::string &element) {
  std::string types, names, block, signature;
  for (size_t i = 0; i < c.arguments.size(); ++i) {
    std::string comma = i ? ", " : "", number = std::to_string(i);
    std::string type = c.arguments[i].type == "key" ? "!flex.key" : "!f<" + c.arguments[i].type + ">";
    types += comma + type;
    names += comma + "%b" + number;
    block += comma + "%a" + number + ": " + type;
    signature += comma + "%b" + number + ": " + type + " {flex.bind = \"input\"}";
  }
  std::string results;
  for (size_t i = 0; i < c.results.size(); ++i)
    results += (i ? ", !f<" : "!f<") + c.results[i] + ">";
  std::string attributes = c.domain.empty() ? "" : " attributes {" + c.domain + "}";
  std::string text = "flex.space @s {rank = " + std::to_string(c.rank) + " : i64}\nflex.network \"forward\" @net(" + signature + ") {\n%r:" + std::to_string(c.results.size()) +
                     " = flex.points(" + names + ")" + attributes + " : (" + types + ") -> (" + results + ") {\n^bb0(" +
                     block + "):\n" + c.body + "\n}\nflex.yield\n}\n";
  return replaced(replaced(text, "!f<", "!flex.field<"), "$", element);
}

std::vector<Array> randomArguments(const Case &c, PointsOp region, const Sizes &sizes, bool wide, std::mt19937 &random) {
  std::vector<Array> arrays;
  for (auto [argument, type] : llvm::zip(c.arguments, region.getOperandTypes())) {
    if (argument.type == "key") {
      arrays.emplace_back();
      continue;
    }
    Array &array = arrays.emplace_back(arrayOf(cast<FieldType>(type), region, sizes));
    for (double &x : array.data) {
      x = std::uniform_real_distribution<>(argument.low, argument.high)(random);
      x = argument.integers ? std::floor(x) : wide ? x : float(x);
    }
  }
  return arrays;
}

void expectClose(const std::vector<Array> &got, const std::vector<Array> &wanted, double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t r = 0; r < got.size(); ++r) {
    double largest = 1;
    for (double x : wanted[r].data)
      largest = std::max(largest, std::isfinite(x) ? std::abs(x) : 0);
    for (size_t i = 0; i < got[r].data.size(); ++i) {
      double x = got[r].data[i], y = wanted[r].data[i];
      bool close = std::isfinite(y) ? std::abs(x - y) <= tolerance * largest : (std::isnan(y) ? std::isnan(x) : x == y);
      ASSERT_TRUE(close) << "result " << r << ", entry " << i << ": " << x << ", expected " << y;
    }
  }
}

/// Runs one case for both element types and several widths, at all sizes and numbers of chunks.
void check(const Case &c, const std::vector<Sizes> &allSizes, const std::vector<int64_t> &chunkCounts = {1, 3}) {
  std::mt19937 random(7);
  for (auto [element, bits] : {std::pair{"f32", 512}, {"f64", 512}, {"f32", 128}, {"f64", 256}}) {
    bool wide = element == std::string("f64");
    auto module = parseSourceString<ModuleOp>(moduleText(c, element), &context());
    ASSERT_TRUE(module);
    PointsOp region;
    module->walk([&](PointsOp op) { region = op; });
    CompiledRegion compiled(*module, bits);
    for (const Sizes &sizes : allSizes) {
      auto arguments = randomArguments(c, region, sizes, wide, random);
      auto wanted = interpret(region, arguments, sizes);
      for (int64_t chunks : chunkCounts) {
        SCOPED_TRACE(std::string(element) + ", " + std::to_string(bits) + " bits, chunks: " + std::to_string(chunks) +
                     ", samples: " + std::to_string(sizes.samples) + ", points: " + std::to_string(sizes.points));
        expectClose(compiled.run(arguments, sizes, chunks), wanted, c.tolerance * (wide ? 1e-14 : 2e-6));
        if (compiled.hasPlaces())
          expectClose(compiled.run(arguments, sizes, chunks, /*inPlace=*/true), wanted, c.tolerance * (wide ? 1e-14 : 2e-6));
      }
    }
  }
}

Sizes grid(int64_t samples, int64_t height, int64_t width) {
  Sizes sizes;
  sizes.samples = samples;
  sizes.points = height * width;
  sizes.size[0] = height;
  sizes.size[1] = width;
  sizes.grid[0] = height + 4;
  sizes.grid[1] = width + 2;
  sizes.start[0] = 2;
  sizes.start[1] = 1;
  return sizes;
}

std::vector<Sizes> grids(std::initializer_list<int64_t> samples, std::initializer_list<int64_t> points) {
  std::vector<Sizes> all;
  for (int64_t n : samples)
    for (int64_t p : points)
      all.push_back(grid(n, p, 1));
  return all;
}

//===- Channel by channel ------------------------------------------------------------------------------------------===//

const Case kElementwise{
    "samples, space = @s",
    {{"5x$, samples, @s"}, {"5x$", 0.5, 2}, {"$"}, {"5x$, samples"}, {"$, @s"}},
    R"(%p = flex.mul %a0, %a1 : !f<5x$, samples, @s>, !f<5x$>
       %q = flex.add %p, %a2 : !f<5x$, samples, @s>, !f<$>
       %r = flex.sub %q, %a3 : !f<5x$, samples, @s>, !f<5x$, samples>
       %t = flex.mul %r, %a4 : !f<5x$, samples, @s>, !f<$, @s>
       %u = flex.div %t, %a1 : !f<5x$, samples, @s>, !f<5x$>
       %s = flex.sum %u {axes = array<i64>, samples, space} : !f<5x$, samples, @s> -> !f<5x$>
       %m = flex.sum %p {axes = array<i64>, samples, space} : !f<5x$, samples, @s> -> !f<5x$>
       flex.yield %t, %s, %m : !f<5x$, samples, @s>, !f<5x$>, !f<5x$>)",
    {"5x$, samples, @s", "5x$", "5x$"}, 2, 20};

TEST(EmitPoints, OperandsOverPartsOfTheDomain) {
  check(kElementwise, grids({1, 7, 16, 33}, {1, 5, 70}));
}

//===- Phases ------------------------------------------------------------------------------------------------------===//

/// Batch norm with a residual: two sums that follow each other, a value that needs both, and numbers per channel.
const Case kNormalised{
    "samples, space = @s",
    {{"9x$, samples, @s"}, {"9x$, samples, @s"}, {"9x$", 0.5, 2}, {"$", 100, 200}},
    R"(%s = flex.sum %a0 {axes = array<i64>, samples, space} : !f<9x$, samples, @s> -> !f<9x$>
       %m = flex.div %s, %a3 : !f<9x$>, !f<$>
       %d = flex.sub %a0, %m : !f<9x$, samples, @s>, !f<9x$>
       %q = flex.mul %d, %d : !f<9x$, samples, @s>, !f<9x$, samples, @s>
       %v = flex.sum %q {axes = array<i64>, samples, space} : !f<9x$, samples, @s> -> !f<9x$>
       %e = flex.sqrt %v : !f<9x$>
       %g = flex.mul %e, %a2 : !f<9x$>, !f<9x$>
       %n = flex.mul %d, %g : !f<9x$, samples, @s>, !f<9x$>
       %y = flex.add %n, %a1 : !f<9x$, samples, @s>, !f<9x$, samples, @s>
       flex.yield %y, %v, %m : !f<9x$, samples, @s>, !f<9x$>, !f<9x$>)",
    {"9x$, samples, @s", "9x$", "9x$"}, 2, 40};

/// A backward: a value that both loops store or read, and one of the second loop alone.
const Case kNormalisedBackward{
    "samples, space = @s",
    {{"9x$, samples, @s"}, {"9x$, samples, @s"}, {"9x$, samples, @s"}, {"9x$", 0.5, 2}},
    R"(%zero = flex.constant [0.0] : !f<$>
       %p = flex.cmp gt %a0, %zero : !f<9x$, samples, @s>, !f<$>
       %g = flex.mul %p, %a1 : !f<9x$, samples, @s>, !f<9x$, samples, @s>
       %gx = flex.mul %g, %a2 : !f<9x$, samples, @s>, !f<9x$, samples, @s>
       %s = flex.sum %g {axes = array<i64>, samples, space} : !f<9x$, samples, @s> -> !f<9x$>
       %t = flex.sum %gx {axes = array<i64>, samples, space} : !f<9x$, samples, @s> -> !f<9x$>
       %u = flex.mul %t, %a3 : !f<9x$>, !f<9x$>
       %x = flex.mul %a2, %u : !f<9x$, samples, @s>, !f<9x$>
       %h = flex.sub %g, %x : !f<9x$, samples, @s>, !f<9x$, samples, @s>
       %dx = flex.add %h, %s : !f<9x$, samples, @s>, !f<9x$>
       %w = flex.sum %dx {axes = array<i64>, samples, space} : !f<9x$, samples, @s> -> !f<9x$>
       flex.yield %g, %s, %dx, %w : !f<9x$, samples, @s>, !f<9x$>, !f<9x$, samples, @s>, !f<9x$>)",
    {"9x$, samples, @s", "9x$", "9x$, samples, @s", "9x$"}, 2, 200};

TEST(EmitPoints, SumsReadInTheirOwnRegion) {
  check(kNormalised, grids({1, 7, 16, 33}, {1, 5, 70}), {1, 3, 9, 20});
}
TEST(EmitPoints, SumsAndFieldsReadInTheirOwnRegion) {
  check(kNormalisedBackward, grids({1, 7, 33}, {1, 5, 70}), {1, 4});
}

//===- Channel by channel ------------------------------------------------------------------------------------------===//

TEST(EmitPoints, Functions) {
  Case c{"space = @s",
         {{"3x$, @s", 0.01, 30}, {"3x$, @s", -30, 30}},
         R"(%0 = flex.sin %a1 : !f<3x$, @s>
            %1 = flex.cos %a1 : !f<3x$, @s>
            %2 = flex.log %a0 : !f<3x$, @s>
            %3 = flex.tanh %a1 : !f<3x$, @s>
            %4 = flex.sqrt %a0 : !f<3x$, @s>
            %5 = flex.abs %a1 : !f<3x$, @s>
            %6 = flex.floor %a1 : !f<3x$, @s>
            %7 = flex.neg %a1 : !f<3x$, @s>
            %8 = flex.exp %2 : !f<3x$, @s>
            %9 = flex.detach %8 : !f<3x$, @s>
            flex.yield %0, %1, %2, %3, %4, %5, %6, %7, %8, %9 : !f<3x$, @s>, !f<3x$, @s>, !f<3x$, @s>, !f<3x$, @s>, !f<3x$, @s>, !f<3x$, @s>, !f<3x$, @s>, !f<3x$, @s>, !f<3x$, @s>, !f<3x$, @s>)",
         std::vector<std::string>(10, "3x$, @s")};
  check(c, grids({1}, {1, 31, 100}));
}

TEST(EmitPoints, Powers) {
  Case c{"space = @s",
         {{"$, @s", 0.1, 2}, {"$, @s", -2, 2}},
         R"(%two = flex.constant [2.0] : !f<$>
            %m3 = flex.constant [-3.0] : !f<$>
            %half = flex.constant [0.5] : !f<$>
            %big = flex.constant [11.0] : !f<$>
            %0 = flex.pow %a1, %two : !f<$, @s>, !f<$>
            %1 = flex.pow %a0, %m3 : !f<$, @s>, !f<$>
            %2 = flex.pow %a0, %half : !f<$, @s>, !f<$>
            %3 = flex.pow %a1, %big : !f<$, @s>, !f<$>
            %4 = flex.pow %a0, %a1 : !f<$, @s>, !f<$, @s>
            flex.yield %0, %1, %2, %3, %4 : !f<$, @s>, !f<$, @s>, !f<$, @s>, !f<$, @s>, !f<$, @s>)",
         std::vector<std::string>(5, "$, @s"), 2, 4};
  check(c, {grid(1, 37, 1)});
}

TEST(EmitPoints, Decisions) {
  Case c{"samples",
         {{"2x$, samples", -3, 3, true}, {"2x$, samples", -3, 3, true}},
         R"(%0 = flex.cmp lt %a0, %a1 : !f<2x$, samples>, !f<2x$, samples>
            %1 = flex.cmp le %a0, %a1 : !f<2x$, samples>, !f<2x$, samples>
            %2 = flex.cmp gt %a0, %a1 : !f<2x$, samples>, !f<2x$, samples>
            %3 = flex.cmp ge %a0, %a1 : !f<2x$, samples>, !f<2x$, samples>
            %4 = flex.cmp eq %a0, %a1 : !f<2x$, samples>, !f<2x$, samples>
            %5 = flex.cmp ne %a0, %a1 : !f<2x$, samples>, !f<2x$, samples>
            %6 = flex.max %a0, %a1 : !f<2x$, samples>, !f<2x$, samples>
            %7 = flex.min %a0, %a1 : !f<2x$, samples>, !f<2x$, samples>
            %8 = flex.select %a0, %6, %7 : (!f<2x$, samples>, !f<2x$, samples>, !f<2x$, samples>) -> !f<2x$, samples>
            flex.yield %0, %1, %2, %3, %4, %5, %6, %7, %8 : !f<2x$, samples>, !f<2x$, samples>, !f<2x$, samples>, !f<2x$, samples>, !f<2x$, samples>, !f<2x$, samples>, !f<2x$, samples>, !f<2x$, samples>, !f<2x$, samples>)",
         std::vector<std::string>(9, "2x$, samples")};
  check(c, {grid(19, 1, 1)});
}

TEST(EmitPoints, ShapesOfChannels) {
  Case c{"samples, space = @s",
         {{"3x2x$, samples, @s"}, {"2x$, samples, @s"}, {"3x1x$"}},
         R"(%0 = flex.mul %a0, %a1 : !f<3x2x$, samples, @s>, !f<2x$, samples, @s>
            %1 = flex.add %0, %a2 : !f<3x2x$, samples, @s>, !f<3x1x$>
            %2 = flex.sum %1 {axes = array<i64: 1>} : !f<3x2x$, samples, @s> -> !f<3x$, samples, @s>
            %3 = flex.reshape %1 : !f<3x2x$, samples, @s> -> !f<2x3x$, samples, @s>
            %4 = flex.extract %3[1] : !f<2x3x$, samples, @s> -> !f<2x$, samples, @s>
            %5 = flex.stack %4, %a1 : (!f<2x$, samples, @s>, !f<2x$, samples, @s>) -> !f<2x2x$, samples, @s>
            %6 = flex.broadcast %a1 : !f<2x$, samples, @s> -> !f<3x2x$, samples, @s>
            %k = flex.constant [1.0, 2.0, 3.0] : !f<3x$>
            %7 = flex.mul %2, %k : !f<3x$, samples, @s>, !f<3x$>
            flex.yield %1, %7, %5, %6 : !f<3x2x$, samples, @s>, !f<3x$, samples, @s>, !f<2x2x$, samples, @s>, !f<3x2x$, samples, @s>)",
         {"3x2x$, samples, @s", "3x$, samples, @s", "2x2x$, samples, @s", "3x2x$, samples, @s"}};
  check(c, {grid(9, 3, 4)});
}

TEST(EmitPoints, SumsOverTheSpace) {
  Case c{"samples, space = @s",
         {{"6x$, samples, @s"}, {"6x$"}},
         R"(%0 = flex.mul %a0, %a1 : !f<6x$, samples, @s>, !f<6x$>
            %1 = flex.sum %0 {axes = array<i64>, space} : !f<6x$, samples, @s> -> !f<6x$, samples>
            %2 = flex.sum %a0 {axes = array<i64>, space} : !f<6x$, samples, @s> -> !f<6x$, samples>
            flex.yield %1, %2 : !f<6x$, samples>, !f<6x$, samples>)",
         {"6x$, samples", "6x$, samples"}, 2, 10};
  check(c, grids({3, 20}, {1, 75}));
}

TEST(EmitPoints, Positions) {
  Case plane{"space = @s", {}, R"(%0 = flex.positions @s : !f<2x$, @s>
            flex.yield %0 : !f<2x$, @s>)", {"2x$, @s"}};
  Sizes one;
  one.grid[0] = one.grid[1] = 1;
  check(plane, {one, grid(1, 1, 1), grid(1, 3, 5), grid(1, 33, 33)});
  Case line{"samples, space = @s", {{"$, samples, @s"}},
            R"(%0 = flex.positions @s : !f<1x$, @s>
               %1 = flex.extract %0[0] : !f<1x$, @s> -> !f<$, @s>
               %2 = flex.mul %1, %a0 : !f<$, @s>, !f<$, samples, @s>
               flex.yield %2 : !f<$, samples, @s>)", {"$, samples, @s"}, 1};
  check(line, {grid(5, 17, 1)});
}

TEST(EmitPoints, DrawsDependOnNothingButTheirPlace) {
  Case c{"samples, space = @s", {{"key"}, {"$", 0.3, 0.4}},
         R"(%0 = flex.bernoulli %a0, %a1 {stream = 5} : !f<$> -> !f<3x$, samples, @s>
            flex.yield %0 : !f<3x$, samples, @s>)", {"3x$, samples, @s"}};
  Sizes sizes = grid(21, 4, 3);
  sizes.firstSample = 1000;
  sizes.key = 0x123456789abcdef0;
  check(c, {sizes}, {1, 2, 5});
}

/// What stands before a convolution: a normalised value, a rectifier, dropout and a residual, with positions for the places.
TEST(EmitPoints, SourcesComputeRowsOfTheirResult) {
  Case c{"samples, source, space = @s",
         {{"3x$, samples, @s"}, {"3x$"}, {"key"}, {"$", 0.3, 0.4}, {"3x$, samples, @s"}, {"3x$, @s"}, {"$, samples"}},
         R"(%0 = flex.sub %a0, %a1 : !f<3x$, samples, @s>, !f<3x$>
            %zero = flex.constant [0.0] : !f<$>
            %1 = flex.max %0, %zero : !f<3x$, samples, @s>, !f<$>
            %2 = flex.bernoulli %a2, %a3 {stream = 5} : !f<$> -> !f<3x$, samples, @s>
            %3 = flex.mul %1, %2 : !f<3x$, samples, @s>, !f<3x$, samples, @s>
            %4 = flex.add %3, %a4 : !f<3x$, samples, @s>, !f<3x$, samples, @s>
            %5 = flex.add %4, %a5 : !f<3x$, samples, @s>, !f<3x$, @s>
            %6 = flex.mul %5, %a6 : !f<3x$, samples, @s>, !f<$, samples>
            flex.yield %6 : !f<3x$, samples, @s>)", {"3x$, samples, @s"}};
  std::vector<Sizes> all = grids({1, 7, 16, 33, 70}, {1, 5, 12});
  for (Sizes &sizes : all)
    sizes.key = 0x123456789abcdef0, sizes.firstSample = 90;
  check(c, all);
}

TEST(EmitPoints, LastStep) {
  Case last{"samples", {{"4x$, samples, @t"}, {"4x$"}},
            R"(%0 = flex.last %a0 : !f<4x$, samples, @t> -> !f<4x$, samples>
               %1 = flex.mul %0, %a1 : !f<4x$, samples>, !f<4x$>
               flex.yield %1 : !f<4x$, samples>)", {"4x$, samples"}};
  Sizes sizes = grid(18, 1, 1);
  sizes.lastPoints = 13;
  check(last, {sizes});
  Case place{"samples, space = @s", {{"4x$, samples"}},
             R"(%0 = flex.place_last %a0 : !f<4x$, samples> -> !f<4x$, samples, @s>
                flex.yield %0 : !f<4x$, samples, @s>)", {"4x$, samples, @s"}};
  check(place, {grid(18, 13, 1)});
}

TEST(EmitPoints, Uniform) {
  Case c{"", {{"5x$"}, {"$"}, {"7x5x$"}},
         R"(%0 = flex.mul %a0, %a1 : !f<5x$>, !f<$>
            %1 = flex.sin %0 : !f<5x$>
            %2 = flex.linear %a2, %1 : (!f<7x5x$>, !f<5x$>) -> !f<7x$>
            %3 = flex.sum %2 {axes = array<i64: 0>} : !f<7x$> -> !f<$>
            %4 = flex.outer %2, %0 : (!f<7x$>, !f<5x$>) -> !f<7x5x$>
            flex.yield %1, %3, %4 : !f<5x$>, !f<$>, !f<7x5x$>)", {"5x$", "$", "7x5x$"}, 2, 5};
  check(c, {Sizes()}, {1});
}

TEST(EmitPoints, OptimiserStep) {
  Case c{"space = @s", {{"$, @s"}, {"$, @s"}, {"$, @s", 0, 1}, {"$", 0.001, 0.01}},
         R"(%b = flex.constant [0.9] : !f<$>
            %d = flex.constant [0.1] : !f<$>
            %0 = flex.mul %a2, %b : !f<$, @s>, !f<$>
            %1 = flex.mul %a1, %a1 : !f<$, @s>, !f<$, @s>
            %2 = flex.mul %1, %d : !f<$, @s>, !f<$>
            %v = flex.add %0, %2 : !f<$, @s>, !f<$, @s>
            %3 = flex.sqrt %v : !f<$, @s>
            %4 = flex.add %3, %a3 : !f<$, @s>, !f<$>
            %5 = flex.div %a1, %4 : !f<$, @s>, !f<$, @s>
            %6 = flex.mul %5, %a3 : !f<$, @s>, !f<$>
            %w = flex.sub %a0, %6 : !f<$, @s>, !f<$, @s>
            %n = flex.sum %1 {axes = array<i64>, space} : !f<$, @s> -> !f<$>
            flex.yield %w, %v, %n : !f<$, @s>, !f<$, @s>, !f<$>)", {"$, @s", "$, @s", "$"}, 2, 20};
  check(c, grids({1}, {33, 10000}));
}

//===- Block by block ----------------------------------------------------------------------------------------------===//

TEST(EmitPoints, CrossEntropy) {
  Case c{"samples", {{"10x$, samples", -4, 4}, {"$, samples", 0, 10, true}},
         R"(%0 = flex.channel_max %a0 : !f<10x$, samples> -> !f<$, samples>
            %1 = flex.sub %a0, %0 : !f<10x$, samples>, !f<$, samples>
            %2 = flex.exp %1 : !f<10x$, samples>
            %3 = flex.sum %2 {axes = array<i64: 0>} : !f<10x$, samples> -> !f<$, samples>
            %4 = flex.log %3 : !f<$, samples>
            %5 = flex.one_hot %a1 : !f<$, samples> -> !f<10x$, samples>
            %6 = flex.mul %5, %1 : !f<10x$, samples>, !f<10x$, samples>
            %7 = flex.sum %6 {axes = array<i64: 0>} : !f<10x$, samples> -> !f<$, samples>
            %8 = flex.sub %4, %7 : !f<$, samples>, !f<$, samples>
            %9 = flex.sum %8 {axes = array<i64>, samples} : !f<$, samples> -> !f<$>
            %10 = flex.argmax %a0 : !f<10x$, samples> -> !f<$, samples>
            %11 = flex.cmp eq %10, %a1 : !f<$, samples>, !f<$, samples>
            %12 = flex.sum %11 {axes = array<i64>, samples} : !f<$, samples> -> !f<$>
            %13 = flex.div %2, %3 : !f<10x$, samples>, !f<$, samples>
            %14 = flex.sub %13, %5 : !f<10x$, samples>, !f<10x$, samples>
            flex.yield %9, %12, %14, %10 : !f<$>, !f<$>, !f<10x$, samples>, !f<$, samples>)",
         {"$", "$", "10x$, samples", "$, samples"}, 2, 5};
  check(c, grids({1, 16, 50, 100}, {1}));
}

TEST(EmitPoints, LinearAndItsGradientsOverSamplesAndSpace) {
  Case c{"samples, space = @s",
         {{"13x$, samples, @s"}, {"25x13x$"}, {"25x$"}, {"25x$, samples, @s"}},
         R"(%0 = flex.linear %a1, %a0 bias %a2 : (!f<25x13x$>, !f<13x$, samples, @s>, !f<25x$>) -> !f<25x$, samples, @s>
            %1 = flex.tanh %0 : !f<25x$, samples, @s>
            %2 = flex.mul %1, %a3 : !f<25x$, samples, @s>, !f<25x$, samples, @s>
            %3 = flex.linear_transposed %a1, %2 : (!f<25x13x$>, !f<25x$, samples, @s>) -> !f<13x$, samples, @s>
            %4 = flex.outer %2, %a0 : (!f<25x$, samples, @s>, !f<13x$, samples, @s>) -> !f<25x13x$>
            %5 = flex.outer %a3, %0 : (!f<25x$, samples, @s>, !f<25x$, samples, @s>) -> !f<25x25x$>
            %6 = flex.sum %2 {axes = array<i64>, samples, space} : !f<25x$, samples, @s> -> !f<25x$>
            flex.yield %0, %3, %4, %5, %6 : !f<25x$, samples, @s>, !f<13x$, samples, @s>, !f<25x13x$>, !f<25x25x$>, !f<25x$>)",
         {"25x$, samples, @s", "13x$, samples, @s", "25x13x$", "25x25x$", "25x$"}, 2, 20};
  check(c, grids({1, 8, 20}, {1, 3, 11}));
}

TEST(EmitPoints, LinearWithAScaledBiasOverASpace) {
  Case c{"space = @s",
         {{"32x$, @s"}, {"50x32x$"}, {"50x$"}, {"$, @s"}, {"50x$, @s"}},
         R"(%0 = flex.mul %a0, %a3 : !f<32x$, @s>, !f<$, @s>
            %1 = flex.linear %a1, %0 bias %a2 scaled %a3 : (!f<50x32x$>, !f<32x$, @s>, !f<50x$>, !f<$, @s>) -> !f<50x$, @s>
            %2 = flex.outer %a4, %0 : (!f<50x$, @s>, !f<32x$, @s>) -> !f<50x32x$>
            %s = flex.reshape %a3 : !f<$, @s> -> !f<1x$, @s>
            %3 = flex.outer %a4, %s : (!f<50x$, @s>, !f<1x$, @s>) -> !f<50x1x$>
            %b = flex.reshape %a2 : !f<50x$> -> !f<50x1x$>
            %4 = flex.linear_transposed %b, %a4 : (!f<50x1x$>, !f<50x$, @s>) -> !f<1x$, @s>
            %5 = flex.reshape %1 : !f<50x$, @s> -> !f<10x5x$, @s>
            flex.yield %5, %2, %3, %4 : !f<10x5x$, @s>, !f<50x32x$>, !f<50x1x$>, !f<1x$, @s>)",
         {"10x5x$, @s", "50x32x$", "50x1x$", "1x$, @s"}, 2, 20};
  check(c, grids({1}, {1, 9, 25, 32, 100}));
}

TEST(EmitPoints, SumOverTheSpaceBehindAProduct) {
  Case c{"samples, space = @s", {{"9x$, samples, @s"}, {"8x9x$"}},
         R"(%0 = flex.linear %a1, %a0 : (!f<8x9x$>, !f<9x$, samples, @s>) -> !f<8x$, samples, @s>
            %1 = flex.sum %0 {axes = array<i64>, space} : !f<8x$, samples, @s> -> !f<8x$, samples>
            flex.yield %1 : !f<8x$, samples>)", {"8x$, samples"}, 2, 10};
  check(c, {grid(20, 7, 1)}, {1});
}

/// The paper's kernel network with its mask and all of its gradients, small: two filters, 20 hidden, 30 outputs.
TEST(EmitPoints, KernelNetworkAndItsGradients) {
  std::string body = R"(
    %half = flex.constant [-0.5] : !f<$>
    %p = flex.positions @s : !f<2x$, @s>)";
  auto filter = [&](const std::string &l, int first) {
    auto a = [&](int i) { return "%a" + std::to_string(first + i); };
    body += replaced(R"(
    %d# = flex.sub %p, )" + a(1) + R"( : !f<2x$, @s>, !f<20x2x$>
    %e# = flex.mul %d#, )" + a(0) + R"( : !f<20x2x$, @s>, !f<20x2x$>
    %s# = flex.mul %e#, %e# : !f<20x2x$, @s>, !f<20x2x$, @s>
    %r# = flex.sum %s# {axes = array<i64: 1>} : !f<20x2x$, @s> -> !f<20x$, @s>
    %h# = flex.mul %r#, %half : !f<20x$, @s>, !f<$>
    %x# = flex.exp %h# : !f<20x$, @s>
    %z# = flex.linear )" + a(2) + ", %p bias " + a(3) + R"( : (!f<20x2x$>, !f<2x$, @s>, !f<20x$>) -> !f<20x$, @s>
    %n# = flex.sin %z# : !f<20x$, @s>
    %c# = flex.cos %z# : !f<20x$, @s>
    %g# = flex.mul %x#, %n# : !f<20x$, @s>, !f<20x$, @s>)", "#", l);
  };
  /// Gradients of a filter's parameters, given that of its value in %q#.
  auto filterGradient = [&](const std::string &l) {
    body += replaced(R"(
    %t# = flex.mul %q#, %x# : !f<20x$, @s>, !f<20x$, @s>
    %u# = flex.mul %t#, %c# : !f<20x$, @s>, !f<20x$, @s>
    %v# = flex.mul %t#, %n# : !f<20x$, @s>, !f<20x$, @s>
    %w# = flex.reshape %v# : !f<20x$, @s> -> !f<20x1x$, @s>
    %i# = flex.mul %w#, %e# : !f<20x1x$, @s>, !f<20x2x$, @s>
    %j# = flex.mul %i#, %d# : !f<20x2x$, @s>, !f<20x2x$, @s>
    %dgamma# = flex.sum %j# {axes = array<i64>, space} : !f<20x2x$, @s> -> !f<20x2x$>
    %dmu# = flex.sum %i# {axes = array<i64>, space} : !f<20x2x$, @s> -> !f<20x2x$>
    %dw# = flex.outer %u#, %p : (!f<20x$, @s>, !f<2x$, @s>) -> !f<20x2x$>
    %db# = flex.sum %u# {axes = array<i64>, space} : !f<20x$, @s> -> !f<20x$>)", "#", l);
  };
  filter("0", 0);
  filter("1", 4);
  body += R"(
    %l = flex.linear %a8, %g0 bias %a9 : (!f<20x20x$>, !f<20x$, @s>, !f<20x$>) -> !f<20x$, @s>
    %h = flex.mul %g1, %l : !f<20x$, @s>, !f<20x$, @s>
    %m0 = flex.mul %p, %p : !f<2x$, @s>, !f<2x$, @s>
    %m1 = flex.sum %m0 {axes = array<i64: 0>} : !f<2x$, @s> -> !f<$, @s>
    %m2 = flex.mul %m1, %half : !f<$, @s>, !f<$>
    %m = flex.exp %m2 : !f<$, @s>
    %mh = flex.mul %h, %m : !f<20x$, @s>, !f<$, @s>
    %y = flex.linear %a10, %mh bias %a11 scaled %m : (!f<30x20x$>, !f<20x$, @s>, !f<30x$>, !f<$, @s>) -> !f<30x$, @s>
    %m4 = flex.reshape %m : !f<$, @s> -> !f<1x$, @s>
    %k = flex.reshape %a12 : !f<5x6x$, @s> -> !f<30x$, @s>
    %dA = flex.outer %k, %mh : (!f<30x$, @s>, !f<20x$, @s>) -> !f<30x20x$>
    %da = flex.outer %k, %m4 : (!f<30x$, @s>, !f<1x$, @s>) -> !f<30x1x$>
    %dmh = flex.linear_transposed %a10, %k : (!f<30x20x$>, !f<30x$, @s>) -> !f<20x$, @s>
    %dh = flex.mul %dmh, %m : !f<20x$, @s>, !f<$, @s>
    %dl = flex.mul %dh, %g1 : !f<20x$, @s>, !f<20x$, @s>
    %q1 = flex.mul %dh, %l : !f<20x$, @s>, !f<20x$, @s>
    %q0 = flex.linear_transposed %a8, %dl : (!f<20x20x$>, !f<20x$, @s>) -> !f<20x$, @s>
    %dH = flex.outer %dl, %g0 : (!f<20x$, @s>, !f<20x$, @s>) -> !f<20x20x$>
    %dm = flex.mul %dmh, %h : !f<20x$, @s>, !f<20x$, @s>
    %dm1 = flex.sum %dm {axes = array<i64: 0>} : !f<20x$, @s> -> !f<$, @s>)";
  filterGradient("0");
  filterGradient("1");
  body += R"(
    flex.yield %y, %dA, %da, %dH, %dgamma0, %dmu0, %dw0, %db0, %dgamma1, %dmu1, %dw1, %db1, %dm1 : !f<30x$, @s>, !f<30x20x$>, !f<30x1x$>, !f<20x20x$>, !f<20x2x$>, !f<20x2x$>, !f<20x2x$>, !f<20x$>, !f<20x2x$>, !f<20x2x$>, !f<20x2x$>, !f<20x$>, !f<$, @s>)";
  std::vector<Argument> arguments;
  for (int l = 0; l < 2; ++l)
    arguments.insert(arguments.end(), {{"20x2x$", 0.5, 2}, {"20x2x$"}, {"20x2x$", -20, 20}, {"20x$", -3, 3}});
  arguments.insert(arguments.end(), {{"20x20x$", -0.3, 0.3}, {"20x$"}, {"30x20x$", -0.3, 0.3}, {"30x$"}, {"5x6x$, @s"}});
  Case c{"space = @s", arguments, body,
         {"30x$, @s", "30x20x$", "30x1x$", "20x20x$", "20x2x$", "20x2x$", "20x2x$", "20x$", "20x2x$", "20x2x$", "20x2x$", "20x$", "$, @s"},
         2, 30};
  check(c, {grid(1, 1, 1), grid(1, 5, 5), grid(1, 9, 11)});
}

//===- What is refused, what is shared -----------------------------------------------------------------------------===//

TEST(EmitPoints, EqualRegionsShareAFunction) {
  Case c = kElementwise;
  std::string text = moduleText(c, "f32"), other = replaced(replaced(text, "@net", "@other"), "@s", "@q");
  auto module = parseSourceString<ModuleOp>(text + other, &context());
  ASSERT_TRUE(module);
  ASSERT_TRUE(succeeded(emit(*module, 512)));
  std::vector<Attribute> functions;
  module->walk([&](PointsOp region) { functions.push_back(region->getAttr("function")); });
  ASSERT_EQ(functions.size(), 2u);
  EXPECT_EQ(functions[0], functions[1]);
}
} // namespace
