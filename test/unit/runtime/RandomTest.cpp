// Counter-based streams: the published vectors of Philox, independence of count, moments of the distributions.
#include "DataTesting.h"

#include "flexrt/abi/flexrt.h"
#include "flexrt/core/Random.h"

namespace flexrt::testing {
namespace {

TEST(Random, PhiloxMatchesItsPublishedVectors) { // of Random123's kat_vectors
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (std::array<uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (std::array<uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (std::array<uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, StreamsDifferBySeedPurposeAndSequence) {
  const uint64_t value = Stream(1, "a", 2).bits(3);
  EXPECT_EQ(value, Stream(1, "a", 2).bits(3));
  EXPECT_NE(value, Stream(2, "a", 2).bits(3));
  EXPECT_NE(value, Stream(1, "b", 2).bits(3));
  EXPECT_NE(value, Stream(1, "a", 3).bits(3));
  EXPECT_NE(value, Stream(1, "a", 2).bits(4));
}

struct Moments {
  double mean = 0, variance = 0, least = 1e300, most = -1e300;
};
Moments drawMoments(int32_t kind, double a, double b) {
  std::vector<double> values(100000);
  flexrt_draw(7, "moments", kind, a, b, FLEXRT_F64, int64_t(values.size()), values.data());
  Moments m;
  for (const double v : values) {
    m.mean += v / double(values.size());
    m.least = std::min(m.least, v);
    m.most = std::max(m.most, v);
  }
  for (const double v : values)
    m.variance += (v - m.mean) * (v - m.mean) / double(values.size());
  return m;
}

// Tolerances are five standard errors of 100,000 draws.
TEST(Draw, Uniform) {
  const Moments m = drawMoments(0, -2, 3);
  EXPECT_NEAR(m.mean, 0.5, 5 * std::sqrt(25.0 / 12 / 1e5));
  EXPECT_NEAR(m.variance, 25.0 / 12, 0.03);
  EXPECT_GE(m.least, -2);
  EXPECT_LT(m.most, 3);
}
TEST(Draw, Normal) {
  const Moments m = drawMoments(1, 1, 2);
  EXPECT_NEAR(m.mean, 1, 5 * std::sqrt(4 / 1e5));
  EXPECT_NEAR(m.variance, 4, 5 * 4 * std::sqrt(2 / 1e5));
}
TEST(Draw, GammaOfManyShapes) {
  for (const double shape : {0.3, 1.0, 1.5, 6.0}) {
    const Moments m = drawMoments(2, shape, 2);
    EXPECT_NEAR(m.mean, shape / 2, 5 * std::sqrt(shape / 4 / 1e5)) << shape;
    EXPECT_NEAR(m.variance, shape / 4, 5 * shape / 4 * std::sqrt((2 + 6 / shape) / 1e5)) << shape;
    EXPECT_GT(m.least, 0) << shape;
  }
}

TEST(Draw, AnElementDoesNotDependOnHowManyAreDrawn) {
  for (const int32_t kind : {0, 1, 2}) {
    std::vector<float> few(5), many(50);
    flexrt_draw(3, "p", kind, 0.5, 2, FLEXRT_F32, 5, few.data());
    flexrt_draw(3, "p", kind, 0.5, 2, FLEXRT_F32, 50, many.data());
    many.resize(5);
    EXPECT_EQ(few, many);
  }
}

} // namespace
} // namespace flexrt::testing
