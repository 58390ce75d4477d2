// Convolutions whose taps are mixtures of a few signals. Made in the test in higher precision, the taps go through the
// spectral convolution that SpectralTest checks; what is mixed in the spectrum, or in front of it, has to come to the same, and so
// have the taps that other algorithms take.
#include "CorrelationCheck.h"

using namespace flex;
using namespace flex::test;

namespace {

constexpr Channels kChannels[] = {{1, 1}, {2, 3}, {3, 16}, {17, 24}, {36, 37}};
constexpr int64_t kSamples[] = {1, 2, 15, 16, 17, 33, 64, 100};

/// A mixture or its gradients: weight [pairs][hidden], bias [pairs], and signals in rows as taps are.
template <class Real> struct MixtureOf {
  Memory<Real> weight, bias;
  Taps<Real> basis, scale;

  MixtureOf(const Shape &shape, int64_t pairs, int64_t hidden, int64_t lanes)
      : weight(pairs * hidden), bias(pairs), basis(rows(shape, hidden), lanes), scale(rows(shape, 1), lanes) {}
  MixtureArguments arguments() { return {weight.data(), basis.memory.data(), bias.data(), scale.memory.data()}; }
  void fill(std::mt19937 &random) {
    for (Memory<Real> *memory : {&weight, &bias})
      for (int64_t i = 0; i < memory->count; ++i)
        (*memory)[i] = number<Real>(random);
    basis.fill(random), scale.fill(random);
  }
  void expectIntact() {
    EXPECT_TRUE(weight.intactAround() && bias.intactAround());
    basis.expectIntact(), scale.expectIntact();
  }
  bool operator==(const MixtureOf &other) const {
    return weight == other.weight && bias == other.bias && basis == other.basis && scale == other.scale;
  }

private:
  static Shape rows(Shape shape, int64_t count) {
    shape.channels = {1, count};
    return shape;
  }
};

template <class Real> class MixtureTest : public RandomShapes {
protected:
  MixtureTest() : RandomShapes(kChannels, kSamples) {}

  static const CorrelationProgram &program(bool causal, int64_t hidden, bool mixesSpectra) {
    static std::map<std::tuple<bool, int64_t, bool>, std::unique_ptr<CorrelationProgram>> programs;
    auto &found = programs[{causal, hidden, mixesSpectra}];
    if (!found)
      found = std::make_unique<CorrelationProgram>(Engine::Spectral, causal, sizeof(Real) == 8, kChannels, hidden, mixesSpectra);
    return *found;
  }
  void check(const Shape &shape, int64_t hidden);
  void check(const Shape &shape, int64_t hidden, bool mixesSpectra);
};

using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(MixtureTest, Reals);

/// One case: arguments, and what is made of them.
template <class Real> class Case {
public:
  Case(const Shape &shape, int64_t hidden, const CorrelationProgram &mixed, const CorrelationProgram &plain, uint32_t seed)
      : shape(shape), hidden(hidden), pairs(shape.channels.in * shape.channels.out), lanes(mixed.lanes),
        mixed(mixed[shape.channels]), plain(plain[shape.channels]),
        x(shape.channels.in, shape.points(), shape.samples, lanes),
        dy(shape.channels.out, shape.points(), shape.samples, lanes), mixture(shape, pairs, hidden, lanes), k(shape, lanes) {
    std::mt19937 random(seed);
    x.fill(random), dy.fill(random), mixture.fill(random);
    for (int64_t p = 0; p < pairs; ++p)
      for (int64_t t = 0; t < k.count; ++t) {
        long double sum = static_cast<long double>(mixture.bias[p]) * mixture.scale.get(0, t);
        for (int64_t i = 0; i < hidden; ++i)
          sum += mixture.weight[p * hidden + i] * mixture.basis.get(i, t);
        k.memory[p * k.stride + t] = Real(sum);
      }
  }

  struct Gradients {
    Field<Real> input;
    Taps<Real> kernel;
    MixtureOf<Real> mixture;
  };
  Field<Real> forward(bool isMixed, TestPool pool) {
    testPool = pool;
    Field<Real> y(shape.channels.out, shape.points(), shape.samples, lanes);
    CorrelationArguments a = arguments(isMixed);
    a.gradient = nullptr, a.output = y.memory.data();
    run(a, isMixed, /*backward=*/false);
    y.expectIntact();
    return y;
  }
  Gradients backward(bool isMixed, TestPool pool, bool inputWanted = true, bool kernelWanted = true) {
    testPool = pool;
    Gradients d = noGradients();
    CorrelationArguments a = arguments(isMixed);
    if (inputWanted)
      a.inputGradient = d.input.memory.data();
    if (kernelWanted && isMixed)
      a.mixtureGradient = d.mixture.arguments();
    if (kernelWanted && !isMixed)
      a.kernelGradient = d.kernel.memory.data();
    run(a, isMixed, /*backward=*/true);
    d.input.expectIntact(), d.kernel.expectIntact(), d.mixture.expectIntact();
    return d;
  }
  Taps<Real> mix(TestPool pool) {
    testPool = pool;
    Taps<Real> taps(shape, lanes);
    CorrelationArguments a = arguments(true);
    a.kernel = taps.memory.data();
    mixed.mix(&a);
    taps.expectIntact();
    return taps;
  }
  MixtureOf<Real> unmix(TestPool pool, Taps<Real> &taps) {
    testPool = pool;
    MixtureOf<Real> d(shape, pairs, hidden, lanes);
    CorrelationArguments a = arguments(true);
    a.kernelGradient = taps.memory.data(), a.mixtureGradient = d.arguments();
    mixed.unmix(&a);
    d.expectIntact();
    return d;
  }
  /// The gradients of a mixture against what follows from those of the taps, relative to the largest sum of their terms' sizes.
  void compare(const char *what, const MixtureOf<Real> &d, const Taps<Real> &dk);

  const Taps<Real> &taps() const { return k; }

private:
  Gradients noGradients() {
    return {{shape.channels.in, shape.points(), shape.samples, lanes}, {shape, lanes}, {shape, pairs, hidden, lanes}};
  }
  CorrelationArguments arguments(bool isMixed) {
    CorrelationArguments a;
    a.samples = shape.samples, a.paddedSamples = x.padded;
    std::copy_n(shape.size, 2, a.size);
    std::copy_n(shape.taps, 2, a.taps);
    a.tapStride = k.stride;
    a.input = x.memory.data(), a.gradient = dy.memory.data();
    if (isMixed)
      a.mixture = mixture.arguments();
    else
      a.kernel = k.memory.data();
    return a;
  }
  void run(CorrelationArguments &a, bool isMixed, bool backward) {
    const auto &functions = isMixed ? mixed : plain;
    int64_t bytes = (backward ? functions.backwardBytes : functions.forwardBytes)(&a);
    ASSERT_GT(bytes, 0);
    Memory<unsigned char> workspace(bytes);
    a.workspace = workspace.data();
    (backward ? functions.backward : functions.forward)(&a);
    EXPECT_TRUE(workspace.intactAround()) << "written around the workspace";
  }

  Shape shape;
  int64_t hidden, pairs, lanes;
  CorrelationProgram::Functions mixed, plain;
  Field<Real> x, dy;
  MixtureOf<Real> mixture;
  Taps<Real> k;
};

/// Rounding errors of what is summed once more, far above those that are seen, far below what a wrong term would make.
template <class Real> constexpr double kBound = 64 * std::numeric_limits<Real>::epsilon();

} // namespace

template <class Real> void Case<Real>::compare(const char *what, const MixtureOf<Real> &d, const Taps<Real> &dk) {
  double worst[4] = {}, largest[4] = {};
  struct Sum {
    long double value = 0, size = 0;
    void add(long double term) { value += term, size += std::abs(term); }
  };
  auto entry = [&](int part, Real actual, Sum expected) {
    double off = std::abs(double(actual - expected.value));
    worst[part] = std::isnan(off) ? INFINITY : std::max(worst[part], off);
    largest[part] = std::max(largest[part], double(expected.size));
  };
  auto signals = [&](int part, const Taps<Real> &actual, int64_t i, auto factor) {
    for (int64_t t = 0; t < k.count; ++t) {
      Sum sum;
      for (int64_t p = 0; p < pairs; ++p)
        sum.add(factor(p) * dk.get(p, t));
      entry(part, actual.memory[i * actual.stride + t], sum);
    }
  };
  auto coefficients = [&](int part, const Memory<Real> &actual, int64_t at, int64_t p, const Taps<Real> &of, int64_t i) {
    Sum sum;
    for (int64_t t = 0; t < k.count; ++t)
      sum.add(static_cast<long double>(dk.get(p, t)) * of.get(i, t));
    entry(part, actual[at], sum);
  };
  for (int64_t i = 0; i < hidden; ++i)
    signals(0, d.basis, i, [&](int64_t p) { return static_cast<long double>(mixture.weight[p * hidden + i]); });
  signals(1, d.scale, 0, [&](int64_t p) { return static_cast<long double>(mixture.bias[p]); });
  for (int64_t p = 0; p < pairs; ++p) {
    for (int64_t i = 0; i < hidden; ++i)
      coefficients(2, d.weight, p * hidden + i, p, mixture.basis, i);
    coefficients(3, d.bias, p, p, mixture.scale, 0);
  }
  constexpr const char *kParts[] = {"basis", "scale", "weight", "bias"};
  for (int part = 0; part < 4; ++part)
    EXPECT_LT(worst[part], kBound<Real> * largest[part]) << what << ": gradient of " << kParts[part];
}

template <class Real> void MixtureTest<Real>::check(const Shape &shape, int64_t hidden) {
  for (bool mixesSpectra : {false, true})
    check(shape, hidden, mixesSpectra);
}

template <class Real> void MixtureTest<Real>::check(const Shape &shape, int64_t hidden, bool mixesSpectra) {
  SCOPED_TRACE(shape.text() + (mixesSpectra ? " of spectra of " : " of ") + std::to_string(hidden) + " signals");
  TestPool other = nextPool();
  Case<Real> c(shape, hidden, program(shape.causal, hidden, mixesSpectra), program(shape.causal, 0, false), random());
  Field<Real> y = c.forward(true, {});
  EXPECT_LT(y.distance(c.forward(false, {})), kBound<Real>) << "output";
  auto d = c.backward(true, {}), expected = c.backward(false, {});
  EXPECT_LT(d.input.distance(expected.input), kBound<Real>) << "the input's gradient";
  c.compare("of the engine", d.mixture, expected.kernel);
  Taps<Real> taps = c.mix({});
  EXPECT_LT(taps.distance(c.taps()), kBound<Real>) << "taps";
  MixtureOf<Real> ofTaps = c.unmix({}, expected.kernel);
  c.compare("of taps", ofTaps, expected.kernel);

  EXPECT_TRUE(c.forward(true, other) == y) << "output: other bits in another order of chunks";
  auto again = c.backward(true, other);
  EXPECT_TRUE(again.input == d.input && again.mixture == d.mixture) << "gradients: other bits in another order of chunks";
  EXPECT_TRUE(c.backward(true, other, true, false).input == d.input) << "input's gradient: other bits alone";
  EXPECT_TRUE(c.backward(true, other, false, true).mixture == d.mixture) << "mixture's gradients: other bits alone";
  EXPECT_TRUE(c.mix(other) == taps) << "taps: other bits in another order of chunks";
  EXPECT_TRUE(c.unmix(other, expected.kernel) == ofTaps) << "mixture's gradients: other bits in another order of chunks";
}

//===- Tests -------------------------------------------------------------------------------------------------------===//

TYPED_TEST(MixtureTest, MixesSignals) {
  for (int i = 0; i < 16; ++i) {
    Channels channels = this->anyChannels();
    int64_t samples = this->anySamples(), points = this->pointsFor(20'000, channels, samples);
    int64_t size = 1 + this->below(std::min<int64_t>(points, 120)), taps = 1 + this->below(size + 20);
    this->check({true, channels, samples, {size, 1}, {taps, 1}, this->below(3)}, i % 2 ? 32 : 5);
  }
}

TYPED_TEST(MixtureTest, MixesImages) {
  for (int i = 0; i < 12; ++i) {
    Channels channels = this->anyChannels();
    int64_t samples = this->anySamples(), points = this->pointsFor(20'000, channels, samples);
    auto side = [&] { return 1 + this->below(std::clamp<int64_t>(std::sqrt(double(points)), 1, 24)); };
    int64_t rows = side(), columns = side();
    auto taps = [&](int64_t size) { return 1 + 2 * this->below(size / 2 + 3); };
    this->check({false, channels, samples, {rows, columns}, {taps(rows), taps(columns)}, this->below(3)}, i % 2 ? 32 : 5);
  }
}

/// Slices of the batch and tiles of the signal share the spectra, and add to the same sums.
TYPED_TEST(MixtureTest, MixesTilesOfSignals) {
  for (int64_t samples : {1, 17, 100})
    this->check({true, {2, 3}, samples, {9000 / samples + 200, 1}, {1 + this->below(60), 1}}, 5);
}

/// More signals than fit the caches, frequencies that make many chunks, and a batch of one vector and of two.
TYPED_TEST(MixtureTest, MixesLongSignals) {
  this->check({true, {2, 3}, 3, {6000, 1}, {6000, 1}}, 32);
  this->check({true, {2, 3}, 33, {2500, 1}, {2500, 1}}, 32);
  this->check({true, {1, 1}, 1, {20'000, 1}, {20'000, 1}}, 32);
}
