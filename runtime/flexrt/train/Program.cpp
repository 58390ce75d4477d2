#include "flexrt/train/Program.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Suggest.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace flexrt {
namespace {

std::set<std::string> words(const std::string &text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

[[noreturn]] void contradiction(const flexrt_network &network, const std::string &what) {
  throw Error("experiment '" + std::string(network.name) + "' is damaged: " + what, "compile it again");
}

void verifyParameters(const flexrt_network &network, const flexrt_parameter *table, int32_t count, int64_t elements) {
  const int64_t unit = FLEXRT_ALIGNMENT / (network.dtype == FLEXRT_F64 ? 8 : 4);
  for (int32_t i = 0; i < count; ++i) {
    const flexrt_parameter &p = table[i];
    int64_t product = 1;
    for (int32_t axis = 0; axis < p.axes && axis < FLEXRT_MAX_AXES; ++axis)
      product *= p.shape[axis];
    if (p.axes < 0 || p.axes > FLEXRT_MAX_AXES || product != p.count)
      contradiction(network, "'" + std::string(p.path) + "' does not have the elements that its shape says");
    if (p.offset < 0 || p.offset % unit != 0 || p.offset + p.count > elements)
      contradiction(network, "'" + std::string(p.path) + "' is outside of its buffer, or not aligned");
    if (p.group < -1 || p.group >= network.group_count)
      contradiction(network, "'" + std::string(p.path) + "' belongs to no optimiser");
  }
}

void verifyNetwork(const flexrt_network &network) {
  if (network.dtype != FLEXRT_F32 && network.dtype != FLEXRT_F64)
    contradiction(network, "unknown element type " + std::to_string(network.dtype));
  verifyParameters(network, network.parameters, network.parameter_count, network.parameter_elements);
  verifyParameters(network, network.states, network.state_count, network.state_elements);
  for (int32_t i = 0; i < network.space_count; ++i)
    if (network.spaces[i].rank < 1 || network.spaces[i].rank > FLEXRT_MAX_RANK)
      contradiction(network, "space '" + std::string(network.spaces[i].name) + "' has an impossible rank");
  for (int32_t i = 0; i < network.group_count; ++i) {
    const flexrt_group &group = network.groups[i];
    if (group.offset < 0 || group.offset + group.count > network.parameter_elements || group.space < 0 ||
        group.space >= network.space_count)
      contradiction(network, "optimiser '" + std::string(group.name) + "' is outside of the parameters");
  }
  for (int32_t i = 0; i < network.layer_count; ++i)
    if (network.layers[i].taps < 0 || network.layers[i].taps >= network.space_count || network.layers[i].data < 0 ||
        network.layers[i].data >= network.space_count)
      contradiction(network, "layer '" + std::string(network.layers[i].path) + "' works on no known space");
}

} // namespace

std::set<std::string> cpuFeatures() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("flags") || line.starts_with("Features"))
      return words(line.substr(line.find(':') + 1));
  return {};
}

void verifyProgram(const flexrt_program &program, const std::set<std::string> &features) {
  if (program.magic != FLEXRT_ABI_MAGIC)
    throw Error("this is no compiled Flex program: its descriptor does not begin with the magic number",
                "compile the network again with flexc");
  if (program.version != FLEXRT_ABI_VERSION)
    throw Error("the program was compiled for version " + std::to_string(program.version) +
                    " of the runtime's interface, but this runtime has version " + std::to_string(FLEXRT_ABI_VERSION),
                "compile it again with the flexc that came with this runtime");
  std::string missing;
  for (const std::string &feature : words(program.features))
    if (!features.contains(feature))
      missing += (missing.empty() ? "" : ", ") + feature;
  if (!missing.empty())
    throw Error("the program was compiled for the CPU '" + std::string(program.cpu) + "'; this CPU lacks: " + missing,
                "compile it here, or with flexc compile --mcpu=<this CPU>");
  if (program.network_count < 1)
    throw Error("the program holds no experiment", "the .flex file needs one: experiment main = ...");
  for (int32_t i = 0; i < program.network_count; ++i)
    verifyNetwork(*program.networks[i]);
}

const flexrt_network &findExperiment(const flexrt_program &program, const std::string &name) {
  std::vector<std::string> names;
  for (int32_t i = 0; i < program.network_count; ++i) {
    names.push_back(program.networks[i]->name);
    if (names.back() == (name.empty() ? "main" : name))
      return *program.networks[i];
  }
  if (name.empty() && names.size() == 1)
    return *program.networks[0];
  const std::string wanted = name.empty() ? "main" : name;
  std::string stages;
  for (const std::string &known : names)
    if (known.starts_with(wanted + "."))
      stages += (stages.empty() ? "" : ", ") + known;
  if (!stages.empty())
    throw Error("'" + wanted + "' has several stages, which only train, resume and info take as a whole",
                "name a network of it: " + stages, ExitCode::usage);
  std::string list;
  for (const std::string &known : names)
    list += (list.empty() ? "" : ", ") + known;
  if (name.empty())
    throw Error("the program has no experiment 'main'", "name one of: " + list, ExitCode::usage);
  throw Error("there is no experiment '" + name + "'" + didYouMean(name, names), "there are: " + list, ExitCode::usage);
}

} // namespace flexrt
