// Data at another resolution, and the files that `predict` reads.
#include "DataTesting.h"

#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Resize.h"
#include "flexrt/data/SampleFiles.h"
#include "flexrt/report/Raster.h"

#include <cmath>
#include <numeric>

namespace flexrt::testing {
namespace {

TEST(Resize, HalvingAveragesWithATriangle) {
  // Weights of the points at 0.5, 1.5, 2.5 around 1, two points wide: 3/4, 3/4, 1/4.
  const float ramp[] = {0, 1, 2, 3};
  const std::vector<float> half = resize(ramp, 1, {4, 1}, {2, 1});
  ASSERT_EQ(half.size(), 2u);
  EXPECT_NEAR(half[0], (0.75 * 0 + 0.75 * 1 + 0.25 * 2) / 1.75, 1e-6);
  EXPECT_NEAR(half[1], 3 - half[0], 1e-6);
}

TEST(Resize, AxesAreTheirOwn) {
  std::vector<float> image(2 * 4 * 6);
  for (int c = 0; c < 2; ++c)
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 6; ++x)
        image[size_t((c * 4 + y) * 6 + x)] = float(10 * c + y);
  const std::vector<float> small = resize(image.data(), 2, {4, 6}, {2, 3});
  ASSERT_EQ(small.size(), 12u);
  const float rows[] = {0, 1, 2, 3};
  const std::vector<float> column = resize(rows, 1, {4, 1}, {2, 1});
  for (int c = 0; c < 2; ++c)
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 3; ++x)
        EXPECT_NEAR(small[size_t((c * 2 + y) * 3 + x)], 10 * c + column[size_t(y)], 1e-5);
}

TEST(Resized, KeepsTargetsAndNormalisation) {
  const auto whole = make("{name: shapes, train: 6, test: 2}"), small = make("{name: shapes, train: 6, test: 2, resize: 16}");
  EXPECT_EQ(small->shape().size, (std::array<int64_t, 2>{16, 16}));
  EXPECT_EQ(small->shape().samples, 6);
  const Samples a = readSamples(*whole, {3, 1}), b = readSamples(*small, {3, 1});
  EXPECT_EQ(a.targets, b.targets);
  ASSERT_EQ(b.inputs.size(), 2u * 3 * 16 * 16);
  const std::vector<float> expected = resize(a.inputs.data(), 6, {32, 32}, {16, 16});
  EXPECT_EQ(b.inputs, expected);
  EXPECT_EQ(make("{name: shapes, resize: [8, 12]}")->shape().size, (std::array<int64_t, 2>{8, 12}));
  EXPECT_EQ(make("{name: sequential, images: {name: shapes}, resize: 100}")->shape().size[0], 100);
  EXPECT_EQ(make("{name: sequential, images: {name: shapes, resize: 8}}")->shape().size[0], 64);
}

TEST(Resized, RefusesWhatHasNoMeaning) {
  expectError([] { make("{name: shapes, resize: 0}"); }, {"'resize' of 'shapes'", "height and width"});
  expectError([] { make("{name: shapes, resize: 1.5}"); }, {"'resize'"});
  expectError([] { make("{name: shapes, resize: [8, 8, 8]}"); }, {"'resize'"});
  expectError([] { make("{name: sequential, images: {name: shapes}, resize: [8, 8]}"); }, {"a sequence: one number"});
  expectError([] { make("{name: adding, resize: 8}"); }, {"no argument 'resize'"});
}

TEST(SampleFiles, PngIsReadBackAsGreyOrColour) {
  const std::string path = (fs::path(::testing::TempDir()) / "picture.png").string();
  Raster raster(3, 2, {255, 0, 51});
  raster.set(2, 1, {0, 255, 102});
  raster.writePng(path);
  const Sample colour = readPicture(path, 3);
  EXPECT_EQ(colour.channels, 3);
  EXPECT_EQ(colour.size, (std::array<int64_t, 2>{2, 3}));
  EXPECT_FLOAT_EQ(colour.values[0], 1);
  EXPECT_FLOAT_EQ(colour.values[5], 0);       // red of the last pixel
  EXPECT_FLOAT_EQ(colour.values[11], 1);      // green of it
  EXPECT_FLOAT_EQ(colour.values[17], 102.f / 255);
  expectError([&] { readPicture(path, 1); }, {"has 3 channels, expected 1"});
  writeFileAtomically(path, "no picture");
  expectError([&] { readPicture(path, 3); }, {"as a PNG file"});
}

/// A WAV file of `data`, whose format is given as (kind, channels, bits).
std::string wav(uint16_t kind, uint16_t channels, uint16_t bits, const std::string &data, const std::string &between = "") {
  const auto number = [](auto value) { return std::string(reinterpret_cast<const char *>(&value), sizeof value); };
  const auto chunk = [&](const std::string &name, const std::string &body) {
    return name + number(uint32_t(body.size())) + body + std::string(body.size() % 2, '\0');
  };
  const std::string format = number(kind) + number(channels) + number(uint32_t(8000)) + number(uint32_t(0)) +
                             number(uint16_t(0)) + number(bits);
  const std::string body = "WAVE" + chunk("fmt ", format) + between + chunk("data", data);
  return "RIFF" + number(uint32_t(body.size())) + body;
}

TEST(SampleFiles, WavOfEveryWidth) {
  const std::string path = (fs::path(::testing::TempDir()) / "sound.wav").string();
  const auto values = [&](uint16_t kind, uint16_t channels, uint16_t bits, const std::string &data) {
    writeFileAtomically(path, wav(kind, channels, bits, data));
    return readSignal(path).values;
  };
  using V = std::vector<float>;
  EXPECT_EQ(values(1, 1, 8, std::string("\x80\x00\xc0", 3)), (V{0, -1, 0.5}));
  EXPECT_EQ(values(1, 1, 16, std::string("\x00\x40\x00\x80", 4)), (V{0.5, -1}));
  EXPECT_EQ(values(1, 1, 24, std::string("\x00\x00\x40\x00\x00\x80", 6)), (V{0.5, -1}));
  EXPECT_EQ(values(1, 1, 32, std::string("\x00\x00\x00\x40\x00\x00\x00\x80", 8)), (V{0.5, -1}));
  EXPECT_EQ(values(3, 1, 32, std::string("\x00\x00\x00\x3f", 4)), (V{0.5}));
  // Two channels: stored in turns, read one after the other.
  EXPECT_EQ(values(1, 2, 16, std::string("\x00\x40\x00\x80\x00\x20\x00\xc0", 8)), (V{0.5, 0.25, -1, -0.5}));
}

TEST(SampleFiles, WavThatIsDamaged) {
  const std::string path = (fs::path(::testing::TempDir()) / "sound.wav").string();
  const auto refuses = [&](const std::string &bytes, const std::string &why) {
    writeFileAtomically(path, bytes);
    expectError([&] { readSignal(path); }, {why});
  };
  const std::string good = wav(1, 1, 16, std::string(8, 'x'), std::string("LIST\x03\0\0\0abc\0", 12));
  writeFileAtomically(path, good);
  EXPECT_EQ(readSignal(path).size[0], 4);
  refuses(good.substr(0, 30), "cannot read");
  refuses("RIFX" + good.substr(4), "cannot read");
  refuses(wav(1, 1, 16, ""), "holds no samples");
}

} // namespace
} // namespace flexrt::testing
