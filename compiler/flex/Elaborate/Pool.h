/// The operations of one experiment, in one pool: equal operations are one, shapes are checked, simple ones are folded.
///
/// Functions of the program are cut out of it afterwards by what their results need (`extract`). So a mask that is
/// applied to the same positions twice is computed once, and a value that nobody uses costs nothing.
#pragma once

#include "flex/Elaborate/Graph.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace flex::elab {

/// "[24] on samples, image": for messages.
std::string text(const Type &type);
int64_t elementCount(const std::vector<int64_t> &shape);

/// The type of a pointwise op of two: channel axes broadcast from the right, domains are united. Empty if they do not
/// match; `why` then says what clashes.
std::optional<Type> broadcast(const Type &left, const Type &right, std::string &why);

class Pool {
public:
  /// Where the nodes that follow come from.
  SourceRange range;
  std::string path;

  /// The node, or the one that is there already and does the same.
  ValueId add(std::string op, std::vector<ValueId> operands, Type type,
              std::map<std::string, Attribute> attributes = {});
  ValueId constant(std::vector<double> values);
  ValueId constant(double value) { return constant(std::vector<double>{value}); }
  /// A leaf: "parameter", "setting", "now", ...; `name` is "" for those that have none.
  ValueId leaf(std::string op, std::string name, Type type);
  /// `value` repeated to `type`; itself if it has that type already.
  ValueId repeat(ValueId value, const Type &type);
  /// Of two operands that `broadcast` has accepted. Folds x + 0, x - 0, x * 1 and x / 1.
  ValueId binary(const std::string &op, ValueId left, ValueId right, const Type &type);
  ValueId unary(const std::string &op, ValueId operand);
  /// Over the channel axes given, samples and space.
  ValueId sum(ValueId operand, std::vector<int64_t> axes, bool samples, bool space);

  /// Says how large a grid of taps is: part of every function that uses the space.
  void crop(const std::string &space, ValueId node) { crops[space] = node; }

  const Node &node(ValueId id) const { return nodes[id]; }
  const Type &type(ValueId id) const { return nodes[id].type; }
  size_t size() const { return nodes.size(); }
  /// The number, if the value is one constant number.
  std::optional<double> number(ValueId id) const;
  std::string nameOf(ValueId id) const; ///< attribute "name", "" if it has none

  /// Whether the value depends on a node for which `test` holds.
  bool dependsOn(ValueId value, const std::function<bool(const Node &)> &test) const;

  /// What the results need, in order. A leaf in `replaced` stands for another value (parameters for their initial
  /// values).
  void extract(Function &function, const std::map<ValueId, ValueId> &replaced = {}) const;

private:
  using Key = std::tuple<std::string, std::vector<ValueId>, std::string>;
  std::set<ValueId> needed(const std::vector<Result> &results, const std::map<ValueId, ValueId> &replaced) const;
  ValueId cropFor(const std::string &space) const;

  std::vector<Node> nodes;
  std::map<Key, ValueId> known;
  std::map<std::string, ValueId> crops;
};

/// Drops the nodes that the results do not need; the others stand in the order in which they are needed.
void keepNeeded(Function &function);

} // namespace flex::elab
