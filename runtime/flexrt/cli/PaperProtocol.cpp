/// `--paper-protocol`: how the paper's code chooses the epoch whose result is published. On images, and on sequences made of
/// them, the test split chooses; recordings and series are divided in three, 70 to 15 to 15. Training ends when the best
/// epoch is 100 epochs ago. What a network learns from (rates, penalties, `compat`) is its source's business.
#include "flexrt/cli/TrainRun.h"
#include "flexrt/core/Error.h"

#include <algorithm>
#include <yaml-cpp/yaml.h>

namespace flexrt {
namespace {

/// Of the set that others are made of: {name: permuted, sequences: {name: sequential, images: {name: mnist}}} is mnist.
std::string innermostSet(const std::string &description) {
  YAML::Node node = YAML::Load(description);
  for (bool deeper = true; deeper;) {
    deeper = false;
    for (const char *key : {"sequences", "images"})
      if (node[key]) {
        node.reset(YAML::Node(node[key]));
        deeper = true;
        break;
      }
  }
  return node["name"].as<std::string>("");
}

bool isDividedInThree(const std::string &set) {
  static constexpr const char *names[] = {"recordings", "speech_commands", "uea"};
  return std::find(std::begin(names), std::end(names), set) != std::end(names);
}

} // namespace

std::vector<std::string> paperProtocol(const flexrt_network &network, const std::vector<std::string> &assignments) {
  Config config(network);
  for (const std::string &assignment : assignments) {
    if (config.resolve(assignment.substr(0, assignment.find('='))) == "validation")
      throw Error("--paper-protocol says which samples choose the epoch, and so does " + assignment,
                  "leave one of them out", ExitCode::usage);
    config.assign(assignment);
  }
  const bool inThree = isDividedInThree(innermostSet(config.data()));
  std::vector<std::string> protocol = {inThree ? "validation=0.17647058823529413" : "validation=test", // 15 / 85
                                       "stop=100 epochs"};
  if (config.keep.rule == Keep::last && network.scalar_count > 0)
    protocol.push_back(std::string("keep=best ") + network.scalar_names[network.scalar_count - 1]);
  return protocol;
}

} // namespace flexrt
