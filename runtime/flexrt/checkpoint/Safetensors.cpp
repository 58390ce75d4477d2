#include "flexrt/checkpoint/Safetensors.h"

#include "flexrt/core/AtomicFile.h"
#include "flexrt/core/Error.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace flexrt {
namespace {

constexpr uint64_t headerLimit = 100'000'000; ///< the format's own limit

int64_t elementBytes(const std::string &dtype) {
  static const std::map<std::string, int64_t> table = {{"BOOL", 1}, {"U8", 1},   {"I8", 1},  {"I16", 2}, {"U16", 2},
                                                       {"F16", 2},  {"BF16", 2}, {"I32", 4}, {"U32", 4}, {"F32", 4},
                                                       {"I64", 8},  {"U64", 8},  {"F64", 8}};
  const auto found = table.find(dtype);
  return found == table.end() ? 0 : found->second;
}

[[noreturn]] void damaged(const std::string &path, const std::string &why) {
  throw Error("'" + path + "' is no complete safetensors file: " + why);
}

template <typename T> std::vector<double> convert(const std::vector<uint8_t> &bytes) {
  std::vector<double> values(bytes.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = double(value);
  }
  return values;
}

template <typename T> Tensor make(const char *dtype, std::vector<int64_t> shape, const T *values) {
  Tensor tensor{dtype, std::move(shape), {}};
  const auto *bytes = reinterpret_cast<const uint8_t *>(values);
  tensor.bytes.assign(bytes, bytes + size_t(tensor.count()) * sizeof(T));
  return tensor;
}

/// One entry of the header; `data` is everything after it. Checks all that a wrong file could get wrong.
Tensor readTensor(const std::string &path, const std::string &name, const nlohmann::json &entry,
                  std::string_view data) {
  Tensor tensor;
  tensor.dtype = entry.at("dtype").get<std::string>();
  tensor.shape = entry.at("shape").get<std::vector<int64_t>>();
  const auto offsets = entry.at("data_offsets").get<std::vector<uint64_t>>();
  const int64_t width = elementBytes(tensor.dtype);
  if (width == 0)
    damaged(path, "'" + name + "' has the unknown element type '" + tensor.dtype + "'");
  uint64_t bytes = uint64_t(width);
  for (const int64_t size : tensor.shape)
    if (size < 0 || __builtin_mul_overflow(bytes, uint64_t(size), &bytes))
      damaged(path, "the shape of '" + name + "' is impossible");
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] - offsets[0] != bytes)
    damaged(path, "'" + name + "' does not have as many bytes as its shape needs");
  if (offsets[1] > data.size())
    damaged(path, "it ends within '" + name + "' (" + std::to_string(data.size()) + " bytes of data, " +
                      std::to_string(offsets[1]) + " needed)");
  const auto *begin = reinterpret_cast<const uint8_t *>(data.data());
  tensor.bytes.assign(begin + offsets[0], begin + offsets[1]);
  return tensor;
}

} // namespace

int64_t Tensor::count() const {
  int64_t product = 1;
  for (const int64_t size : shape)
    product *= size;
  return product;
}

std::vector<double> Tensor::toDoubles() const {
  if (dtype == "F32")
    return convert<float>(bytes);
  if (dtype == "F64")
    return convert<double>(bytes);
  if (dtype == "I32")
    return convert<int32_t>(bytes);
  if (dtype == "I64")
    return convert<int64_t>(bytes);
  if (dtype == "U8" || dtype == "BOOL")
    return convert<uint8_t>(bytes);
  throw Error("element type " + dtype + " cannot be used", "convert the tensor to F32 or F64");
}

Tensor Tensor::fromFloats(std::vector<int64_t> shape, const float *values) {
  return make("F32", std::move(shape), values);
}

Tensor Tensor::fromDoubles(std::vector<int64_t> shape, const double *values) {
  return make("F64", std::move(shape), values);
}

TensorFile readSafetensors(const std::string &path) {
  const std::string bytes = readFile(path);
  uint64_t length = 0;
  if (bytes.size() < sizeof length)
    damaged(path, "it has " + std::to_string(bytes.size()) + " bytes");
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > headerLimit || length > bytes.size() - sizeof length)
    damaged(path, "its header should have " + std::to_string(length) + " bytes");
  const std::string_view data = std::string_view(bytes).substr(sizeof length + length);
  TensorFile file;
  try {
    const auto header = nlohmann::json::parse(std::string_view(bytes).substr(sizeof length, length));
    for (const auto &[name, entry] : header.items())
      if (name == "__metadata__")
        file.metadata = entry.get<std::map<std::string, std::string>>();
      else
        file.tensors[name] = readTensor(path, name, entry, data);
  } catch (const nlohmann::json::exception &error) {
    damaged(path, std::string("its header cannot be read (") + error.what() + ")");
  }
  return file;
}

void writeSafetensors(const std::string &path, const TensorFile &file) {
  nlohmann::ordered_json header;
  if (!file.metadata.empty())
    header["__metadata__"] = file.metadata;
  // Widest elements first, as the format's own writer does: every tensor is then aligned to its element.
  std::vector<const std::pair<const std::string, Tensor> *> order;
  for (const auto &entry : file.tensors)
    order.push_back(&entry);
  std::sort(order.begin(), order.end(), [](const auto *a, const auto *b) {
    const int64_t left = elementBytes(a->second.dtype), right = elementBytes(b->second.dtype);
    return left != right ? left > right : a->first < b->first;
  });
  uint64_t offset = 0;
  for (const auto *entry : order) {
    const Tensor &tensor = entry->second;
    header[entry->first] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  std::string text = header.is_null() ? "{}" : header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const uint64_t length = text.size();
  std::string bytes(reinterpret_cast<const char *>(&length), sizeof length);
  bytes.reserve(bytes.size() + text.size() + offset);
  bytes += text;
  for (const auto *entry : order)
    bytes.append(reinterpret_cast<const char *>(entry->second.bytes.data()), entry->second.bytes.size());
  writeFileAtomically(path, bytes);
}

} // namespace flexrt
