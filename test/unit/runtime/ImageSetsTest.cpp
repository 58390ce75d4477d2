// Sets of images in files that the test writes, and pictures to fit networks to.
#include "DataTesting.h"

#include "flexrt/core/Png.h"

#include <cmath>
#include <iterator>

namespace flexrt::testing {
namespace {

constexpr const char *plain = "mean: 0, std: 1";

TEST(Cifar100, HasTwoLabels) {
  const Folder folder;
  std::string rows;
  for (int n = 0; n < 2; ++n)
    rows += std::string{char(n + 18), char(98 + n)} + std::string(3072, char(255 * n));
  folder.write("cifar-100-binary/train.bin", rows);
  folder.write("cifar-100-binary/test.bin", rows.substr(0, 3074));
  const auto set = make(std::string("{name: cifar100, ") + plain + "}", folder.path());
  EXPECT_EQ(set->shape().samples, 2);
  EXPECT_EQ(set->shape().classes, 100);
  const Samples samples = readSamples(*set, {0, 1});
  EXPECT_EQ(samples.targets, (std::vector<float>{98, 99}));
  EXPECT_EQ(samples.inputs[3071], 0);
  EXPECT_EQ(samples.inputs[3072], 1);
  EXPECT_EQ(make("cifar100", folder.path(), Split::test)->shape().samples, 1);
  const auto coarse = make("{name: cifar100, coarse: true}", folder.path());
  EXPECT_EQ(coarse->shape().classes, 20);
  EXPECT_EQ(readSamples(*coarse, {0, 1}).targets, (std::vector<float>{18, 19}));
  folder.write("cifar-100-binary/train.bin", rows.substr(1));
  expectError([&] { make("cifar100", folder.path()); }, {"train.bin", "a multiple of 3074", "2 labels", "6147"});
  expectError([&] { make("{name: cifar100, coarse: 3}", folder.path()); }, {"'coarse'", "true or false", "'3'"});
}

TEST(Stl10, IsStoredColumnByColumn) {
  const Folder folder;
  std::string image(3 * 96 * 96, '\0');
  image[9216 + 5 * 96 + 2] = char(255); // green, column 5, row 2
  folder.write("stl10_binary/train_X.bin", image + image);
  folder.write("stl10_binary/train_y.bin", "\x01\x0a");
  const auto set = make(std::string("{name: stl10, ") + plain + "}", folder.path());
  const Samples samples = readSamples(*set, {1});
  EXPECT_EQ(samples.targets[0], 9);
  EXPECT_EQ(samples.inputs[9216 + 2 * 96 + 5], 1);
  EXPECT_EQ(samples.inputs[9216 + 5 * 96 + 2], 0);
  folder.write("stl10_binary/train_y.bin", std::string("\x01\x00", 2));
  expectError([&] { make("stl10", folder.path()); }, {"label 0 of sample 1", "expected 1 to 10"});
  folder.write("stl10_binary/train_y.bin", "\x01");
  expectError([&] { make("stl10", folder.path()); }, {"train_X.bin", "too long", "expected 27648 bytes", "55296"});
}

TEST(ImageNet, ReadsPickledBatches) {
  const Folder folder;
  const std::string file = std::string(FLEX_SOURCE_DIR) + "/test/unit/runtime/files/imagenet_batch";
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  folder.write("imagenet8/train_data_batch_1", bytes);
  folder.write("imagenet8/train_data_batch_2", bytes);
  folder.write("imagenet8/val_data", bytes);
  const auto set = make(std::string("{name: imagenet, size: 8, ") + plain + "}", folder.path());
  EXPECT_EQ(set->shape().samples, 6);
  EXPECT_EQ(set->shape().classes, 1000);
  const Samples samples = readSamples(*set, {1, 4});
  EXPECT_EQ(samples.targets, (std::vector<float>{999, 999}));
  EXPECT_FLOAT_EQ(samples.inputs[3], 195.0f / 255);
  EXPECT_EQ(make("{name: imagenet, size: 8}", folder.path(), Split::test)->shape().samples, 3);
  folder.write("imagenet16/train_data_batch_1", bytes);
  expectError([&] { make("{name: imagenet, size: 16}", folder.path()); }, {"'data'", "576 bytes, expected 768 for each of the 3 labels"});
  folder.write("imagenet16/train_data_batch_1", bytes.substr(0, 1000));
  expectError([&] { make("{name: imagenet, size: 16}", folder.path()); }, {"cannot read", "train_data_batch_1", "damaged"});
  folder.write("imagenet16/train_data_batch_1", std::string("\x80\x03}q\0.", 6));
  expectError([&] { make("{name: imagenet, size: 16}", folder.path()); }, {"a dict with 'data' and 'labels'"});
  expectError([&] { make("{name: imagenet, size: 32}", folder.path()); }, {"train_data_batch_", "image-net.org"});
}

TEST(Png, GivesBackWhatWasWritten) {
  const Folder folder;
  const std::string grey = folder.path() + "/grey.png", colours = folder.path() + "/colours.png";
  writePng(grey, {0, 1, 0.5, 2, -1, 0.2}, 1, 2, 3);
  const Picture picture = readPng(grey);
  EXPECT_EQ(picture.channels, 1);
  EXPECT_EQ(picture.height, 2);
  EXPECT_EQ(picture.bytes, (std::vector<uint8_t>{0, 255, 128, 255, 0, 51}));
  EXPECT_EQ(withChannels(picture, 3, grey).bytes.size(), 18u);
  writePng(colours, {0, 0.2, 0.4, 0.6, 0.8, 1}, 3, 1, 2);
  EXPECT_EQ(readPng(colours).bytes, (std::vector<uint8_t>{0, 51, 102, 153, 204, 255}));
  expectError([&] { withChannels(readPng(colours), 1, colours); }, {"colours.png", "3 channels, expected 1"});
  expectError([&] { readPng(folder.write("bad.png", "no picture")); }, {"bad.png", "as a PNG file"});
}

TEST(ImageFolder, FoldersAreClasses) {
  const Folder folder;
  const auto write = [&](const std::string &name, double value, int64_t width = 2) {
    fs::create_directories((fs::path(folder.path()) / name).parent_path());
    writePng(folder.path() + "/" + name, std::vector<double>(size_t(3 * 2 * width), value), 3, 2, width);
  };
  write("birds/train/crow/a.png", 0);
  write("birds/train/crow/b.PNG", 0);
  write("birds/train/dove/a.png", 1);
  write("birds/test/dove/a.png", 1);
  const std::string clause = "{name: image_folder, folder: birds, channels: 3, ";
  const auto set = make(clause + plain + "}", folder.path());
  EXPECT_EQ(set->shape().samples, 3);
  EXPECT_EQ(set->shape().classes, 2);
  EXPECT_EQ(set->shape().size, (std::array<int64_t, 2>{2, 2}));
  EXPECT_EQ(readSamples(*set, {0, 1, 2}).targets, (std::vector<float>{0, 0, 1}));
  // Normalised with training's own constants unless others are given.
  const auto test = make(clause + "}", folder.path(), Split::test);
  EXPECT_EQ(readSamples(*test, {0}).targets[0], 1) << "numbers are those of training's folders";
  EXPECT_NEAR(readSamples(*test, {0}).inputs[0], std::sqrt(2), 1e-6);
  expectError([&] { make("{name: image_folder, folder: birds, channels: 1}", folder.path()); }, {"a.png", "3 channels, expected 1"});
  expectError([&] { make(clause + "classes: 3}", folder.path()); }, {"'image_folder' was declared with 3 classes, its files have 2"});
  write("birds/train/dove/c.png", 1, 5);
  expectError([&] { make(clause + "}", folder.path()); }, {"c.png", "is 2x5", "is 2x2"});
  fs::create_directories(fs::path(folder.path()) / "birds/test/owl");
  expectError([&] { make(clause + "}", folder.path()); }, {"owl", "a class that"});
  expectError([&] { make("{name: image_folder, folder: fish}", folder.path()); }, {"no folder", "fish/train"});
}

TEST(Pictures, SamplesAreRowsOfPositions) {
  const Folder folder;
  writePng(folder.path() + "/p.png", {0, 0.2, 0.4, 0.6, 0.8, 1}, 3, 2, 1);
  const auto set = make("{name: image, file: p.png, channels: 3}", folder.path());
  EXPECT_TRUE(set->shape().picture);
  EXPECT_EQ(set->shape().samples, 2);
  EXPECT_EQ(set->shape().targets, 3);
  const Samples samples = readSamples(*set, {1, 0});
  EXPECT_EQ(samples.inputs, (std::vector<float>{1, 0, -1, 0})) << "row, then column; one column lies at 0";
  for (size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(samples.targets[i], (i < 3 ? 0.2 : 0) + 0.4 * double(i % 3), 1e-6);
  folder.write("a.npy", npyFile("<f8", "(2, 3)", rawBytes(std::vector<double>{1, 2, 3, 4, 5, 6})));
  const auto array = make("{name: image, file: a.npy, channels: 1}", folder.path());
  const Samples row = readSamples(*array, {1});
  EXPECT_EQ(row.inputs, (std::vector<float>{1, 1, 1, -1, 0, 1}));
  EXPECT_EQ(row.targets, (std::vector<float>{4, 5, 6}));
  expectError([&] { make("{name: image, file: a.npy, channels: 3}", folder.path()); }, {"(2, 3)", "expected (3, height, width)"});
  expectError([&] { make("{name: image, channels: 3}", folder.path()); }, {"needs a file", "data.file"});
  expectError([&] { make("{name: image, file: none.png}", folder.path()); }, {"cannot read", "none.png"});
}

/// What clamping to [0, 1] alone costs in the authors' table of fits: no network gets beyond it.
TEST(Pictures, GaborPatternsHaveTheAuthorsLimits) {
  for (const auto [frequency, limit] : {std::pair{1, 39.71}, {4, 21.65}, {16, 19.98}, {64, 19.98}}) {
    const auto set = make("{name: pattern, kind: gabor, frequency: " + std::to_string(frequency) + "}");
    double squares = 0;
    for (int64_t row = 0; row < 33; ++row)
      for (const float value : readSamples(*set, {row}).targets)
        squares += std::pow(std::min(value, 0.0f), 2) / (33 * 33);
    EXPECT_NEAR(-10 * std::log10(squares), limit, 0.005) << frequency;
  }
  const auto noise = make("{name: pattern, kind: noise}"), again = make("{name: pattern, kind: noise}", "", Split::test, 9);
  EXPECT_EQ(readSamples(*noise, {32}).targets, readSamples(*again, {32}).targets);
  expectError([] { make("{name: pattern, kind: circle}"); }, {"gabor or noise", "circle"});
}

} // namespace
} // namespace flexrt::testing
