// A PyTorch archive is a zip file: data.pkl holds the object, data/<key> the tensors' storages. libtorch opens the zip
// file; its contents are read here (Pickle.h says why).
#include "flexrt/checkpoint/PyTorchFile.h"

#include "flexrt/checkpoint/Pickle.h"
#include "flexrt/core/Error.h"

#include <caffe2/serialize/inline_container.h>

#include <bit>
#include <cstring>
#include <fstream>

namespace flexrt {
namespace {

using pickle::Value;

/// How the elements of a storage class are kept here.
struct Storage {
  std::string_view name;
  const char *dtype;
  int64_t size;             ///< bytes per element in the file
  enum { Plain, Half, Brain } kind = Plain;
};
constexpr Storage storages[] = {
    {"torch FloatStorage", "F32", 4}, {"torch DoubleStorage", "F64", 8},
    {"torch HalfStorage", "F32", 2, Storage::Half}, {"torch BFloat16Storage", "F32", 2, Storage::Brain},
    {"torch LongStorage", "I64", 8}, {"torch IntStorage", "I32", 4}, {"torch ShortStorage", "I16", 2},
    {"torch CharStorage", "I8", 1}, {"torch ByteStorage", "U8", 1}, {"torch BoolStorage", "BOOL", 1},
};

float fromHalf(uint16_t half) {
  const uint32_t sign = uint32_t(half & 0x8000) << 16, exponent = half >> 10 & 31, mantissa = half & 1023;
  if (exponent == 0) // zero and subnormal numbers: mantissa * 2^-24
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(float(mantissa) * 0x1p-24f));
  const uint32_t rebased = exponent == 31 ? 255 : exponent + 127 - 15;
  return std::bit_cast<float>(sign | rebased << 23 | mantissa << 13);
}

/// Copies one element, widened if it is of half precision.
void copyElement(const Storage &storage, const char *from, uint8_t *to) {
  if (storage.kind == Storage::Plain) {
    std::memcpy(to, from, storage.size);
    return;
  }
  uint16_t bits;
  std::memcpy(&bits, from, 2);
  const float value = storage.kind == Storage::Half ? fromHalf(bits) : std::bit_cast<float>(uint32_t(bits) << 16);
  std::memcpy(to, &value, 4);
}

class Archive {
public:
  explicit Archive(const std::string &path) : path(path), zip(open(path)) {}

  TensorFile read() {
    const std::string pickled = record("data.pkl");
    try {
      if (zip.hasRecord("byteorder") && record("byteorder") != "little")
        fail("its numbers are big-endian");
      const pickle::Document document(pickled);
      TensorFile file;
      for (auto &[key, value] : stateDictionary(document.root()).entries)
        if (const Value *tensor = tensorCall(value); tensor && key->kind == Value::Text)
          file.tensors[key->text] = tensorOf(key->text, *tensor);
      return file;
    } catch (const Error &) {
      throw;
    } catch (const std::exception &error) {
      fail(error.what());
    }
  }

private:
  std::string path;
  caffe2::serialize::PyTorchStreamReader zip;
  std::map<std::string, std::string> loaded;

  [[noreturn]] void fail(const std::string &why) const {
    throw Error("'" + path + "' cannot be read as a PyTorch checkpoint: " + why);
  }

  /// Checks what libtorch has no good message for; returns the path.
  static std::string open(const std::string &path) {
    char start[2] = {};
    if (!std::ifstream(path, std::ios::binary).read(start, 2))
      throw Error("cannot read '" + path + "'");
    if (std::memcmp(start, "PK", 2) != 0)
      throw Error("'" + path + "' is no zip archive, as torch.save has written them since PyTorch 1.6",
                  "save it again with a newer PyTorch: torch.save(torch.load(path), path)");
    return path;
  }

  std::string record(const std::string &name) {
    try {
      auto [data, size] = zip.getRecord(name);
      return std::string(static_cast<const char *>(data.get()), size);
    } catch (const std::exception &error) {
      fail("its record '" + name + "' is missing or damaged");
    }
  }

  /// The call that makes a tensor; looks through the wrapper of nn.Parameter. Null for anything else.
  static const Value *tensorCall(const Value *value) {
    const auto wraps = [](std::string_view name) { return name.starts_with("torch._utils _rebuild_parameter"); };
    while (wraps(value->callee()) && !value->items[1]->items.empty())
      value = value->items[1]->items[0];
    return value->callee() == "torch._utils _rebuild_tensor_v2" ? value : nullptr;
  }

  static bool holdsTensors(const Value &value) {
    for (auto &[key, entry] : value.entries)
      if (tensorCall(entry))
        return true;
    return false;
  }

  const Value &stateDictionary(const Value &root) const {
    for (const char *key : {"model", "state_dict", "model_state_dict", "net"})
      if (const Value *inner = root.find(key); inner && holdsTensors(*inner))
        return *inner;
    if (!holdsTensors(root))
      fail("it holds no state dictionary, nor a dictionary with one under 'model', 'state_dict', 'model_state_dict' or "
           "'net'");
    return root;
  }

  const Value &argument(const std::string &name, const Value &call, size_t index, Value::Kind kind) const {
    const auto &arguments = call.items;
    if (index >= arguments.size() || arguments[index]->kind != kind)
      fail("tensor '" + name + "' is described in an unknown way");
    return *arguments[index];
  }

  std::vector<int64_t> integers(const std::string &name, const Value &list) const {
    std::vector<int64_t> result;
    for (size_t i = 0; i < list.items.size(); ++i)
      result.push_back(argument(name, list, i, Value::Int).integer);
    return result;
  }

  const Storage &storageNamed(const std::string &name, const std::string &storageClass) const {
    for (const Storage &storage : storages)
      if (storage.name == storageClass)
        return storage;
    fail("tensor '" + name + "' is of the type '" + storageClass + "', which is not read");
  }

  const std::string &storageData(const std::string &key) {
    auto found = loaded.find(key);
    return found != loaded.end() ? found->second : loaded.emplace(key, record("data/" + key)).first->second;
  }

  /// _rebuild_tensor_v2(storage, offset, size, stride, ...); storage is persistent ("storage", class, key, device, count).
  Tensor tensorOf(const std::string &name, const Value &call) {
    const Value &arguments = *call.items[1];
    const Value &id = argument(name, argument(name, arguments, 0, Value::Persistent), 0, Value::List);
    const Storage &storage = storageNamed(name, argument(name, id, 1, Value::Global).text);
    const std::string &data = storageData(argument(name, id, 2, Value::Text).text);
    const int64_t offset = argument(name, arguments, 1, Value::Int).integer;
    Tensor tensor{storage.dtype, integers(name, argument(name, arguments, 2, Value::List)), {}};
    const std::vector<int64_t> strides = integers(name, argument(name, arguments, 3, Value::List));
    requireInside(name, tensor.shape, strides, offset, int64_t(data.size()) / storage.size);

    const int64_t width = storage.kind == Storage::Plain ? storage.size : 4, count = tensor.count();
    tensor.bytes.resize(count * width);
    std::vector<int64_t> at(tensor.shape.size());
    for (int64_t i = 0; i < count; ++i) {
      int64_t element = offset;
      for (size_t axis = 0; axis < at.size(); ++axis)
        element += at[axis] * strides[axis];
      copyElement(storage, data.data() + element * storage.size, &tensor.bytes[i * width]);
      for (size_t axis = at.size(); axis-- > 0 && ++at[axis] == tensor.shape[axis];)
        at[axis] = 0;
    }
    return tensor;
  }

  /// The tensor's elements must lie in its storage, and not be many more than it has.
  void requireInside(const std::string &name, const std::vector<int64_t> &shape, const std::vector<int64_t> &strides,
                     int64_t offset, int64_t available) const {
    bool valid = shape.size() == strides.size() && offset >= 0;
    __int128 last = offset, count = 1;
    for (size_t axis = 0; valid && axis < shape.size(); ++axis) {
      valid = shape[axis] >= 0 && strides[axis] >= 0 && count < (__int128{1} << 62);
      count *= shape[axis];
      last += __int128{shape[axis] - 1} * strides[axis];
    }
    if (!valid || (count > 0 && (last >= available || count > (__int128{1} << 32))))
      fail("tensor '" + name + "' does not fit into its storage of " + std::to_string(available) + " elements");
  }
};

} // namespace

TensorFile readPyTorchFile(const std::string &path) {
  try {
    return Archive(path).read();
  } catch (const Error &) {
    throw;
  } catch (const std::exception &error) {
    // libtorch's messages go on with a stack trace.
    const std::string what = error.what();
    throw Error("'" + path + "' cannot be read as a PyTorch checkpoint: " + what.substr(0, what.find('\n')));
  }
}

} // namespace flexrt
