/// What the tests of data sets share: a folder of their own, bytes, and the real data where it is there.
#pragma once

#include "flexrt/core/Error.h"
#include "flexrt/data/Dataset.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace flexrt::testing {

namespace fs = std::filesystem;

/// A folder that is removed with the test.
class Folder {
public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "flexrt-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder &) = delete;
  Folder &operator=(const Folder &) = delete;

  std::string path() const { return path_.string(); }

  std::string write(const std::string &name, const std::string &bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return (path_ / name).string();
  }

private:
  fs::path path_;
};

inline std::string bigEndian(uint32_t value) {
  return {char(value >> 24), char(value >> 16), char(value >> 8), char(value)};
}

template <typename T> std::string rawBytes(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

/// A .npy file of format 1.
inline std::string npyFile(const std::string &type, const std::string &shape, const std::string &data,
                           const std::string &fortran = "False") {
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
  return std::string("\x93NUMPY\x01\x00", 8) + char(header.size()) + '\0' + header + data;
}

/// A WAV file of 16 bits, mono unless said otherwise.
inline std::string wavFile(const std::vector<int16_t> &samples, int32_t rate, int16_t channels = 1) {
  const auto number = [](auto value) { return rawBytes(std::vector{value}); };
  const std::string data = rawBytes(samples);
  const std::string format = number(int16_t(1)) + number(channels) + number(rate) + number(int32_t(rate * channels * 2)) +
                             number(int16_t(channels * 2)) + number(int16_t(16));
  return "RIFF" + number(int32_t(28 + data.size() + 8)) + "WAVEfmt " + number(int32_t(16)) + format + "data" +
         number(int32_t(data.size())) + data;
}

inline std::unique_ptr<Dataset> make(const std::string &yaml, const std::string &root = "", Split split = Split::train,
                                     uint64_t seed = 1) {
  return makeDataset(YAML::Load(yaml), root, split, seed);
}

/// Samples of a set, as it would hand them to training.
struct Samples {
  std::vector<float> inputs, targets;
};
inline Samples readSamples(const Dataset &set, const std::vector<int64_t> &indices,
                           std::optional<Augmentation> augmentation = std::nullopt) {
  Samples result;
  result.inputs.resize(indices.size() * set.shape().inputElements());
  result.targets.resize(indices.size() * set.shape().targets);
  set.read(indices, augmentation, result.inputs.data(), result.targets.data());
  return result;
}

/// Expects that `act` throws an Error whose message or hint holds each of `parts`.
template <typename Act> void expectError(Act act, const std::vector<std::string> &parts) {
  try {
    act();
    ADD_FAILURE() << "expected an error";
  } catch (const Error &error) {
    const std::string whole = std::string(error.what()) + "\n" + error.hint();
    for (const std::string &part : parts)
      EXPECT_NE(whole.find(part), std::string::npos) << "'" << part << "' is not in: " << whole;
  }
}

/// Folder of the real data sets: FLEX_DATA, or ../shared/data beside the project; "" if there is none.
inline std::string realData() {
  if (const char *given = std::getenv("FLEX_DATA"))
    return given;
  const fs::path beside = fs::path(FLEX_SOURCE_DIR) / "../shared/data";
  return fs::is_directory(beside) ? beside.string() : "";
}

} // namespace flexrt::testing
