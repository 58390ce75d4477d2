/// What elaboration hands to MLIRGen: flat, with every instance, path, loop and static `if` resolved.
///
/// A `Program` has one `Experiment` for each `experiment` of the file. An experiment owns spaces, parameters, states and
/// settings, and a few pure `Function`s over them, each a list of nodes in execution order. Node operations carry the
/// mnemonics of the flex dialect (compiler/flex/Dialect/FlexOps.td defines their meaning), so MLIRGen is a loop; this
/// header knows nothing of MLIR.
#pragma once

#include "flex/Support/Source.h"

#include <optional>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace flex::elab {

/// Channel axes at the points of a domain. No samples and no space: a parameter or a single value.
struct Type {
  std::vector<int64_t> shape;
  bool samples = false;
  std::string space = {}; ///< name of a `Space`, "" for none

  bool operator==(const Type &) const = default;
};

/// A size on the host as an integer expression of one other size `n`: odd(n) = n + 1 - n % 2.
/// Postfix: 'n', integers, '+', '-', '*', '/', '%' (floor division and remainder by positive constants).
struct SizeExpr {
  struct Term {
    char op;           ///< 'n', 'c' (constant), or the operator
    int64_t value = 0; ///< of 'c'
  };
  std::vector<Term> terms;
};

using Attribute = std::variant<bool, int64_t, double, std::string, std::vector<int64_t>, std::vector<double>, SizeExpr>;

using ValueId = int32_t; ///< index of the node that defines it; ops with two results (`extent`) have two ids

/// One operation. `op` is a mnemonic of the dialect ("add", "linear", "correlate", ...), or one of these leaves, which
/// become arguments of the function and carry an attribute "name" where they have one:
///   "parameter" "state" "setting" "input" "target" "key" "now" "weight" "gradient" "moment"
/// An op with several results is followed by one node "result" per further result (attribute "of" = its ValueId,
/// "index"). Attribute names and meanings are the dialect's: sum{axes,samples,space}, correlate{causal}, ...;
/// symbols (`space`, `of`) are strings; flags are `bool`s and absent when false.
struct Node {
  std::string op;
  std::vector<ValueId> operands;
  std::map<std::string, Attribute> attributes;
  Type type;             ///< of the (first) result; unused for "crop"
  SourceRange range;
  std::string path;      ///< path of construction: "blocks.1.conv2.kernel"
};

/// Results are named as `flex.out` in the dialect: "output", "loss", "metric", "state:<path>", "parameter:<path>",
/// "weight", "moment:<name>", "require:<i>".
struct Result {
  std::string name;
  ValueId value;
};

struct Function {
  std::string role; ///< "initialise" "forward" "loss" "evaluate" "update" "require"
  std::string name; ///< unique in the experiment; "update.<group>" for updates
  std::vector<Node> nodes;
  std::vector<Result> results;
};

struct Space {
  std::string name; ///< "image", "stem.taps", "elements.<group>"
  int rank = 0;
  enum Kind { Data, Taps, Elements } kind = Data;
};

struct Parameter {
  std::string path;    ///< "blocks.1.conv2.kernel.gamma"
  std::string authors; ///< "blocks.1.cconv2.Kernel.filters.0.gamma"
  std::vector<int64_t> shape;
  std::vector<std::string> tags; ///< innermost first
  SourceRange range;
};
struct State {
  std::string path;
  std::string authors;
  std::vector<int64_t> shape;
  SourceRange range;
};

/// A value that `key=value` can set when the program runs.
struct Setting {
  std::string name; ///< "lr"; of a block deep inside: its path, "blocks.0.dropout.rate", unless an argument of the
                    ///< network or recipe was handed down, which keeps its own name
  double value = 0;
  std::string unit; ///< "real" "epochs" "steps" "size"; "runtime": not the user's to set ("steps per epoch", "stalls")
  SourceRange range;
};

/// One optimiser: the parameters that it has, in the program's order, and its function ("update.<name>").
struct Group {
  std::string name; ///< "default", or the tag
  std::vector<std::string> parameters;
  std::vector<std::string> moments; ///< scalar states of the optimiser: one per weight, 0 at the start
};

struct Requirement { ///< `require` on run-time values: checked after every update
  std::string text;  ///< source text of the condition
  SourceRange range;
  std::string path;
};

/// One FlexConv-like layer, for reports: found wherever a `correlate` is applied.
struct Layer {
  std::string path;
  std::string taps; ///< space of its taps, "" for none
  int64_t in = 0, out = 0;
};

/// What the body of a mask or a kernel states about its own values; Claims.h makes something to run of it.
struct Claim {
  enum Kind { Extent, Band } kind = Extent;
  std::string name;   ///< of the declaration: "Exponential"
  std::string path;   ///< of the instance
  SourceRange range;  ///< of the statement
  double level = 0;   ///< of an extent: what the value stays below outside of the box
  int64_t axes = 0;   ///< of the position
  int64_t values = 0; ///< channels of the function that are looked at
  Function function;  ///< from positions to these values, and then the numbers that are stated
};

struct Experiment {
  std::string name;    ///< "main"
  std::string network; ///< "FlexNet"
  std::vector<Space> spaces;
  std::vector<Parameter> parameters;
  std::vector<State> states;
  std::vector<Setting> settings;
  std::vector<Group> groups;
  std::vector<Requirement> requirements;
  std::vector<Layer> layers;
  std::vector<Claim> claims;
  std::vector<Function> functions;
  std::string input;   ///< YAML flow map: {channels: 3, rank: 2}
  std::string output;  ///< YAML flow map: {channels: 10, each_step: false}
  std::string target;  ///< of the same form; a class number is one channel
  std::string data;    ///< YAML flow map: {name: cifar10, augment: [{name: pad_crop, args: [4]}, {name: hflip}]}
  std::string recipe;  ///< YAML flow map of slots that are not computed: {keep: {best: metric}, length: setting name, batch: ...}
  std::optional<int64_t> seed; ///< that the recipe asks for
  SourceRange range;
};

/// A training, or the evaluation of one on other data, in an experiment of several.
struct Stage {
  std::string name;    ///< the `let` that holds it
  size_t row = 0;
  int from = -1;       ///< stage whose parameters it starts from, or that it evaluates; -1: none
  bool trains = true;
  std::string network; ///< name of the compiled experiment; stages that differ in values alone share one
  std::vector<std::pair<std::string, std::string>> keys; ///< what it sets over that one's own values
};

/// An experiment of several stages, in the order in which they run.
struct Plan {
  /// One round of the loops: their variables, and the results by column, each an expression of stages in YAML.
  struct Row {
    std::vector<std::pair<std::string, std::string>> of, columns;
  };
  std::string name;
  std::vector<Stage> stages;
  std::vector<Row> rows;
};

struct Program {
  std::vector<Experiment> experiments; ///< with plans, those that their stages run: "main.low"
  std::vector<Plan> plans;
};

/// What the runtime is told of plans: a YAML flow map by name.
std::string yaml(const std::vector<Plan> &plans);

} // namespace flex::elab
