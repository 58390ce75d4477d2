// The direct correlation and its gradients: images and signals of random shapes, and of shapes at the edges of tiles,
// vectors and units; and against the spectral one, which shares no line with it. CorrelationCheck.h says what is checked.
#include "CorrelationCheck.h"

using namespace flex;
using namespace flex::test;

namespace {

/// One tile, a part of one, and several with rests of all sizes.
constexpr Channels kChannels[] = {{1, 1}, {1, 36}, {3, 2}, {4, 6}, {5, 17}, {9, 3}, {17, 24}, {36, 37}, {16, 1}};
constexpr int64_t kSamples[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 48, 64, 65, 100};

template <class Real> class DirectTest : public RandomShapes {
protected:
  DirectTest() : RandomShapes(kChannels, kSamples) {}

  static const CorrelationProgram &program(Engine engine, bool causal) {
    static std::unique_ptr<CorrelationProgram> programs[2][2];
    auto &found = programs[engine == Engine::Direct][causal];
    if (!found)
      found = std::make_unique<CorrelationProgram>(engine, causal, sizeof(Real) == 8, kChannels);
    return *found;
  }
  void check(const Shape &shape) {
    Correlation<Real>(program(Engine::Direct, shape.causal), shape, random())
        .check(nextPool());
  }
  /// Often one of those that kernels are made for.
  int64_t anyTaps(int64_t most) { return below(2) ? std::min<int64_t>(1 + 2 * below(3), most) : 1 + below(most); }
  Shape image(int64_t budget);
  Shape signal(int64_t budget);

};

using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(DirectTest, Reals);

} // namespace

/// `budget` bounds the numbers of the data; taps may reach beyond it from everywhere.
template <class Real> Shape DirectTest<Real>::image(int64_t budget) {
  Channels channels = anyChannels();
  int64_t samples = anySamples();
  int64_t points = pointsFor(budget, channels, samples);
  int64_t first = 1 + below(std::min<int64_t>(points, 50)), second = 1 + below(std::min<int64_t>(points / first, 50));
  if (below(2))
    std::swap(first, second);
  return {false, channels, samples, {first, second}, {anyTaps(13), anyTaps(13)}, below(3)};
}

template <class Real> Shape DirectTest<Real>::signal(int64_t budget) {
  Channels channels = anyChannels();
  int64_t samples = anySamples();
  int64_t size = 1 + below(pointsFor(budget, channels, samples));
  return {true, channels, samples, {size, 1}, {anyTaps(below(2) ? 9 : 2 * size + 5), 1}, below(3)};
}

//===- Tests -------------------------------------------------------------------------------------------------------===//

TYPED_TEST(DirectTest, CorrelatesImages) {
  for (int i = 0; i < 60; ++i)
    this->check(this->image(i % 10 ? 60'000 : 600'000));
}

TYPED_TEST(DirectTest, CorrelatesSignals) {
  for (int i = 0; i < 60; ++i)
    this->check(this->signal(i % 10 ? 20'000 : 200'000));
}

/// Rows of every length up to some vectors, for slices that are whole, almost, and single samples.
TYPED_TEST(DirectTest, CorrelatesRowsOfEveryLength) {
  for (int64_t samples : {1, 3, 15, 16, 17})
    for (int64_t size = 1; size <= 20; ++size) {
      this->check({false, {5, 17}, samples, {2, size}, {3, 3}});
      this->check({true, {9, 3}, samples, {size, 1}, {1 + this->below(4), 1}});
    }
}

/// More than one block of columns, of rows, and chunks of several units.
TYPED_TEST(DirectTest, CorrelatesInManyUnits) {
  this->check({false, {36, 37}, 17, {33, 61}, {5, 7}});
  this->check({false, {3, 2}, 65, {70, 90}, {3, 3}});
  this->check({true, {36, 37}, 16, {1500, 1}, {3, 1}});
  this->check({true, {1, 36}, 1, {5000, 1}, {400, 1}});
}

/// A sum of squares less the square of the sum would keep nothing of such deviations in single precision.
TYPED_TEST(DirectTest, TakesMomentsOfLargeMeans) {
  for (Engine engine : {Engine::Direct, Engine::Spectral})
    for (int64_t samples : {1, 16, 33, 64, 150}) {
      Shape shape{false, {1, 36}, samples, {20, 30}, {1, 1}};
      Correlation<TypeParam> correlation(this->program(engine, false), shape, this->random());
      correlation.shift(3000);
      correlation.compareMoments(correlation.forward({}));
    }
}

/// The two share nothing but the result.
TYPED_TEST(DirectTest, AgreesWithTheSpectralConvolution) {
  double tolerance = sizeof(TypeParam) == 8 ? 1e-12 : 1e-5;
  for (int i = 0; i < 40; ++i) {
    Shape shape = i % 2 ? this->image(60'000) : this->signal(60'000);
    SCOPED_TRACE(shape.text());
    uint32_t seed = this->random();
    Correlation<TypeParam> direct(this->program(Engine::Direct, shape.causal), shape, seed);
    Correlation<TypeParam> spectral(this->program(Engine::Spectral, shape.causal), shape, seed);
    auto y = direct.forward({}), other = spectral.forward({});
    EXPECT_LT(y.distance(other), tolerance) << "output";
    auto d = direct.backward({}, true, true), e = spectral.backward({}, true, true);
    EXPECT_LT(d.input.distance(e.input), tolerance) << "the input's gradient";
    EXPECT_LT(d.kernel.distance(e.kernel), tolerance) << "the kernel's gradient";
  }
}
