#include "flex/Elaborate/Claims.h"

#include "flex/Elaborate/Elaborate.h"
#include "flex/Elaborate/Pool.h"

#include <algorithm>
#include <set>

namespace flex::elab {

namespace {

const char *const kPoints = "points";

/// At most this many channels of a kernel are looked at, spread evenly over all.
constexpr int64_t kMostValues = 8;

std::string nameOf(const Node &node) { return std::get<std::string>(node.attributes.at("name")); }

/// Single values on the space of `type`: the function's channels, then the numbers.
std::vector<ValueId> entriesOf(Pool &pool, const FoundClaim &found, int64_t &values) {
  const Type type = pool.type(found.value);
  const Type single{{}, false, type.space};
  std::vector<ValueId> entries;
  int64_t channels = elementCount(type.shape);
  values = std::min(channels, kMostValues);
  if (type.shape.empty()) {
    entries.push_back(found.value);
  } else {
    Type flat = single;
    flat.shape = {channels};
    ValueId row = type == flat ? found.value : pool.add("reshape", {found.value}, flat);
    for (int64_t i = 0; i < values; ++i)
      entries.push_back(pool.add("extract", {row}, single, {{"index", i * channels / values}}));
  }
  for (ValueId number : found.numbers) {
    const std::vector<int64_t> shape = pool.type(number).shape;
    for (int64_t i = 0; i < elementCount(shape); ++i)
      entries.push_back(
          pool.repeat(shape.empty() ? number : pool.add("extract", {number}, {}, {{"index", i}}), single));
  }
  return entries;
}

/// Whether the node means the same when the points are the input's.
bool canMove(const Node &node) {
  static constexpr const char *const refused[] = {"input", "target", "key",     "now",  "rate",      "count", "band",
                                                  "taps",  "last",   "nyquist", "draw", "correlate", "extent"};
  return node.attributes.count("pixels") == 0 &&
         std::none_of(std::begin(refused), std::end(refused), [&](const char *op) { return node.op == op; });
}

/// Positions on the grid `space` become the input. False if a node stands in the way.
bool movePoints(Function &function, const std::string &space) {
  for (Node &node : function.nodes) {
    if (node.op == "positions" && canMove(node) && node.type.space == space) {
      node.op = "input";
      node.attributes.clear();
    } else if (!canMove(node)) {
      return false;
    }
    bool moved = std::any_of(node.operands.begin(), node.operands.end(),
                             [&](ValueId operand) { return function.nodes[operand].type.samples; });
    if (node.type.space == space) {
      node.type.space = kPoints;
      moved = true;
    } else if (!node.type.space.empty()) {
      return false;
    }
    node.type.samples = moved;
  }
  return true;
}

Experiment experimentOf(const Claim &claim, const Experiment &from, std::string name) {
  Experiment made;
  made.name = std::move(name);
  made.network = claim.name;
  made.range = claim.range;
  made.spaces = {{kPoints, 1, Space::Data}};
  std::set<std::string> parameters, states, settings;
  for (const Node &node : claim.function.nodes)
    if (node.op == "parameter" || node.op == "state" || node.op == "setting")
      (node.op == "parameter" ? parameters : node.op == "state" ? states : settings).insert(nameOf(node));
  auto keep = [](auto &to, const auto &all, const std::set<std::string> &names, auto key) {
    std::copy_if(all.begin(), all.end(), std::back_inserter(to), [&](const auto &one) { return names.count(key(one)) > 0; });
  };
  keep(made.parameters, from.parameters, parameters, [](const Parameter &p) { return p.path; });
  keep(made.states, from.states, states, [](const State &s) { return s.path; });
  keep(made.settings, from.settings, settings, [](const Setting &s) { return s.name; });
  for (const Function &function : from.functions)
    if (function.role == "initialise") {
      Function start = function;
      std::erase_if(start.results, [&](const Result &result) {
        size_t colon = result.name.find(':');
        const std::string path = result.name.substr(colon + 1);
        return !(result.name.starts_with("state:") ? states : parameters).count(path);
      });
      keepNeeded(start);
      made.functions.push_back(std::move(start));
    }
  made.functions.push_back(claim.function);
  int64_t numbers = claim.kind == Claim::Extent ? 2 * claim.axes : 1;
  made.input = "{channels: " + std::to_string(claim.axes) + ", rank: 1}";
  made.output = "{channels: " + std::to_string(claim.values + numbers) + ", each_step: true}";
  made.target = "{channels: 1, each_step: false}";
  made.data = std::string("{name: claim, kind: ") + (claim.kind == Claim::Extent ? "extent" : "band") +
              ", axes: " + std::to_string(claim.axes) + ", values: " + std::to_string(claim.values) +
              ", level: " + std::to_string(claim.level) + "}";
  made.recipe = "{}";
  return made;
}

/// Calls `visit(claim, experiment)` for each that differs from those before it.
template <typename Visit> void visitClaims(const Program &program, Visit visit) {
  std::set<std::pair<uint32_t, std::string>> seen;
  for (const Experiment &experiment : program.experiments)
    for (const Claim &claim : experiment.claims) {
      if (claim.function.nodes.empty())
        continue;
      Program alone; // the same nodes with the same values at the start: paths and names of parameters do not count
      alone.experiments.push_back(experimentOf(claim, experiment, ""));
      Experiment &one = alone.experiments.front();
      one.parameters.clear();
      one.states.clear();
      for (Function &function : one.functions)
        for (Node &node : function.nodes) {
          node.path.clear();
          if (node.op == "parameter" || node.op == "state")
            node.attributes.erase("name");
        }
      std::erase_if(one.functions, [](const Function &function) { return function.role == "initialise"; });
      if (seen.insert({claim.range.begin, dump(alone)}).second)
        visit(claim, experiment);
    }
}

} // namespace

void cutOut(Pool &pool, FoundClaim &found) {
  Claim &claim = found.claim;
  const Type type = pool.type(found.value);
  if (type.samples || type.space.empty())
    return;
  std::vector<ValueId> entries = entriesOf(pool, found, claim.values);
  ValueId output = pool.add("stack", entries, Type{{int64_t(entries.size())}, false, type.space});
  claim.function = {"forward", "forward", {}, {{"output", output}}};
  pool.extract(claim.function);
  keepNeeded(claim.function); // how large the grid is does not matter here
  for (const Node &node : claim.function.nodes)
    if (node.op == "positions")
      claim.axes = node.type.shape.front();
  if (claim.axes == 0 || !movePoints(claim.function, type.space))
    claim.function = {};
}

std::vector<const Claim *> claimsOf(const Program &program) {
  std::vector<const Claim *> claims;
  visitClaims(program, [&](const Claim &claim, const Experiment &) { claims.push_back(&claim); });
  return claims;
}

Program claimProgram(const Program &program) {
  Program claims;
  visitClaims(program, [&](const Claim &claim, const Experiment &from) {
    claims.experiments.push_back(experimentOf(claim, from, "claim" + std::to_string(claims.experiments.size())));
  });
  return claims;
}

} // namespace flex::elab
