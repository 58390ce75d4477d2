// Nodes, their types, and how functions are cut out.
#include "flex/Elaborate/Pool.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace flex::elab {

std::string text(const Type &type) {
  std::string out = "[";
  for (size_t i = 0; i < type.shape.size(); ++i)
    out += (i ? ", " : "") + std::to_string(type.shape[i]);
  out += "]";
  if (type.samples || !type.space.empty())
    out += " on ";
  if (type.samples)
    out += "samples";
  if (!type.space.empty())
    out += (type.samples ? ", " : "") + type.space;
  return out;
}

int64_t elementCount(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

std::optional<Type> broadcast(const Type &left, const Type &right, std::string &why) {
  Type result;
  size_t rank = std::max(left.shape.size(), right.shape.size());
  result.shape.resize(rank);
  for (size_t i = 0; i < rank; ++i) { // from the right
    int64_t a = i < left.shape.size() ? left.shape[left.shape.size() - 1 - i] : 1;
    int64_t b = i < right.shape.size() ? right.shape[right.shape.size() - 1 - i] : 1;
    if (a != b && a != 1 && b != 1) {
      why = "shapes " + text(Type{left.shape}) + " and " + text(Type{right.shape}) + " do not match";
      return std::nullopt;
    }
    result.shape[rank - 1 - i] = a == 1 ? b : a;
  }
  if (!left.space.empty() && !right.space.empty() && left.space != right.space) {
    why = "values at the points of '" + left.space + "' and of '" + right.space + "' cannot be combined";
    return std::nullopt;
  }
  result.samples = left.samples || right.samples;
  result.space = left.space.empty() ? right.space : left.space;
  return result;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

namespace {

struct AttributeText {
  std::string operator()(bool value) const { return value ? "b1" : "b0"; }
  std::string operator()(int64_t value) const { return "i" + std::to_string(value); }
  std::string operator()(double value) const {
    return "d" + std::string(reinterpret_cast<char *>(&value), sizeof value);
  }
  std::string operator()(const std::string &value) const { return "s" + std::to_string(value.size()) + ":" + value; }
  std::string operator()(const std::vector<int64_t> &values) const {
    std::string out = "I";
    for (int64_t value : values)
      out += std::to_string(value) + ",";
    return out;
  }
  std::string operator()(const std::vector<double> &values) const {
    std::string out = "D";
    for (double value : values)
      out += (*this)(value);
    return out;
  }
  std::string operator()(const SizeExpr &expr) const {
    std::string out = "E";
    for (const SizeExpr::Term &term : expr.terms)
      out += term.op + std::to_string(term.value) + ",";
    return out;
  }
};

std::string keyText(const Type &type, const std::map<std::string, Attribute> &attributes) {
  std::string out = text(type);
  for (const auto &[name, value] : attributes)
    out += ";" + name + "=" + std::visit(AttributeText(), value);
  return out;
}

} // namespace

ValueId Pool::add(std::string op, std::vector<ValueId> operands, Type type,
                  std::map<std::string, Attribute> attributes) {
  Key key{op, operands, keyText(type, attributes)};
  auto [place, isNew] = known.try_emplace(std::move(key), ValueId(nodes.size()));
  bool shared = op == "constant" || op == "key" || op == "now" || op == "setting" || op == "count"; // belongs to nobody
  if (isNew)
    nodes.push_back(
        {std::move(op), std::move(operands), std::move(attributes), std::move(type), range, shared ? "" : path});
  return place->second;
}

ValueId Pool::constant(std::vector<double> values) {
  Type type;
  if (values.size() != 1)
    type.shape = {int64_t(values.size())};
  return add("constant", {}, type, {{"value", std::move(values)}});
}

ValueId Pool::leaf(std::string op, std::string name, Type type) {
  std::map<std::string, Attribute> attributes;
  if (!name.empty())
    attributes["name"] = std::move(name);
  return add(std::move(op), {}, std::move(type), std::move(attributes));
}

ValueId Pool::repeat(ValueId value, const Type &type) {
  return nodes[value].type == type ? value : add("broadcast", {value}, type);
}

std::optional<double> Pool::number(ValueId id) const {
  const Node &node = nodes[id];
  if (node.op != "constant" || !node.type.shape.empty())
    return std::nullopt;
  return std::get<std::vector<double>>(node.attributes.at("value")).front();
}

std::string Pool::nameOf(ValueId id) const {
  auto found = nodes[id].attributes.find("name");
  return found == nodes[id].attributes.end() ? "" : std::get<std::string>(found->second);
}

ValueId Pool::binary(const std::string &op, ValueId left, ValueId right, const Type &type) {
  std::optional<double> l = number(left), r = number(right);
  if (r && ((*r == 0 && (op == "add" || op == "sub")) || (*r == 1 && (op == "mul" || op == "div" || op == "pow"))))
    return left;
  if (l && ((*l == 0 && op == "add") || (*l == 1 && op == "mul")))
    return right;
  return add(op, {left, right}, type);
}

ValueId Pool::unary(const std::string &op, ValueId operand) { return add(op, {operand}, Type(nodes[operand].type)); }

ValueId Pool::sum(ValueId operand, std::vector<int64_t> axes, bool samples, bool space) {
  Type type = nodes[operand].type, result = type;
  result.shape.clear();
  for (int64_t i = 0; i < int64_t(type.shape.size()); ++i)
    if (std::find(axes.begin(), axes.end(), i) == axes.end())
      result.shape.push_back(type.shape[i]);
  std::map<std::string, Attribute> attributes{{"axes", axes}};
  if (samples) {
    attributes["samples"] = true;
    result.samples = false;
  }
  if (space) {
    attributes["space"] = true;
    result.space.clear();
  }
  return add("sum", {operand}, result, std::move(attributes));
}

//===----------------------------------------------------------------------===//
// Cutting out
//===----------------------------------------------------------------------===//

ValueId Pool::cropFor(const std::string &space) const {
  auto found = crops.find(space);
  return found == crops.end() ? -1 : found->second;
}

bool Pool::dependsOn(ValueId value, const std::function<bool(const Node &)> &test) const {
  std::set<ValueId> ids = needed({{"", value}}, {});
  return std::any_of(ids.begin(), ids.end(), [&](ValueId id) { return test(nodes[id]); });
}

std::set<ValueId> Pool::needed(const std::vector<Result> &results, const std::map<ValueId, ValueId> &replaced) const {
  std::set<ValueId> seen;
  std::vector<ValueId> open;
  auto visit = [&](ValueId id) {
    if (id >= 0 && seen.insert(id).second)
      open.push_back(id);
  };
  for (const Result &result : results)
    visit(result.value);
  while (!open.empty()) {
    ValueId id = open.back();
    open.pop_back();
    const Node &node = nodes[id];
    if (auto other = replaced.find(id); other != replaced.end()) {
      visit(other->second);
      continue;
    }
    for (ValueId operand : node.operands)
      visit(operand);
    visit(cropFor(node.type.space));
    if (auto space = node.attributes.find("space"); space != node.attributes.end())
      if (auto *name = std::get_if<std::string>(&space->second))
        visit(cropFor(*name));
    // An op and its further results stay together.
    if (node.op == "result")
      visit(ValueId(std::get<int64_t>(node.attributes.at("of"))));
    if (size_t(id) + 1 < nodes.size() && nodes[id + 1].op == "result")
      visit(id + 1);
  }
  return seen;
}

void Pool::extract(Function &function, const std::map<ValueId, ValueId> &replaced) const {
  std::map<ValueId, ValueId> moved;
  for (ValueId id : needed(function.results, replaced)) { // operands have smaller ids
    if (auto other = replaced.find(id); other != replaced.end()) {
      moved[id] = moved.at(other->second);
      continue;
    }
    Node copy = nodes[id];
    for (ValueId &operand : copy.operands)
      operand = moved.at(operand);
    if (copy.op == "result")
      copy.attributes["of"] = int64_t(moved.at(ValueId(std::get<int64_t>(copy.attributes.at("of")))));
    moved[id] = ValueId(function.nodes.size());
    function.nodes.push_back(std::move(copy));
  }
  for (Result &result : function.results)
    result.value = moved.at(result.value);
}

void keepNeeded(Function &function) {
  std::vector<ValueId> renamed(function.nodes.size(), -1);
  std::vector<Node> nodes;
  auto visit = [&](auto &&self, ValueId id) -> ValueId {
    if (renamed[id] >= 0)
      return renamed[id];
    Node node = function.nodes[id];
    for (ValueId &operand : node.operands)
      operand = self(self, operand);
    if (auto of = node.attributes.find("of"); node.op == "result" && of != node.attributes.end())
      of->second = int64_t(self(self, ValueId(std::get<int64_t>(of->second))));
    nodes.push_back(std::move(node));
    return renamed[id] = ValueId(nodes.size()) - 1;
  };
  for (Result &result : function.results)
    result.value = visit(visit, result.value);
  function.nodes = std::move(nodes);
}

} // namespace flex::elab
