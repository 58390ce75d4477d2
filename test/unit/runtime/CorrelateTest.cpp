// Both ways to correlate against sums written out, for every parity of sizes, in both element types; bits and threads.
#include "DataTesting.h"

#include "flexrt/core/Correlate.h"
#include "flexrt/core/Pool.h"
#include "flexrt/core/Random.h"

#include <c10/core/InferenceMode.h>

namespace flexrt::testing {
namespace {

struct Shape {
  int rank;
  int64_t samples, in, out;
  std::array<int64_t, 2> size, taps;
};

std::string text(const Shape &s) {
  return "rank " + std::to_string(s.rank) + ", size " + std::to_string(s.size[0]) + "x" + std::to_string(s.size[1]) +
         ", taps " + std::to_string(s.taps[0]) + "x" + std::to_string(s.taps[1]);
}

/// A correlation with arrays of its own, random at first.
template <typename T> struct Case {
  explicit Case(const Shape &shape) : shape(shape), stride((shape.taps[0] * shape.taps[1] + 31) / 32 * 32) {
    const int64_t points = shape.size[0] * shape.size[1];
    fill(x, shape.samples * points * shape.in, "x");
    fill(y, shape.samples * points * shape.out, "y");
    fill(k, shape.in * shape.out * stride, "k");
  }

  flexrt_correlation descriptor() const {
    flexrt_correlation c{};
    c.dtype = sizeof(T) == 8 ? FLEXRT_F64 : FLEXRT_F32;
    c.rank = shape.rank;
    c.samples = shape.samples;
    c.in = shape.in;
    c.out = shape.out;
    std::copy_n(shape.size.begin(), 2, c.size);
    std::copy_n(shape.taps.begin(), 2, c.taps);
    c.tap_stride = stride;
    c.x = x.data();
    c.k = k.data();
    c.y = y.data();
    return c;
  }

  /// The definition: y[n,p,o] = sum over i and t of k[o,i,t] x[n, p + t - before, i], and its two adjoints.
  void define(CorrelatePass pass) {
    std::vector<T> &result = pass == CorrelatePass::output ? y : pass == CorrelatePass::inputGrad ? x : k;
    if (pass == CorrelatePass::kernelGrad)
      clearTaps();
    else
      std::fill(result.begin(), result.end(), T(0));
    const int64_t by = shape.rank == 1 ? shape.taps[0] - 1 : (shape.taps[0] - 1) / 2, bx = (shape.taps[1] - 1) / 2;
    for (int64_t n = 0; n < shape.samples; ++n)
      for (int64_t h = 0; h < shape.size[0]; ++h)
        for (int64_t w = 0; w < shape.size[1]; ++w)
          for (int64_t ty = 0; ty < shape.taps[0]; ++ty)
            for (int64_t tx = 0; tx < shape.taps[1]; ++tx) {
              const int64_t sy = h + ty - by, sx = w + tx - bx;
              if (sy >= 0 && sy < shape.size[0] && sx >= 0 && sx < shape.size[1])
                pair(pass, (n * shape.size[0] + h) * shape.size[1] + w, (n * shape.size[0] + sy) * shape.size[1] + sx,
                     ty * shape.taps[1] + tx);
            }
  }

  double distance(const Case &other, CorrelatePass pass) const {
    if (pass == CorrelatePass::output)
      return relative(y, other.y);
    if (pass == CorrelatePass::inputGrad)
      return relative(x, other.x);
    return relative(k, other.k); // what lies between the rows of taps must be untouched
  }

  Shape shape;
  int64_t stride;
  std::vector<T> x, y, k;

private:
  static void fill(std::vector<T> &values, int64_t count, const char *name) {
    values.resize(size_t(count));
    for (int64_t i = 0; i < count; ++i)
      values[size_t(i)] = T(Stream(5, name).normal(uint64_t(i)));
  }
  void clearTaps() {
    for (int64_t pair = 0; pair < shape.in * shape.out; ++pair)
      std::fill_n(k.begin() + pair * stride, shape.taps[0] * shape.taps[1], T(0));
  }
  void pair(CorrelatePass pass, int64_t to, int64_t from, int64_t tap) {
    for (int64_t o = 0; o < shape.out; ++o)
      for (int64_t i = 0; i < shape.in; ++i) {
        T &yy = y[size_t(to * shape.out + o)], &xx = x[size_t(from * shape.in + i)],
          &kk = k[size_t((o * shape.in + i) * stride + tap)];
        if (pass == CorrelatePass::output)
          yy += kk * xx;
        else if (pass == CorrelatePass::inputGrad)
          xx += kk * yy;
        else
          kk += yy * xx;
      }
  }
  static double relative(const std::vector<T> &a, const std::vector<T> &b) {
    double worst = 0, scale = 1e-30;
    for (size_t i = 0; i < a.size(); ++i) {
      worst = std::max(worst, std::abs(double(a[i]) - double(b[i])));
      scale = std::max(scale, std::abs(double(a[i])));
    }
    return worst / scale;
  }
};

constexpr CorrelatePass passes[] = {CorrelatePass::output, CorrelatePass::inputGrad, CorrelatePass::kernelGrad};

template <typename T> void check(const Shape &shape, bool spectral) {
  for (const CorrelatePass pass : passes) {
    Case<T> expected(shape), actual(shape);
    expected.define(pass);
    const flexrt_correlation c = actual.descriptor();
    const c10::InferenceMode guard;
    (spectral ? correlateSpectral : correlateDirect)(Correlation(c), pass);
    throwNotedFailure();
    // Sums of some hundred products; the transform adds a few digits' loss.
    EXPECT_LT(expected.distance(actual, pass), sizeof(T) == 8 ? 1e-13 : 3e-6)
        << text(shape) << ", pass " << int(pass) << ", spectral " << spectral;
  }
}

std::vector<Shape> allShapes() {
  std::vector<Shape> shapes;
  for (const int64_t length : {1, 2, 12, 13})
    for (const int64_t taps : {1, 2, 3, 8, 13, 20}) // also more taps than points
      shapes.push_back({1, 3, 2, 3, {length, 1}, {taps, 1}});
  for (const auto &size : {std::array<int64_t, 2>{7, 8}, {8, 5}, {1, 4}})
    for (const auto &taps : {std::array<int64_t, 2>{1, 1}, {3, 3}, {5, 1}, {3, 7}, {9, 9}, {17, 5}})
      shapes.push_back({2, 11, 3, 5, size, taps}); // two slices of samples
  return shapes;
}

TEST(Correlate, DirectMatchesTheDefinition) {
  setThreads(2);
  for (const Shape &shape : allShapes()) {
    check<double>(shape, false);
    check<float>(shape, false);
  }
}

TEST(Correlate, SpectralMatchesTheDefinition) {
  setThreads(2);
  for (const Shape &shape : allShapes()) {
    check<double>(shape, true);
    check<float>(shape, true);
  }
}

TEST(Correlate, BitsDoNotDependOnThreads) {
  for (const bool spectral : {false, true})
    for (const CorrelatePass pass : passes) {
      std::vector<Case<float>> results;
      for (const int count : {1, 2, 3}) {
        setThreads(count);
        results.emplace_back(Shape{2, 21, 6, 7, {12, 12}, {5, 5}});
        const flexrt_correlation c = results.back().descriptor();
        const c10::InferenceMode guard;
        (spectral ? correlateSpectral : correlateDirect)(Correlation(c), pass);
      }
      for (size_t i = 1; i < results.size(); ++i) {
        EXPECT_EQ(results[i].y, results[0].y);
        EXPECT_EQ(results[i].x, results[0].x);
        EXPECT_EQ(results[i].k, results[0].k);
      }
    }
}

TEST(Correlate, LongKernelsGoThroughTheTransform) {
  const auto spectral = [](Shape shape) {
    const Case<float> c({shape.rank, 1, 1, 1, {1, 1}, {1, 1}});
    flexrt_correlation d = c.descriptor();
    d.samples = shape.samples;
    d.in = shape.in;
    d.out = shape.out;
    std::copy_n(shape.size.begin(), 2, d.size);
    std::copy_n(shape.taps.begin(), 2, d.taps);
    return spectralIsFaster(Correlation(d), CorrelatePass::output);
  };
  EXPECT_FALSE(spectral({2, 64, 36, 36, {32, 32}, {3, 3}}));
  EXPECT_FALSE(spectral({2, 64, 36, 36, {32, 32}, {5, 5}}));
  EXPECT_TRUE(spectral({2, 64, 36, 36, {32, 32}, {17, 17}}));
  EXPECT_FALSE(spectral({1, 100, 30, 30, {784, 1}, {5, 1}}));
  EXPECT_TRUE(spectral({1, 100, 30, 30, {784, 1}, {64, 1}}));
  EXPECT_TRUE(spectral({1, 16, 32, 32, {16000, 1}, {16000, 1}}));
}

} // namespace
} // namespace flexrt::testing
