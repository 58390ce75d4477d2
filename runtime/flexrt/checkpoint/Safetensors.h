/// Files of named tensors: 8 bytes of header length, a JSON header, raw little-endian data
/// (https://github.com/huggingface/safetensors).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace flexrt {

/// A dense, row-major tensor. `dtype` is the format's name: "F32", "F64", "I64", "U8", ...
struct Tensor {
  std::string dtype;
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  int64_t count() const;

  /// Values as doubles. Throws Error for a dtype that holds no plain numbers of 4 or 8 bytes (F32, F64, I32, I64, ...).
  std::vector<double> toDoubles() const;
  static Tensor fromFloats(std::vector<int64_t> shape, const float *values);
  static Tensor fromDoubles(std::vector<int64_t> shape, const double *values);
};

struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Reads and checks a whole file. Throws Error for one that is missing, truncated or malformed.
TensorFile readSafetensors(const std::string &path);

/// Writes a file atomically (core/AtomicFile.h): afterwards `path` is either complete, or as it was before.
void writeSafetensors(const std::string &path, const TensorFile &file);

} // namespace flexrt
