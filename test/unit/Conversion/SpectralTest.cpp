// The spectral convolution and its gradients: images and signals of random shapes, and of shapes at every length that a
// transform can have. CorrelationCheck.h says what is checked.
#include "CorrelationCheck.h"

#include "flex/Conversion/Codelets.h"

using namespace flex;
using namespace flex::test;

//===- Shapes ------------------------------------------------------------------------------------------------------===//

namespace {

/// The longest transform of an axis of images, that up to which shapes are drawn, and the longest of signals.
constexpr int64_t kLongest = 256, kUsual = 96, kLongestSignal = 1728 * 48;
/// Taps of a signal of any length: one place of the longest axis is left for a tile.
constexpr int64_t kMostTaps = 1727 * 48 + 1;
constexpr Channels kChannels[] = {{1, 1},  {1, 36},  {2, 3},   {3, 2},   {3, 16},  {5, 17},
                                          {16, 5}, {17, 24}, {24, 24}, {36, 37}, {37, 36}, {16, 1}};
/// What is left for the last slice: parts of vectors, whole vectors, and more.
constexpr int64_t kSamples[] = {1, 2, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 97, 100, 129, 130};

/// Images or signals of one type, compiled at most once in a process.
template <class Real> class SpectralTest : public RandomShapes {
protected:
  SpectralTest() : RandomShapes(kChannels, kSamples) {}

  static const CorrelationProgram &program(bool causal) {
    static std::unique_ptr<CorrelationProgram> programs[2];
    if (!programs[causal])
      programs[causal] = std::make_unique<CorrelationProgram>(Engine::Spectral, causal, sizeof(Real) == 8, kChannels);
    return *programs[causal];
  }
  void check(const Shape &shape) {
    Correlation<Real>(program(shape.causal), shape, random()).check(nextPool());
  }
  /// Bytes of workspace for both directions.
  std::pair<int64_t, int64_t> bytes(const Shape &shape) {
    CorrelationArguments a;
    a.samples = shape.samples, a.paddedSamples = roundUp(shape.samples, program(shape.causal).lanes);
    std::copy_n(shape.size, 2, a.size);
    std::copy_n(shape.taps, 2, a.taps);
    a.tapStride = roundUp(shape.tapCount(), 32);
    const auto &functions = program(shape.causal)[shape.channels];
    return {functions.forwardBytes(&a), functions.backwardBytes(&a)};
  }

  /// Half of the taps along an axis: as far as there is data, or as transforms reach.
  int64_t anyReach(int64_t size) { return below(std::min({size, kUsual - size, (kUsual - 1) / 2}) + 1); }
  Shape image(int64_t budget);
  Shape signal(int64_t longest, int64_t budget);

};

using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(SpectralTest, Reals);

} // namespace

template <class Real> Shape SpectralTest<Real>::image(int64_t budget) {
  Channels channels = anyChannels();
  int64_t samples = anySamples(), points = pointsFor(budget, channels, samples);
  int64_t first = 1 + below(std::min(points, int64_t(70))), second = 1 + below(std::min(points / first, int64_t(70)));
  if (below(2))
    std::swap(first, second);
  return {false, channels, samples, {first, second}, {2 * anyReach(first) + 1, 2 * anyReach(second) + 1}, below(3)};
}

template <class Real> Shape SpectralTest<Real>::signal(int64_t longest, int64_t budget) {
  Channels channels = anyChannels();
  int64_t samples = anySamples(), points = pointsFor(budget, channels, samples);
  int64_t size = 1 + below(std::min(points, longest));
  int64_t taps = 1 + (below(3) ? below(size) : below(2 * size + 5));
  return {true, channels, samples, {size, 1}, {taps, 1}, below(3)};
}

//===- Tests -------------------------------------------------------------------------------------------------------===//

TYPED_TEST(SpectralTest, CorrelatesImages) {
  for (int i = 0; i < 60; ++i)
    this->check(this->image(i % 10 ? 60'000 : 1'500'000));
}

/// One axis just fills a transform, and then needs the next one.
TYPED_TEST(SpectralTest, CorrelatesImagesAtEveryLength) {
  for (int64_t length : codeletLengths())
    for (int64_t need : {length, length + 1}) {
      if (need > kLongest)
        continue;
      int64_t reach = this->below((need + 1) / 2), size = need - reach;
      int64_t other = 1 + this->below(9);
      Shape shape{false, {2, 3}, this->anySamples(), {size, other}, {2 * reach + 1, 2 * this->anyReach(other) + 1}};
      this->check(shape);
      std::swap(shape.size[0], shape.size[1]), std::swap(shape.taps[0], shape.taps[1]);
      this->check(shape);
    }
}

/// Taps that reach beyond the data from everywhere, which then have no gradient.
TYPED_TEST(SpectralTest, CorrelatesImagesSmallerThanTheirTaps) {
  for (int64_t size = 1; size <= 24; ++size)
    for (int64_t reach : {size, size + 1, size + 1 + this->below(kUsual / 2 - 1 - size)}) {
      int64_t other = 1 + this->below(7);
      Shape shape{false, {2, 3}, 1 + this->below(40), {size, other}, {2 * reach + 1, 2 * other + 1}};
      this->check(shape);
      std::swap(shape.size[0], shape.size[1]), std::swap(shape.taps[0], shape.taps[1]);
      this->check(shape);
    }
}

TYPED_TEST(SpectralTest, CorrelatesSignals) {
  for (int i = 0; i < 60; ++i)
    this->check(this->signal(400, 80'000));
  for (int i = 0; i < 4; ++i)
    this->check(this->signal(2000, 600'000));
}

/// Every number of points up to some hundred, one tap, one point, and the most that there is room for.
TYPED_TEST(SpectralTest, CorrelatesSignalsOfEveryLength) {
  for (int64_t need = 1; need <= 160; ++need) {
    int64_t taps = 1 + this->below(need);
    this->check({true, {2, 3}, this->anySamples(), {need + 1 - taps, 1}, {taps, 1}});
  }
  constexpr std::pair<int64_t, int64_t> kExtremes[] = {{1, 1},        {1, 300},         {300, 1},        {4000, 5217},
                                                       {9216, 2},     {2, 20000},       {12000, 24000},  {40000, 1},
                                                       {1, kLongestSignal}, {30000, kLongestSignal - 29999}};
  for (auto [size, taps] : kExtremes)
    this->check({true, {2, 3}, 3, {size, 1}, {taps, 1}});
}

/// Signals that are many times as long as their taps: short taps, taps as long as a tile and longer, lengths with an end.
TYPED_TEST(SpectralTest, CorrelatesSignalsInTiles) {
  for (int64_t samples : {1, 3, 17, 100})
    for (int i = 0; i < 7; ++i) {
      int64_t taps = i < 3 ? 1 + i : 1 + this->below(200), size = 2 * taps + this->below(20'000 / samples);
      this->check({true, {2, 3}, samples, {size, 1}, {taps, 1}});
    }
  constexpr std::pair<int64_t, int64_t> kLong[] = {{83'001, 1}, {90'001, 20'003}, {90'000, 80'000}};
  for (auto [size, taps] : kLong)
    this->check({true, {1, 1}, 3, {size, 1}, {taps, 1}});
}

/// More taps than the caches hold go past them.
TYPED_TEST(SpectralTest, CorrelatesSignalsWithManyTaps) {
  this->check({true, {36, 37}, 3, {1600, 1}, {1600, 1}});
  this->check({true, {37, 36}, 17, {1501, 1}, {1777, 1}});
}

/// A complex number for every two samples, frequency and channel, and some padding; nothing where tiles read other points, or
/// where transforms are much longer than the data.
TYPED_TEST(SpectralTest, KeepsSpectraOfWholeSignalsAndImages) {
  auto bytes = [&](const Shape &shape) {
    return Correlation<TypeParam>(this->program(shape.causal), shape, 1).keptBytes();
  };
  const int64_t lanes = 2 * this->program(false).lanes, size = sizeof(TypeParam);
  EXPECT_EQ(bytes({false, {24, 24}, 2 * lanes, {32, 32}, {9, 9}}), 36 * 36 * (24 * 2 * lanes + lanes / 2) * size);
  EXPECT_EQ(bytes({false, {24, 24}, lanes, {32, 32}, {33, 33}}), 0);
  EXPECT_GT(bytes({true, {24, 24}, 100, {784, 1}, {784, 1}}), 0);
  EXPECT_EQ(bytes({true, {2, 3}, 3, {90'001, 1}, {20'003, 1}}), 0);
}

TYPED_TEST(SpectralTest, AsksForWorkspaceWhereTransformsAreLongEnough) {
  auto isPossible = [&](const Shape &shape) {
    auto [forward, backward] = this->bytes(shape);
    EXPECT_EQ(forward > 0, backward > 0) << shape.text();
    // Both gradients take more, but for the moments of y: each tile of a signal leaves a few, and a worker has sums of
    // some vectors for each channel that shares one.
    int64_t output = shape.channels.out * shape.points() * roundUp(shape.samples, 16) * int64_t(sizeof(TypeParam));
    EXPECT_LE(forward, backward + output / 10 + 4096) << shape.text();
    return backward > 0;
  };
  for (int64_t size : {1, 2, 5, 32, 63, 64, 95, 96, 97, 100, 127, 128, 171, 255, 256, 257})
    for (int64_t reach : {int64_t(0), size / 2, kLongest - size, kLongest - size + 1, size}) {
      if (reach < 0 || reach > size)
        continue;
      bool fits = std::max(size + reach, 2 * reach + 1) <= kLongest;
      EXPECT_EQ(isPossible({false, {3, 2}, 17, {size, 5}, {2 * reach + 1, 3}}), fits) << size << ", " << reach;
      EXPECT_EQ(isPossible({false, {3, 2}, 17, {5, size}, {3, 2 * reach + 1}}), fits) << size << ", " << reach;
    }
  for (int64_t size : {int64_t(1), int64_t(100), kLongestSignal / 2, kLongestSignal})
    for (int64_t points : {size, kLongestSignal - 1, kLongestSignal, kLongestSignal + 1, 2 * kLongestSignal})
      if (points >= size) {
        int64_t taps = points - size + 1;
        bool fits = points <= kLongestSignal || taps <= kMostTaps;
        EXPECT_EQ(isPossible({true, {3, 2}, 1, {size, 1}, {taps, 1}}), fits) << size << ", " << points;
      }
}
