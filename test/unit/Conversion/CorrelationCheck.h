/// A correlation and its gradients, compiled, against their defining sums in higher precision.
///
/// Memory is 0xFF where nothing was put, which is NaN: lanes behind the last sample, rows of taps behind the last tap,
/// the workspace, which has exactly the bytes asked for, and what lies around all of them. No result may see it, nor
/// change it where it is not the result's. Every case also runs with its chunks in another order, or on threads, with
/// only one of the gradients wanted, and with an input that a source computes row by row: the bits must be the same.
#pragma once

#include "CorrelationProgram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace flex::test {

struct Shape {
  bool causal;
  Channels channels;
  int64_t samples;
  int64_t size[2], taps[2];
  int64_t padding = 0; ///< vectors of a row of taps that are not needed

  int64_t points() const { return size[0] * size[1]; }
  int64_t tapCount() const { return taps[0] * taps[1]; }
  /// Points of the data before the one whose result is asked for.
  int64_t reach(int axis) const { return causal && axis == 0 ? taps[0] - 1 : taps[axis] / 2; }
  std::string text() const;
};

/// Exactly so many numbers, aligned to 64 bytes and to no more.
template <class Real> class Memory {
public:
  explicit Memory(int64_t count) : count(count), bytes(count * sizeof(Real) + 2 * kGuard + kAlignment, 0xFF) {
    auto address = reinterpret_cast<uintptr_t>(bytes.data()) + kGuard;
    start = (address + kAlignment - 1) / kAlignment * kAlignment - reinterpret_cast<uintptr_t>(bytes.data());
    if ((reinterpret_cast<uintptr_t>(bytes.data()) + start) % (2 * kAlignment) == 0)
      start += kAlignment;
  }
  Real *data() { return reinterpret_cast<Real *>(bytes.data() + start); }
  const Real *data() const { return reinterpret_cast<const Real *>(bytes.data() + start); }
  Real &operator[](int64_t i) { return data()[i]; }
  Real operator[](int64_t i) const { return data()[i]; }
  bool isUntouched(int64_t from, int64_t to) const { return areMarks(data() + from, data() + to); }
  bool intactAround() const {
    return areMarks(bytes.data(), data()) && areMarks(data() + count, bytes.data() + bytes.size());
  }
  bool operator==(const Memory &other) const {
    return count == other.count && !std::memcmp(data(), other.data(), count * sizeof(Real));
  }
  /// Back to what it was.
  void forget(int64_t from, int64_t to) { std::memset(data() + from, 0xFF, (to - from) * sizeof(Real)); }
  int64_t count;

private:
  static constexpr int64_t kGuard = 256, kAlignment = 64;
  static bool areMarks(const void *from, const void *to) {
    return std::all_of(static_cast<const unsigned char *>(from), static_cast<const unsigned char *>(to),
                       [](unsigned char byte) { return byte == 0xFF; });
  }
  std::vector<unsigned char> bytes;
  int64_t start;
};

inline int64_t roundUp(int64_t value, int64_t to) { return (value + to - 1) / to * to; }

inline std::string Shape::text() const {
  auto pair = [](int64_t x, int64_t y) { return std::to_string(x) + " x " + std::to_string(y); };
  return std::to_string(channels.in) + " to " + std::to_string(channels.out) + " channels, " + std::to_string(samples) +
         " samples of " + pair(size[0], size[1]) + " points, " + pair(taps[0], taps[1]) + " taps, " +
         std::to_string(padding) + " vectors of padding";
}

//===- One correlation ---------------------------------------------------------------------------------------------===//

/// Numbers (channel, point, sample), in lanes.
template <class Real> struct Field {
  int64_t channels, points, samples, padded;
  Memory<Real> memory;

  Field(int64_t channels, int64_t points, int64_t samples, int64_t lanes)
      : channels(channels), points(points), samples(samples), padded(roundUp(samples, lanes)),
        memory(channels * points * padded) {}
  int64_t at(int64_t c, int64_t p, int64_t n) const { return (c * points + p) * padded + n; }
  long double get(int64_t c, int64_t p, int64_t n) const { return memory[at(c, p, n)]; }
  void fill(std::mt19937 &random);
  long double product(const Field &other) const;
  /// Norm of the difference over the other's norm.
  double distance(const Field &other) const;
  bool operator==(const Field &other) const { return memory == other.memory; }
  /// Neither around it nor behind the last sample has anything been written.
  void expectIntact() const;
};

/// Numbers (out, in, tap) in rows of whole vectors.
template <class Real> struct Taps {
  int64_t pairs, count, stride, lanes;
  Memory<Real> memory;

  Taps(const Shape &shape, int64_t lanes)
      : pairs(shape.channels.in * shape.channels.out), count(shape.tapCount()),
        stride(roundUp(count, lanes) + shape.padding * lanes), lanes(lanes),
        memory((pairs - 1) * stride + roundUp(count, lanes)) {}
  long double get(int64_t pair, int64_t tap) const { return memory[pair * stride + tap]; }
  void fill(std::mt19937 &random);
  long double product(const Taps &other) const;
  double distance(const Taps &other) const;
  bool operator==(const Taps &other) const { return memory == other.memory; }
  /// The row's last vector is the row's; what is behind it, and around, is not.
  void expectIntact();
};

template <class Real> Real number(std::mt19937 &random) { return Real(int32_t(random())) / Real(1u << 31); }

template <class Real> void Field<Real>::fill(std::mt19937 &random) {
  for (int64_t row = 0; row < channels * points; ++row)
    for (int64_t n = 0; n < samples; ++n)
      memory[row * padded + n] = number<Real>(random);
}

template <class Real> long double Field<Real>::product(const Field &other) const {
  long double sum = 0;
  for (int64_t row = 0; row < channels * points; ++row)
    for (int64_t n = 0; n < samples; ++n)
      sum += static_cast<long double>(memory[row * padded + n]) * other.memory[row * padded + n];
  return sum;
}

template <class Real> double Field<Real>::distance(const Field &other) const {
  double difference = 0, norm = 0;
  for (int64_t row = 0; row < channels * points; ++row)
    for (int64_t n = 0; n < samples; ++n) {
      double there = other.memory[row * padded + n], off = memory[row * padded + n] - there;
      difference += off * off, norm += there * there;
    }
  return std::sqrt(difference / norm);
}

template <class Real> void Field<Real>::expectIntact() const {
  EXPECT_TRUE(memory.intactAround());
  for (int64_t row = 0; row < channels * points; ++row)
    if (!memory.isUntouched(row * padded + samples, (row + 1) * padded)) {
      ADD_FAILURE() << "written behind the last sample, in channel " << row / points << ", point " << row % points;
      return;
    }
}

template <class Real> void Taps<Real>::fill(std::mt19937 &random) {
  for (int64_t pair = 0; pair < pairs; ++pair)
    for (int64_t tap = 0; tap < count; ++tap)
      memory[pair * stride + tap] = number<Real>(random);
}

template <class Real> long double Taps<Real>::product(const Taps &other) const {
  long double sum = 0;
  for (int64_t pair = 0; pair < pairs; ++pair)
    for (int64_t tap = 0; tap < count; ++tap)
      sum += get(pair, tap) * other.get(pair, tap);
  return sum;
}

template <class Real> double Taps<Real>::distance(const Taps &other) const {
  double difference = 0, norm = 0;
  for (int64_t pair = 0; pair < pairs; ++pair)
    for (int64_t tap = 0; tap < count; ++tap) {
      double there = double(other.get(pair, tap)), off = double(get(pair, tap)) - there;
      difference += off * off, norm += there * there;
    }
  return std::sqrt(difference / norm);
}

template <class Real> void Taps<Real>::expectIntact() {
  EXPECT_TRUE(memory.intactAround());
  for (int64_t pair = 0; pair < pairs; ++pair) {
    memory.forget(pair * stride + count, pair * stride + roundUp(count, lanes));
    if (pair + 1 < pairs) {
      EXPECT_TRUE(memory.isUntouched(pair * stride + count, (pair + 1) * stride)) << "pair " << pair;
    }
  }
}

/// The function of a source (PointsCall.h) whose rows are those of a field, with 0 where there is no sample.
template <class Real>
void loadRow(const Field<Real> *field, int64_t channel, int64_t point, int64_t step, int64_t count, int64_t /*ahead*/,
             int64_t sample, int64_t samples, Real *to, int64_t pitch) {
  ASSERT_TRUE(channel < field->channels && sample + samples <= field->padded);
  for (int64_t i = 0; i < count; ++i) {
    int64_t p = point + i * step;
    ASSERT_TRUE(p >= 0 && p < field->points) << "point " << p << " of " << field->points;
    for (int64_t n = 0; n < samples; ++n)
      to[i * pitch + n] = sample + n < field->samples ? field->memory[(channel * field->points + p) * field->padded + sample + n] : 0;
  }
}

/// The same with the sign changed: what is done in place twice shows.
template <class Real>
void negateRow(const Field<Real> *field, int64_t channel, int64_t point, int64_t step, int64_t count, int64_t ahead,
               int64_t sample, int64_t samples, Real *to, int64_t pitch) {
  loadRow(field, channel, point, step, count, ahead, sample, samples, to, pitch);
  for (int64_t i = 0; i < count; ++i)
    std::transform(to + i * pitch, to + i * pitch + samples, to + i * pitch, std::negate<Real>());
}

/// What may be off, in units of the root of the terms, which is what sums of products of numbers below 1 come to. Rounding
/// errors of a transform grow with the logarithm of its length at most: what is seen is below a quarter of the bound in f32,
/// 8e-7 to 2e-6, and below a half in f64, 2e-15 to 3e-15. Those of a sum grow with the root of its terms.
inline double roundings(Engine engine, const Shape &shape, double terms) {
  if (engine == Engine::Direct)
    return 4 + std::sqrt(terms) / 2;
  double points = 1;
  for (int axis = 0; axis < 2; ++axis)
    points *= double(shape.size[axis] + shape.reach(axis) + 4);
  return std::log2(points);
}

template <class Real> class Correlation {
public:
  Correlation(const CorrelationProgram &program, const Shape &shape, uint32_t seed);

  /// `other`: how the pool runs in the repetitions whose bits are compared.
  void check(TestPool other);

  /// Adds to all of x: means that are large beside deviations.
  void shift(Real by);
  /// Moments are left in `mean` and `deviations`, unless they are not wanted.
  Field<Real> forward(TestPool pool, bool momentsWanted = true, void *kept = nullptr);
  void compareMoments(const Field<Real> &y);
  struct Gradients {
    Field<Real> input;
    Taps<Real> kernel;
  };
  /// With `kept`, x is not there.
  Gradients backward(TestPool pool, bool inputWanted, bool kernelWanted, void *kept = nullptr);
  /// Bytes of x's spectra, on which both directions have to agree.
  int64_t keptBytes();

private:
  CorrelationArguments arguments();
  template <class Run> void withWorkspace(int64_t bytes, Run run);

  void compareOutput(const Field<Real> &y);
  void compareInputGradient(const Field<Real> &dx);
  void compareKernelGradient(const Taps<Real> &dk);
  void compareProducts(const Field<Real> &y, const Gradients &d);
  /// The same results where x's spectra are kept.
  void checkKept(const Field<Real> &y, const Gradients &d, TestPool other);
  void checkShared(const Field<Real> &y, TestPool other);
  void expectNear(double actual, double expected, double terms);

  /// Below `limit`, often one of the ends.
  int64_t pick(int64_t limit) {
    int64_t kind = random() % 6;
    return kind == 0 ? 0 : kind == 1 ? limit - 1 : random() % limit;
  }
  /// `visit` (tap, point of the data) for all taps that point p of the result has.
  template <class Visit> void forTaps(int64_t p, bool mirrored, Visit visit);
  double overlap() const {
    return double(std::min(shape.size[0], shape.taps[0])) * double(std::min(shape.size[1], shape.taps[1]));
  }
  /// Terms of the largest sums.
  double outputTerms() const { return shape.channels.in * overlap(); }
  double inputTerms() const { return shape.channels.out * overlap(); }
  double kernelTerms() const { return double(shape.points() * shape.samples); }
  double tolerance(double terms) const {
    return std::numeric_limits<Real>::epsilon() * roundings(engine, shape, terms);
  }

  static constexpr int kPicks = 60;
  CorrelationProgram::Functions functions;
  Shape shape;
  int64_t lanes;
  std::mt19937 random;
  Field<Real> x, dy;
  Taps<Real> k;
  Memory<Real> mean, deviations;
  Engine engine;
  bool hasSource = false;          ///< x comes by rows
  Field<Real> *negated = nullptr;  ///< x, which its rows are written to, comes by rows of this
  double worst = 0;
};

template <class Real>
Correlation<Real>::Correlation(const CorrelationProgram &program, const Shape &shape, uint32_t seed)
    : functions(program[shape.channels]), shape(shape), lanes(program.lanes), random(seed),
      x(shape.channels.in, shape.points(), shape.samples, lanes),
      dy(shape.channels.out, shape.points(), shape.samples, lanes), k(shape, lanes), mean(shape.channels.out),
      deviations(shape.channels.out), engine(program.engine) {
  x.fill(random), dy.fill(random), k.fill(random);
}

template <class Real> CorrelationArguments Correlation<Real>::arguments() {
  CorrelationArguments a;
  a.samples = shape.samples, a.paddedSamples = x.padded;
  std::copy_n(shape.size, 2, a.size);
  std::copy_n(shape.taps, 2, a.taps);
  a.tapStride = k.stride;
  a.nearBytes = random() % 2 ? std::numeric_limits<int64_t>::max() : 0; // changes no bit
  a.input = x.memory.data(), a.kernel = k.memory.data(), a.gradient = dy.memory.data();
  if (hasSource)
    a.input = nullptr, a.source = reinterpret_cast<void *>(&loadRow<Real>), a.sourceContext = &x;
  if (negated)
    a.input = negated->memory.data(), a.source = reinterpret_cast<void *>(&negateRow<Real>), a.sourceContext = negated;
  return a;
}

template <class Real> template <class Run> void Correlation<Real>::withWorkspace(int64_t bytes, Run run) {
  ASSERT_GT(bytes, 0);
  ASSERT_EQ(bytes % 64, 0);
  Memory<unsigned char> workspace(bytes);
  run(workspace.data());
  EXPECT_TRUE(workspace.intactAround()) << "written around the workspace";
}

template <class Real> Field<Real> Correlation<Real>::forward(TestPool pool, bool momentsWanted, void *kept) {
  testPool = pool;
  mean.forget(0, mean.count), deviations.forget(0, deviations.count);
  Field<Real> y(shape.channels.out, shape.points(), shape.samples, lanes);
  CorrelationArguments a = arguments();
  a.output = y.memory.data(), a.gradient = nullptr, a.kept = kept;
  if (momentsWanted)
    a.mean = mean.data(), a.deviations = deviations.data();
  withWorkspace(functions.forwardBytes(&a), [&](void *workspace) {
    a.workspace = workspace;
    functions.forward(&a);
  });
  y.expectIntact();
  EXPECT_TRUE(mean.intactAround() && deviations.intactAround());
  return y;
}

template <class Real> void Correlation<Real>::shift(Real by) {
  for (int64_t row = 0; row < x.channels * x.points; ++row)
    for (int64_t n = 0; n < x.samples; ++n)
      x.memory[row * x.padded + n] += by;
}

/// Of y as it is, in two passes. Sums are pairwise in effect: errors hardly grow with the number of terms.
template <class Real> void Correlation<Real>::compareMoments(const Field<Real> &y) {
  const auto count = static_cast<long double>(y.points * y.samples);
  for (int64_t c = 0; c < y.channels; ++c) {
    long double sum = 0, squares = 0, largest = 0;
    auto all = [&](auto visit) {
      for (int64_t p = 0; p < y.points; ++p)
        for (int64_t n = 0; n < y.samples; ++n)
          visit(y.get(c, p, n));
    };
    all([&](long double v) { sum += v, largest = std::max(largest, std::abs(v)); });
    all([&](long double v) { squares += (v - sum / count) * (v - sum / count); });
    const double epsilon = std::numeric_limits<Real>::epsilon();
    EXPECT_NEAR(mean[c], double(sum / count), 4 * epsilon * double(largest)) << "mean of channel " << c;
    // A row of 32 is summed at once, and rows one after the other. The mean is as exact as the values.
    double tolerance = 32 * epsilon * double(squares) + double(count) * std::pow(2 * epsilon * double(largest), 2);
    EXPECT_NEAR(deviations[c], double(squares), tolerance) << "deviations of channel " << c;
  }
}

template <class Real>
auto Correlation<Real>::backward(TestPool pool, bool inputWanted, bool kernelWanted, void *kept) -> Gradients {
  testPool = pool;
  Gradients d{{shape.channels.in, shape.points(), shape.samples, lanes}, {shape, lanes}};
  CorrelationArguments a = arguments();
  // What is not needed is not there.
  kernelWanted ? a.kernelGradient = d.kernel.memory.data() : a.input = nullptr;
  inputWanted ? a.inputGradient = d.input.memory.data() : a.kernel = nullptr;
  if (kept)
    a.kept = kept, a.input = nullptr;
  withWorkspace(functions.backwardBytes(&a), [&](void *workspace) {
    a.workspace = workspace;
    functions.backward(&a);
  });
  d.input.expectIntact(), d.kernel.expectIntact();
  return d;
}

template <class Real> int64_t Correlation<Real>::keptBytes() {
  CorrelationArguments a = arguments();
  int64_t bytes = functions.forwardKept(&a);
  EXPECT_EQ(functions.backwardKept(&a), bytes);
  return bytes;
}

template <class Real>
template <class Visit>
void Correlation<Real>::forTaps(int64_t p, bool mirrored, Visit visit) {
  int64_t sign = mirrored ? -1 : 1;
  for (int64_t a = 0; a < shape.taps[0]; ++a)
    for (int64_t b = 0; b < shape.taps[1]; ++b) {
      int64_t row = p / shape.size[1] + sign * (a - shape.reach(0));
      int64_t column = p % shape.size[1] + sign * (b - shape.reach(1));
      if (row >= 0 && row < shape.size[0] && column >= 0 && column < shape.size[1])
        visit(a * shape.taps[1] + b, row * shape.size[1] + column);
    }
}

/// Entries are uniform in [-1, 1]: three standard deviations of a sum of products are the root of its terms.
template <class Real> void Correlation<Real>::expectNear(double actual, double expected, double terms) {
  double error = std::abs(actual - expected) / std::sqrt(terms);
  worst = std::isnan(error) ? INFINITY : std::max(worst, error);
}

template <class Real> void Correlation<Real>::compareOutput(const Field<Real> &y) {
  for (int i = 0; i < kPicks; ++i) {
    int64_t o = pick(y.channels), p = pick(y.points), n = pick(y.samples);
    long double sum = 0;
    forTaps(p, /*mirrored=*/false, [&](int64_t tap, int64_t point) {
      for (int64_t c = 0; c < x.channels; ++c)
        sum += x.get(c, point, n) * k.get(o * x.channels + c, tap);
    });
    expectNear(y.get(o, p, n), double(sum), outputTerms());
  }
  EXPECT_LT(std::exchange(worst, 0), tolerance(outputTerms())) << "output";
}

template <class Real> void Correlation<Real>::compareInputGradient(const Field<Real> &dx) {
  for (int i = 0; i < kPicks; ++i) {
    int64_t c = pick(dx.channels), p = pick(dx.points), n = pick(dx.samples);
    long double sum = 0;
    forTaps(p, /*mirrored=*/true, [&](int64_t tap, int64_t point) {
      for (int64_t o = 0; o < dy.channels; ++o)
        sum += dy.get(o, point, n) * k.get(o * x.channels + c, tap);
    });
    expectNear(dx.get(c, p, n), double(sum), inputTerms());
  }
  EXPECT_LT(std::exchange(worst, 0), tolerance(inputTerms())) << "the input's gradient";
}

template <class Real> void Correlation<Real>::compareKernelGradient(const Taps<Real> &dk) {
  for (int i = 0; i < kPicks; ++i) {
    int64_t o = pick(dy.channels), c = pick(x.channels), a = pick(shape.taps[0]), b = pick(shape.taps[1]);
    long double sum = 0;
    for (int64_t row = 0; row < shape.size[0]; ++row)
      for (int64_t column = 0; column < shape.size[1]; ++column) {
        int64_t from = row + a - shape.reach(0), beside = column + b - shape.reach(1);
        if (from < 0 || from >= shape.size[0] || beside < 0 || beside >= shape.size[1])
          continue;
        for (int64_t n = 0; n < shape.samples; ++n)
          sum += dy.get(o, row * shape.size[1] + column, n) * x.get(c, from * shape.size[1] + beside, n);
      }
    expectNear(dk.get(o * x.channels + c, a * shape.taps[1] + b), double(sum), kernelTerms());
  }
  EXPECT_LT(std::exchange(worst, 0), tolerance(kernelTerms())) << "the kernel's gradient";
}

/// All three are one number, <dy, y(x, k)>, which every entry of every result is part of.
template <class Real> void Correlation<Real>::compareProducts(const Field<Real> &y, const Gradients &d) {
  auto outputs = double(dy.product(y)), inputs = double(x.product(d.input)), taps = double(k.product(d.kernel));
  auto count = [](const Field<Real> &field) { return double(field.channels * field.points * field.samples); };
  double outputError = std::sqrt(count(y) * outputTerms()), inputError = std::sqrt(count(x) * inputTerms());
  double kernelError = std::sqrt(double(k.pairs * k.count) * kernelTerms());
  EXPECT_NEAR(outputs, inputs, tolerance(outputTerms()) * outputError + tolerance(inputTerms()) * inputError) << "input's gradient as a whole";
  EXPECT_NEAR(outputs, taps, tolerance(outputTerms()) * outputError + tolerance(kernelTerms()) * kernelError) << "kernel's gradient as a whole";
}

template <class Real> void Correlation<Real>::checkKept(const Field<Real> &y, const Gradients &d, TestPool other) {
  int64_t bytes = keptBytes();
  if (bytes == 0)
    return;
  Memory<unsigned char> kept(bytes);
  EXPECT_TRUE(forward(other, true, kept.data()) == y) << "output: other bits where spectra are kept";
  Gradients fromKept = backward(other, true, true, kept.data());
  EXPECT_TRUE(fromKept.input == d.input && fromKept.kernel == d.kernel) << "gradients: other bits from kept spectra";
  EXPECT_TRUE(backward({}, false, true, kept.data()).kernel == d.kernel) << "kernel's gradient alone from kept spectra";
  EXPECT_TRUE(kept.intactAround()) << "written around the kept spectra";
}

/// Rows that are computed and written on the way, in place: the same bits, and every point once.
template <class Real> void Correlation<Real>::checkShared(const Field<Real> &y, TestPool other) {
  Field<Real> input = x;
  auto negate = [&] {
    for (int64_t row = 0; row < x.channels * x.points; ++row)
      for (int64_t n = 0; n < x.samples; ++n)
        input.memory[row * x.padded + n] *= -1;
  };
  for (bool momentsWanted : {false, true}) {
    negate();
    negated = &input;
    EXPECT_TRUE(forward(other, momentsWanted) == y) << "output: other bits by rows that are written";
    negated = nullptr;
    EXPECT_EQ(input.distance(x), 0) << "rows are not written, or more than once";
    EXPECT_TRUE(input.memory.intactAround());
  }
}

template <class Real> void Correlation<Real>::check(TestPool other) {
  SCOPED_TRACE(shape.text());
  const Field<Real> originalX = x, originalGradient = dy;
  const Taps<Real> originalTaps = k;
  Field<Real> y = forward({});
  Gradients d = backward({}, true, true);
  compareMoments(y);
  const Memory<Real> firstMean = mean, firstDeviations = deviations;
  compareOutput(y), compareInputGradient(d.input), compareKernelGradient(d.kernel), compareProducts(y, d);

  EXPECT_TRUE(forward(other) == y) << "output: other bits in another order of chunks";
  EXPECT_TRUE(mean == firstMean && deviations == firstDeviations) << "moments: other bits in another order of chunks";
  EXPECT_TRUE(forward(other, /*momentsWanted=*/false) == y) << "output: other bits without moments";
  Gradients again = backward(other, true, true);
  EXPECT_TRUE(again.input == d.input) << "input's gradient: other bits in another order of chunks";
  EXPECT_TRUE(again.kernel == d.kernel) << "kernel's gradient: other bits in another order of chunks";
  EXPECT_TRUE(backward(other, true, false).input == d.input) << "input's gradient: other bits alone";
  EXPECT_TRUE(backward(other, false, true).kernel == d.kernel) << "kernel's gradient: other bits alone";
  checkKept(y, d, other);
  if (engine == Engine::Spectral) {
    hasSource = true;
    EXPECT_TRUE(forward(other) == y) << "output: other bits by rows";
    Gradients byRows = backward(other, true, true);
    EXPECT_TRUE(byRows.input == d.input && byRows.kernel == d.kernel) << "gradients: other bits by rows";
    EXPECT_TRUE(backward(other, false, true).kernel == d.kernel) << "kernel's gradient: other bits alone by rows";
    checkKept(y, d, other);
    hasSource = false;
    checkShared(y, other);
  }
  EXPECT_TRUE(x == originalX && dy == originalGradient && k == originalTaps) << "arguments have changed";
}

/// Draws shapes: channels and samples out of lists, the rest as a test wants it.
class RandomShapes : public testing::Test {
protected:
  RandomShapes(llvm::ArrayRef<Channels> channels, llvm::ArrayRef<int64_t> samples)
      : channelsOfAll(channels), samplesOfAll(samples) {}

  int64_t below(int64_t limit) { return random() % limit; }
  Channels anyChannels() { return channelsOfAll[below(channelsOfAll.size())]; }
  int64_t anySamples() { return samplesOfAll[below(samplesOfAll.size())]; }
  /// So many that the data has about `budget` numbers.
  static int64_t pointsFor(int64_t budget, Channels channels, int64_t samples) {
    return std::max<int64_t>(budget / (std::max(channels.in, channels.out) * samples), 1);
  }
  /// Ways to run the second time, in turns.
  TestPool nextPool() {
    static constexpr TestPool kPools[] = {{TestPool::Falling, 3}, {TestPool::Shuffled, 4}, {TestPool::Threads, 2}};
    return kPools[checked++ % std::size(kPools)];
  }

  std::mt19937 random{5};

private:
  llvm::ArrayRef<Channels> channelsOfAll;
  llvm::ArrayRef<int64_t> samplesOfAll;
  int64_t checked = 0;
};

} // namespace flex::test
