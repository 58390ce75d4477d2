/// NumPy's .npy files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace flexrt {

/// An array in C order, values as they lie in the file (little-endian).
struct NpyArray {
  enum class Type { u8, i32, i64, f32, f64 };

  std::string path;
  Type type = Type::u8;
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  int64_t count() const;
  bool isInteger() const { return type != Type::f32 && type != Type::f64; }
  /// "(100, 3, 32, 32)"
  std::string shapeText() const;
  /// All values, rounded to single precision.
  std::vector<float> toFloats() const;
};

/// Reads a file of format 1 to 3, gzipped or not. Throws Error: no .npy file, a type, byte order or order of axes that is
/// not read, another number of bytes than the shape says, a NaN or an infinity.
NpyArray readNpy(const std::string &path);

} // namespace flexrt
