// Files of tensors and atomic writes: round trip, damage of every kind, full disks.
#include "DataTesting.h"

#include "flexrt/checkpoint/Safetensors.h"
#include "flexrt/core/AtomicFile.h"

namespace flexrt::testing {
namespace {

TensorFile example() {
  const std::vector<float> a = {1, 2, 3, 4, 5, 6};
  const std::vector<double> b = {0.1};
  TensorFile file;
  file.tensors["a.b"] = Tensor::fromFloats({2, 3}, a.data());
  file.tensors["c"] = Tensor::fromDoubles({}, b.data());
  file.tensors["empty"] = Tensor::fromFloats({0, 4}, nullptr);
  file.metadata["who"] = "me \"quoted\"";
  return file;
}

TEST(Safetensors, RoundTrip) {
  const Folder folder;
  const std::string path = folder.path() + "/x.safetensors";
  writeSafetensors(path, example());
  const TensorFile read = readSafetensors(path);
  EXPECT_EQ(read.metadata.at("who"), "me \"quoted\"");
  EXPECT_EQ(read.tensors.size(), 3u);
  EXPECT_EQ(read.tensors.at("a.b").shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(read.tensors.at("a.b").toDoubles(), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read.tensors.at("c").toDoubles(), (std::vector<double>{0.1}));
  EXPECT_EQ(read.tensors.at("empty").count(), 0);
}

TEST(Safetensors, EveryTruncationIsNoticed) {
  const Folder folder;
  const std::string path = folder.path() + "/x.safetensors";
  writeSafetensors(path, example());
  const std::string whole = readFile(path);
  for (size_t size = 0; size < whole.size(); ++size)
    expectError([&] { readSafetensors(folder.write("cut", whole.substr(0, size))); }, {"cut", "complete"});
}

TEST(Safetensors, RefusesWrongHeaders) {
  const Folder folder;
  const auto refuse = [&](const std::string &header, const std::string &why) {
    std::string bytes(8, '\0');
    bytes[0] = char(header.size());
    expectError([&] { readSafetensors(folder.write("bad", bytes + header + "12345678")); }, {why});
  };
  refuse("nonsense", "header cannot be read");
  refuse(R"({"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "as many bytes as its shape");
  refuse(R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", "ends within 'x'");
  refuse(R"({"x":{"dtype":"Q7","shape":[2],"data_offsets":[0,8]}})", "'Q7'");
  refuse(R"({"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "impossible");
  refuse(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", "as many bytes");
}

TEST(AtomicFile, AFailedWriteLeavesTheOldFileAndNothingElse) {
  const Folder folder;
  const std::string path = folder.write("file", "old");
  expectError([&] { writeFileAtomically(folder.path() + "/missing/file", "new"); }, {"cannot write", "missing"});
  EXPECT_EQ(readFile(path), "old");
  writeFileAtomically(path, "new");
  EXPECT_EQ(readFile(path), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(AtomicFile, AFullDiskIsAnError) {
  if (!fs::exists("/dev/full"))
    GTEST_SKIP() << "no /dev/full here";
  expectError([] { writeFileAtomically("/dev/full", "some"); }, {"/dev/full", "disk is full"});
  EXPECT_TRUE(fs::is_character_file("/dev/full")) << "a device must not be replaced by a file";
}

TEST(AppendFile, IsCutToTheGivenSizeButNeverExtended) {
  const Folder folder;
  const std::string path = folder.write("log", "one\ntwo\n");
  AppendFile log(path, 4);
  log.append("2\n");
  EXPECT_EQ(readFile(path), "one\n2\n");
  expectError([&] { AppendFile(path, 100); }, {"6 bytes", "100"});
}

} // namespace
} // namespace flexrt::testing
