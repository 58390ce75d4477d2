#include "flexrt/checkpoint/Authors.h"

#include "flexrt/checkpoint/PyTorchFile.h"
#include "flexrt/core/Error.h"
#include "flexrt/core/Suggest.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <set>
#include <string_view>

namespace flexrt {
namespace {

/// Buffers of the authors' modules, and of PyTorch's, that no network here has a place for: they follow from its source.
constexpr std::string_view knownExtras[] = {"train_length", "temperature", "mask_threshold", "num_batches_tracked"};

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string result = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    result += (i ? ", " : "") + std::to_string(shape[i]);
  return result + ")";
}

std::vector<int64_t> squeezed(std::vector<int64_t> shape) {
  std::erase(shape, 1);
  return shape;
}

/// One of the file's tensors, and which of its elements found a place.
struct Foreign {
  const Tensor *tensor;
  std::vector<bool> used;
};

/// "mask_params[:,0]" taken apart: -1 keeps a whole axis.
struct ForeignName {
  std::string tensor;
  std::vector<int64_t> index;
};

ForeignName parseName(const std::string &name) {
  const size_t bracket = name.find('[');
  if (bracket == name.npos || !name.ends_with(']'))
    return {name, {}};
  ForeignName result{name.substr(0, bracket), {}};
  for (size_t at = bracket + 1; at < name.size();) {
    const size_t end = name.find_first_of(",]", at);
    const std::string item = name.substr(at, end - at);
    const bool number = !item.empty() && item.size() < 10 && item.find_first_not_of("0123456789") == item.npos;
    if (!number && item != ":")
      throw Error("'" + name + "' is no name of a tensor's part, expected the form 'name[:,0]'");
    result.index.push_back(number ? std::stoll(item) : -1);
    at = end + 1;
  }
  return result;
}

/// The names in the file with what wrapping modules put before them taken off.
std::map<std::string, Foreign> foreignTensors(const TensorFile &file) {
  // In files that hold more than parameters (gradients, inputs), those are marked.
  const auto marked = [](const auto &entry) { return entry.first.starts_with("param."); };
  const bool anyMarked = std::any_of(file.tensors.begin(), file.tensors.end(), marked);
  std::map<std::string, Foreign> result;
  for (const auto &[key, tensor] : file.tensors) {
    std::string_view name = key;
    if (anyMarked && !name.starts_with("param."))
      continue;
    for (std::string_view prefix : {"param.", "module."})
      if (name.starts_with(prefix))
        name.remove_prefix(prefix.size());
    result.emplace(name, Foreign{&tensor, std::vector<bool>(tensor.count())});
  }
  return result;
}

bool isKnownExtra(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return std::find(std::begin(knownExtras), std::end(knownExtras), last) != std::end(knownExtras);
}

/// The taps of a convolution are one axis of ours and may be several of theirs, at the end.
bool sameAxes(const std::vector<int64_t> &theirs, const std::vector<int64_t> &ours) {
  if (theirs.size() <= ours.size() || ours.size() < 2)
    return theirs == ours;
  const auto taps = theirs.begin() + std::ptrdiff_t(ours.size()) - 1;
  return std::equal(theirs.begin(), taps, ours.begin()) &&
         std::accumulate(taps, theirs.end(), int64_t(1), std::multiplies<>()) == ours.back();
}

class Import {
public:
  Import(const flexrt_network &network, const TensorFile &file)
      : dtype(network.dtype), foreign(foreignTensors(file)) {
    for (int32_t i = 0; i < network.parameter_count; ++i)
      take(network.parameters[i]);
    for (int32_t i = 0; i < network.state_count; ++i)
      take(network.states[i]);
    for (const auto &[name, tensor] : foreign)
      if (const auto used = std::count(tensor.used.begin(), tensor.used.end(), true); used == 0)
        (isKnownExtra(name) ? result.ignored : unused).push_back(name);
      else if (size_t(used) < tensor.used.size())
        problems.push_back("only " + std::to_string(used) + " of the " + std::to_string(tensor.used.size()) +
                           " elements of '" + name + "' have a place in the network");
  }

  AuthorsImport finish() {
    listMissing();
    listUnused();
    if (problems.empty())
      return std::move(result);
    std::string message = "the file does not match the network:";
    constexpr size_t most = 12;
    for (size_t i = 0; i < problems.size() && i < most; ++i)
      message += "\n  " + problems[i];
    if (problems.size() > most)
      message += "\n  and " + std::to_string(problems.size() - most) + " more";
    throw Error(message, "the network's names for other people's checkpoints are declared with 'as' in its source");
  }

private:
  AuthorsImport result;
  int32_t dtype;
  std::map<std::string, Foreign> foreign;
  std::vector<const flexrt_parameter *> missing;
  std::vector<std::string> unused, problems;

  void take(const flexrt_parameter &parameter) {
    const ForeignName name = parseName(parameter.authors);
    const auto found = foreign.find(name.tensor);
    if (found == foreign.end()) {
      missing.push_back(&parameter);
      return;
    }
    Foreign &theirs = found->second;
    const std::vector<int64_t> &whole = theirs.tensor->shape;
    if (name.index.size() > whole.size()) {
      problems.push_back("'" + std::string(parameter.authors) + "' indexes a tensor of shape " + shapeText(whole));
      return;
    }
    std::vector<size_t> elements;
    const std::vector<int64_t> shape = select(whole, name.index, elements);
    const std::vector<int64_t> ours(parameter.shape, parameter.shape + parameter.axes);
    if (elements.empty() || !sameAxes(squeezed(shape), squeezed(ours))) {
      problems.push_back("'" + std::string(parameter.authors) + "' has shape " + shapeText(shape) + ", but '" +
                         parameter.path + "' (" + parameter.place + ") has " + shapeText(ours));
      std::fill(theirs.used.begin(), theirs.used.end(), true); // said enough about it
      return;
    }
    store(parameter, ours, theirs, elements);
  }

  /// The elements that an index selects, in order, and the shape they have.
  static std::vector<int64_t> select(const std::vector<int64_t> &whole, const std::vector<int64_t> &index,
                                     std::vector<size_t> &elements) {
    std::vector<int64_t> shape;
    elements = {0};
    for (size_t axis = 0; axis < whole.size(); ++axis) {
      const int64_t size = whole[axis], fixed = axis < index.size() ? index[axis] : -1;
      if (fixed < 0)
        shape.push_back(size);
      std::vector<size_t> next;
      for (const size_t element : elements)
        for (int64_t i = fixed < 0 ? 0 : fixed; i < size && (fixed < 0 || i == fixed); ++i)
          next.push_back(element * size_t(size) + size_t(i));
      elements = std::move(next);
    }
    return shape;
  }

  void store(const flexrt_parameter &parameter, const std::vector<int64_t> &shape, Foreign &theirs,
             const std::vector<size_t> &elements) {
    const std::vector<double> all = theirs.tensor->toDoubles();
    std::vector<double> values;
    for (const size_t element : elements) {
      values.push_back(all[element]);
      theirs.used[element] = true;
    }
    const std::vector<float> rounded(values.begin(), values.end());
    result.tensors[parameter.path] = dtype == FLEXRT_F64 ? Tensor::fromDoubles(shape, values.data())
                                                          : Tensor::fromFloats(shape, rounded.data());
  }

  void listMissing() {
    for (const flexrt_parameter *parameter : missing) {
      const std::string name = parseName(parameter->authors).tensor;
      problems.push_back("'" + std::string(parameter->path) + "' (" + parameter->place + ") " +
                         (name.empty() ? "has no name in other people's checkpoints"
                                       : "is '" + name + "' in such files, which this one lacks" + didYouMean(name, unused)));
    }
  }

  void listUnused() {
    std::set<std::string> expected;
    for (const flexrt_parameter *parameter : missing)
      expected.insert(parseName(parameter->authors).tensor);
    for (const std::string &name : unused)
      problems.push_back("'" + name + "' of the file has no place in the network" + didYouMean(name, expected));
  }
};

} // namespace

TensorFile readForeignTensors(const std::string &path) {
  // By content: such files have many endings (.pt, .pth, .pth.tar, .ckpt). Those of PyTorch before 1.6 are no zip
  // archives; readPyTorchFile says so.
  char start[2] = {};
  std::ifstream(path, std::ios::binary).read(start, 2);
  const bool zip = start[0] == 'P' && start[1] == 'K';
  return zip || path.ends_with(".pt") || path.ends_with(".pth") ? readPyTorchFile(path) : readSafetensors(path);
}

AuthorsImport importAuthors(const flexrt_network &network, const TensorFile &file) {
  return Import(network, file).finish();
}

} // namespace flexrt
