// Data sets that are read from files: MNIST, CIFAR-10, .npy arrays; good files, and every way in which they can be bad.
#include "DataTesting.h"

#include "flexrt/data/Npy.h"

#include <map>
#include <numeric>

#include <zlib.h>

namespace flexrt::testing {
namespace {

/// Two images of 2x3 pixels.
std::string idxImages(uint32_t magic = 0x803, uint32_t count = 2) {
  return bigEndian(magic) + bigEndian(count) + bigEndian(2) + bigEndian(3) +
         std::string({0, 51, 102, char(153), char(204), char(255), 10, 20, 30, 40, 50, 60});
}
std::string idxLabels(char first = 7, uint32_t count = 2) {
  return bigEndian(0x801) + bigEndian(count) + std::string({first, 3});
}

std::string gzipped(const std::string &bytes) {
  const Folder folder;
  const std::string path = folder.path() + "/x.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), unsigned(bytes.size()));
  gzclose(file);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Mnist, ReadsPlainAndGzippedFilesInTheUsualFolders) {
  for (const std::string place : {"", "mnist/", "MNIST/raw/"}) {
    const Folder folder;
    folder.write(place + "train-images-idx3-ubyte", idxImages());
    folder.write(place + "train-labels-idx1-ubyte.gz", gzipped(idxLabels()));
    const auto set = make("mnist", folder.path());
    EXPECT_EQ(set->shape().samples, 2);
    EXPECT_EQ(set->shape().channels, 1);
    EXPECT_EQ(set->shape().size, (std::array<int64_t, 2>{2, 3}));
    EXPECT_EQ(set->shape().classes, 10);
    const Samples samples = readSamples(*set, {1, 0});
    EXPECT_EQ(samples.targets, (std::vector<float>{3, 7}));
    EXPECT_NEAR(samples.inputs[0], (10 / 255.0 - 0.1307) / 0.3081, 1e-6);
    EXPECT_NEAR(samples.inputs[11], (1 - 0.1307) / 0.3081, 1e-6);
  }
}

TEST(Mnist, SaysWhatIsMissingAndHowToNameTheFolder) {
  const Folder folder;
  expectError([&] { make("mnist", folder.path()); },
              {"train-images-idx3-ubyte", ".gz", folder.path() + "/MNIST/raw", "data.root=", "FLEX_DATA"});
  expectError([] { make("mnist"); }, {"no data folder is given", "data.root=", "FLEX_DATA"});
  expectError([] { make("mnist", "/no/such/folder"); }, {"'/no/such/folder' does not exist"});
  folder.write("train-images-idx3-ubyte", idxImages());
  expectError([&] { make("mnist", folder.path()); }, {"train-labels-idx1-ubyte"});
}

TEST(Mnist, KnowsTheHomeFolder) {
  expectError([] { make("mnist", "~/no/such/folder"); }, {std::string(std::getenv("HOME")) + "/no/such/folder"});
}

struct BadMnist {
  const char *name;
  std::string images, labels;
  std::vector<std::string> says;
};
class BadMnistTest : public ::testing::TestWithParam<BadMnist> {};

TEST_P(BadMnistTest, IsRefused) {
  const Folder folder;
  folder.write("train-images-idx3-ubyte", GetParam().images);
  folder.write("train-labels-idx1-ubyte", GetParam().labels);
  expectError([&] { make("mnist", folder.path()); }, GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadMnistTest,
    ::testing::Values(
        BadMnist{"truncated", idxImages().substr(0, 20), idxLabels(), {"images-idx3", "truncated", "28 bytes", "has 20"}},
        BadMnist{"long", idxImages() + "x", idxLabels(), {"too long", "28 bytes", "has 29"}},
        BadMnist{"header", idxImages().substr(0, 7), idxLabels(), {"truncated", "16 bytes", "has 7"}},
        BadMnist{"empty", "", idxLabels(), {"truncated", "has 0"}},
        BadMnist{"magic", idxImages(0x801), idxLabels(), {"0x00000801", "0x00000803"}},
        BadMnist{"huge", idxImages(0x803, 0xffffffff), idxLabels(), {"truncated"}},
        BadMnist{"counts", idxImages(), idxLabels(7, 3) + "x", {"2 images", "3 labels"}},
        BadMnist{"label", idxImages(), idxLabels(10), {"label 10 of sample 0", "0 to 9"}}),
    [](const auto &info) { return info.param.name; });

TEST(Mnist, RefusesADamagedGzipFile) {
  const Folder folder;
  const std::string whole = gzipped(idxImages());
  folder.write("train-labels-idx1-ubyte", idxLabels());
  const std::string path = folder.write("train-images-idx3-ubyte.gz", whole.substr(0, whole.size() - 12));
  expectError([&] { make("mnist", folder.path()); }, {path});
}

TEST(Mnist, RealFiles) {
  if (realData().empty() || !fs::exists(realData() + "/mnist"))
    GTEST_SKIP() << "no MNIST files: set FLEX_DATA";
  const auto train = make("mnist", realData()), test = make("mnist", realData(), Split::test);
  EXPECT_EQ(train->shape().samples, 60000);
  EXPECT_EQ(test->shape().samples, 10000);
  std::vector<int64_t> all(1000);
  std::iota(all.begin(), all.end(), 0);
  const Samples samples = readSamples(*train, all);
  EXPECT_EQ((std::vector<float>(samples.targets.begin(), samples.targets.begin() + 6)),
            (std::vector<float>{5, 0, 4, 1, 9, 2}));
  const double mean = std::accumulate(samples.inputs.begin(), samples.inputs.end(), 0.0) / samples.inputs.size();
  EXPECT_NEAR(mean, 0, 0.02);
}

/// Rows of CIFAR-10: label i, all pixels of channel c = 10 * i + c.
std::string cifarRows(int rows, int firstLabel = 0) {
  std::string bytes;
  for (int i = 0; i < rows; ++i) {
    bytes += char(firstLabel + i);
    for (int c = 0; c < 3; ++c)
      bytes += std::string(1024, char(10 * i + c));
  }
  return bytes;
}

TEST(Cifar10, ReadsAllBatchesThatAreThere) {
  const Folder folder;
  folder.write("cifar-10-batches-bin/data_batch_2.bin", cifarRows(1, 5));
  folder.write("cifar-10-batches-bin/data_batch_1.bin", cifarRows(2));
  folder.write("cifar-10-batches-bin/test_batch.bin", cifarRows(1, 9));
  const auto set = make("{name: cifar10}", folder.path());
  EXPECT_EQ(set->shape().samples, 3);
  const Samples samples = readSamples(*set, {0, 1, 2});
  EXPECT_EQ(samples.targets, (std::vector<float>{0, 1, 5}));
  EXPECT_NEAR(samples.inputs[3072 + 1024], (11 / 255.0 - 0.456) / 0.224, 1e-6);
  EXPECT_EQ(make("cifar10", folder.path(), Split::test)->shape().samples, 1);
}

TEST(Cifar10, RefusesBadFiles) {
  const Folder folder;
  expectError([&] { make("cifar10", folder.path()); }, {"'data_batch_*.bin'", folder.path() + "/cifar10"});
  folder.write("data_batch_1.bin", cifarRows(2).substr(1));
  expectError([&] { make("cifar10", folder.path()); }, {"data_batch_1.bin", "multiple of 3073", "has 6145"});
  folder.write("data_batch_1.bin", "");
  expectError([&] { make("cifar10", folder.path()); }, {"has 0"});
  folder.write("data_batch_1.bin", cifarRows(2, 9));
  expectError([&] { make("cifar10", folder.path()); }, {"label 10 of sample 1", "0 to 9"});
}

TEST(Cifar10, RealFiles) {
  if (realData().empty() || !fs::exists(realData() + "/cifar10"))
    GTEST_SKIP() << "no CIFAR-10 files: set FLEX_DATA";
  const auto set = make("{name: cifar10, augment: [{name: pad_crop, args: [4]}, hflip]}", realData(), Split::test);
  EXPECT_EQ(set->shape().samples, 10000);
  std::map<float, int> count;
  for (int64_t i = 0; i < 10000; ++i)
    ++count[readSamples(*set, {i}).targets[0]];
  for (const auto &[label, times] : count)
    EXPECT_EQ(times, 1000) << label;
}

TEST(Npy, ReadsImagesAndMeasuresThem) {
  const Folder folder;
  folder.write("x.npy", npyFile("<f8", "(2, 1, 2, 2)", rawBytes<double>({0, 0, 0, 0, 2, 2, 2, 2})));
  folder.write("y.npy", npyFile("<i8", "(2,)", rawBytes<int64_t>({2, 0})));
  const auto set = make("{name: npy, x: x.npy, y: y.npy}", folder.path());
  EXPECT_EQ(set->shape().rank, 2);
  EXPECT_EQ(set->shape().classes, 3);
  const Samples samples = readSamples(*set, {0, 1});
  EXPECT_EQ(samples.inputs, (std::vector<float>{-1, -1, -1, -1, 1, 1, 1, 1}));
  EXPECT_EQ(samples.targets, (std::vector<float>{2, 0}));
}

TEST(Npy, TestPartIsNormalisedAsTraining) {
  const Folder folder;
  folder.write("x.npy", npyFile("|u1", "(2, 2)", std::string({0, 0, char(255), char(255)})));
  folder.write("y.npy", npyFile("<f4", "(2, 2)", rawBytes<float>({1, 2, 3, 4})));
  folder.write("tx.npy", npyFile("|u1", "(1, 2)", std::string({char(255), 0})));
  folder.write("ty.npy", npyFile("<f4", "(1, 2)", rawBytes<float>({5, 6})));
  const std::string clause = "{name: npy, args: [x.npy, y.npy], test_x: tx.npy, test_y: ty.npy}";
  const auto set = make(clause, folder.path(), Split::test);
  EXPECT_EQ(set->shape().classes, 0);
  EXPECT_EQ(set->shape().targets, 2);
  EXPECT_EQ(set->shape().rank, 1);
  EXPECT_EQ(readSamples(*set, {0}).inputs, (std::vector<float>{1, -1}));
  EXPECT_EQ(readSamples(*set, {0}).targets, (std::vector<float>{5, 6}));
  EXPECT_EQ(readSamples(*make("{name: npy, x: x.npy, y: y.npy, mean: 0, std: [2]}", folder.path()), {1}).inputs[0], 0.5);
}

TEST(Npy, ReadsAClassForEachStep) {
  const Folder folder;
  folder.write("x.npy", npyFile("<f4", "(1, 2, 3)", rawBytes<float>({1, 2, 3, 4, 5, 6})));
  folder.write("y.npy", npyFile("<i4", "(1, 3)", rawBytes<int32_t>({0, 1, 3})));
  const auto set = make("{name: npy, x: x.npy, y: y.npy, classes: 5}", folder.path());
  EXPECT_EQ(set->shape().targets, 3);
  EXPECT_EQ(set->shape().classes, 5);
}

TEST(Npy, ReadsAnswersAtEachPoint) {
  const Folder folder;
  folder.write("x.npy", npyFile("<f4", "(1, 1, 2, 1)", rawBytes<float>({1, 2})));
  folder.write("y.npy", npyFile("<f4", "(1, 3, 2, 1)", rawBytes<float>({1, 2, 3, 4, 5, 6})));
  auto set = make("{name: npy, x: x.npy, y: y.npy}", folder.path());
  EXPECT_EQ(set->shape().targets, 6);
  EXPECT_EQ(readSamples(*set, {0}).targets, (std::vector<float>{1, 2, 3, 4, 5, 6}));
  folder.write("y.npy", npyFile("<i4", "(1, 2, 1)", rawBytes<int32_t>({4, 2})));
  set = make("{name: npy, x: x.npy, y: y.npy}", folder.path());
  EXPECT_EQ(set->shape().targets, 2);
  EXPECT_EQ(set->shape().classes, 5);
}

TEST(Npy, ReadsFormats2And3) {
  const Folder folder;
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }\n";
  for (char version : {2, 3}) {
    const std::string length = {char(header.size()), 0, 0, 0};
    const std::string path = folder.write("x.npy", std::string("\x93NUMPY") + version + '\0' + length + header +
                                                       rawBytes<float>({4}));
    EXPECT_EQ(readNpy(path).toFloats(), std::vector<float>{4});
  }
}

TEST(Npy, RefusesBadFiles) {
  const Folder folder;
  const auto refused = [&](const std::string &bytes, const std::vector<std::string> &says) {
    const std::string path = folder.write("x.npy", bytes);
    expectError([&] { readNpy(path).toFloats(); }, says);
  };
  const std::string good = npyFile("<f4", "(2, 2)", rawBytes<float>({1, 2, 3, 4}));
  refused("", {"magic"});
  refused("PK\3\4 not an array", {"magic"});
  refused(good.substr(0, 30), {"ends in its header"});
  refused(good.substr(0, good.size() - 1), {"x.npy", "truncated", std::to_string(good.size())});
  refused(good + "x", {"too long"});
  refused(npyFile("<f4", "(2, 2)", rawBytes<float>({1, 2, 3, 4}), "True"), {"Fortran order", "ascontiguousarray"});
  refused(npyFile(">f4", "(1,)", rawBytes<float>({1})), {"'>f4'", "<f4"});
  refused(npyFile("|O", "(1,)", "xxxxxxxx"), {"'|O'"});
  refused(npyFile("<f4", "(99999999999, 99999999999)", ""), {"too large"});
  refused(npyFile("<f4", "(-1,)", ""), {"integers"});
  refused(npyFile("<f4", "2", ""), {"no tuple"});
  refused(npyFile("<f4", "(1,)", rawBytes<float>({NAN})), {"NaN", "element 0"});
  refused(npyFile("<f8", "(1,)", rawBytes<double>({1e300})), {"too large for single precision"});
}

TEST(Npy, RefusesArraysThatDoNotFitTogether) {
  const Folder folder;
  const auto refused = [&](const std::string &y, const std::vector<std::string> &says, const std::string &more = "",
                           Split split = Split::train) {
    folder.write("x.npy", npyFile("|u1", "(2, 1, 2, 1)", "abcd"));
    folder.write("y.npy", y);
    expectError([&] { make("{name: npy, x: x.npy, y: y.npy" + more + "}", folder.path(), split); }, says);
  };
  const std::string good = npyFile("|u1", "(2,)", std::string({0, 1}));
  refused(npyFile("|u1", "(3,)", "abc"), {"(3,)", "2 samples"});
  refused(npyFile("|u1", "(2, 2)", "abcd"), {"(2, 2)", "(samples,)", "(samples, height, width)"});
  refused(npyFile("<f4", "(2, 1, 2)", rawBytes<float>({1, 2, 3, 4})), {"(2, 1, 2)", "(samples, values)"});
  refused(npyFile("<i4", "(2,)", rawBytes<int32_t>({0, -1})), {"class number -1"});
  refused(good, {"holds the class number 1", "1 classes"}, ", classes: 1");
  refused(good, {"no test part", "test_x"}, "", Split::test);
  refused(good, {"has no argument 'tests_x'", "did you mean 'test_x'"}, ", tests_x: a");
  refused(good, {"has 2 numbers for 1 channels"}, ", mean: [0, 1]");
  refused(good, {"must be positive"}, ", std: 0");
  folder.write("tx.npy", npyFile("|u1", "(1, 1, 1, 2)", "ab"));
  folder.write("ty.npy", npyFile("|u1", "(1,)", std::string({2})));
  refused(good, {"another shape", "1x1x2", "1x2x1"}, ", test_x: tx.npy, test_y: ty.npy", Split::test);
  folder.write("tx.npy", npyFile("|u1", "(1, 1, 2, 1)", "ab"));
  refused(good, {"ty.npy", "class number 2"}, ", test_x: tx.npy, test_y: ty.npy", Split::test);
  expectError([&] { make("npy", folder.path()); }, {"'x' and 'y'"});
  expectError([&] { make("{name: npy, x: no.npy, y: y.npy}", folder.path()); }, {"no.npy", "No such file"});
}

} // namespace
} // namespace flexrt::testing
