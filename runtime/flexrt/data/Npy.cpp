#include "flexrt/data/Npy.h"

#include "flexrt/core/Error.h"
#include "flexrt/data/Files.h"

#include <cmath>
#include <cstring>
#include <string_view>

namespace flexrt {
namespace {

struct TypeName {
  const char *name;
  NpyArray::Type type;
  int64_t size;
};
constexpr TypeName types[] = {
    {"|u1", NpyArray::Type::u8, 1},  {"<i4", NpyArray::Type::i32, 4}, {"<i8", NpyArray::Type::i64, 8},
    {"<f4", NpyArray::Type::f32, 4}, {"<f8", NpyArray::Type::f64, 8},
};

[[noreturn]] void damaged(const std::string &path, const std::string &why) {
  throw Error("'" + path + "' is no .npy file that can be read: " + why);
}

/// What follows `key` in the header, a Python dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
std::string_view entry(const std::string &path, std::string_view header, const std::string &key) {
  const size_t at = header.find("'" + key + "'");
  const size_t colon = at == header.npos ? at : header.find(':', at);
  const size_t value = colon == header.npos ? colon : header.find_first_not_of(' ', colon + 1);
  if (value == header.npos)
    damaged(path, "its header has no '" + key + "'");
  return header.substr(value);
}

std::vector<int64_t> parseShape(const std::string &path, std::string_view text) {
  const size_t end = text.find(')');
  if (text[0] != '(' || end == text.npos)
    damaged(path, "its header's 'shape' is no tuple");
  std::vector<int64_t> shape;
  for (size_t at = 1; at < end;) {
    if (text[at] == ' ' || text[at] == ',') {
      ++at;
      continue;
    }
    int64_t size = 0;
    const size_t start = at;
    for (; at < end && text[at] >= '0' && text[at] <= '9'; ++at)
      if (__builtin_mul_overflow(size, 10, &size) || __builtin_add_overflow(size, text[at] - '0', &size))
        damaged(path, "its header's 'shape' is too large");
    if (at == start)
      damaged(path, "its header's 'shape' is not made of integers");
    shape.push_back(size);
  }
  return shape;
}

const TypeName &parseType(const std::string &path, std::string_view text) {
  const size_t end = text.find(text[0], 1);
  const std::string name(text.substr(1, end == text.npos ? 0 : end - 1));
  for (const TypeName &type : types)
    if (name == type.name)
      return type;
  std::string known;
  for (const TypeName &type : types)
    known += (known.empty() ? "" : ", ") + std::string(type.name);
  throw Error("'" + path + "' holds values of type '" + name + "', expected one of " + known,
              "in Python: numpy.save(path, array.astype('float32'))");
}

template <typename T> std::vector<float> converted(const NpyArray &array) {
  std::vector<float> result(array.count());
  for (size_t i = 0; i < result.size(); ++i) {
    T value;
    std::memcpy(&value, &array.bytes[i * sizeof(T)], sizeof(T));
    result[i] = float(value);
    if (!std::isfinite(result[i]))
      throw Error("'" + array.path + "' holds a NaN, an infinity or a number too large for single precision, at element " +
                  std::to_string(i));
  }
  return result;
}

} // namespace

int64_t NpyArray::count() const {
  int64_t result = 1;
  for (const int64_t size : shape)
    result *= size;
  return result;
}

std::string NpyArray::shapeText() const {
  std::string result = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    result += (i ? ", " : "") + std::to_string(shape[i]);
  return result + (shape.size() == 1 ? ",)" : ")");
}

std::vector<float> NpyArray::toFloats() const {
  switch (type) {
  case Type::u8: return converted<uint8_t>(*this);
  case Type::i32: return converted<int32_t>(*this);
  case Type::i64: return converted<int64_t>(*this);
  case Type::f32: return converted<float>(*this);
  case Type::f64: return converted<double>(*this);
  }
  __builtin_unreachable();
}

NpyArray readNpy(const std::string &path) {
  NpyArray result;
  result.path = path;
  result.bytes = readDataFile(path);
  std::vector<uint8_t> &bytes = result.bytes;
  if (bytes.size() < 10 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0)
    damaged(path, "it does not start with NumPy's magic bytes");
  const int version = bytes[6];
  if (version < 1 || version > 3)
    damaged(path, "its format's version is " + std::to_string(version) + ", expected 1 to 3");
  const size_t lengthBytes = version == 1 ? 2 : 4, start = 8 + lengthBytes;
  size_t length = 0;
  if (bytes.size() >= start)
    std::memcpy(&length, &bytes[8], lengthBytes);
  if (bytes.size() < start + length)
    damaged(path, "it ends in its header");

  const std::string header(bytes.begin() + start, bytes.begin() + start + length);
  const TypeName &type = parseType(path, entry(path, header, "descr"));
  result.type = type.type;
  result.shape = parseShape(path, entry(path, header, "shape"));
  if (entry(path, header, "fortran_order").starts_with("True"))
    throw Error("'" + path + "' is stored in Fortran order, expected C order",
                "in Python: numpy.save(path, numpy.ascontiguousarray(array))");
  int64_t expected = type.size;
  for (const int64_t size : result.shape)
    if (__builtin_mul_overflow(expected, size, &expected))
      damaged(path, "its shape " + result.shapeText() + " is too large");
  requireSize(path, start + length + uint64_t(expected), bytes.size());
  bytes.erase(bytes.begin(), bytes.begin() + start + length);
  return result;
}

} // namespace flexrt
