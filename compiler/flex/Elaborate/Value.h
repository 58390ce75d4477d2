/// What an expression of the language can be while a program is elaborated.
#pragma once

#include "flex/AST/AST.h"
#include "flex/Elaborate/Exact.h"
#include "flex/Elaborate/Graph.h"

#include <concepts>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace flex::elab {

struct Value;
struct Scope;
struct Instance;
struct Builtin;

/// Came out of an expression that was wrong. Whoever uses it fails too, silently.
struct Poison {};

/// A value that the graph computes: an input, a parameter, a setting, anything made of them.
struct Field {
  ValueId id = -1;
};

using List = std::vector<Value>;

/// `samples`, `space`, `channels` in a reduction.
enum class Axis { Samples, Space, Channels };

/// The words `kernel`, `mask`, ... as values, for `each`.
struct RoleName {
  ast::Role role;
};

/// What can be called: a function, a block not yet configured, a built-in, or a call with arguments left open.
struct Callable {
  const ast::Decl *decl = nullptr; ///< of a function or a template
  Scope *scope = nullptr;          ///< where it was declared; of an open call, where that was written
  const Builtin *builtin = nullptr;
  const ast::Call *open = nullptr; ///< a call with `_`
  std::shared_ptr<Value> callee;   ///< of an open call

  bool isTemplate() const { return decl && decl->role != ast::Role::Fn; }
};

/// An initialiser that was passed as an argument: evaluated at the `param` that it reaches.
struct Initialiser {
  const ast::Expr *expr = nullptr;
  Scope *scope = nullptr;
};

/// What `size -> size` functions are evaluated on.
struct Size {
  SizeExpr expr;
};

/// What `level(t)` and `box(lo, hi)` say.
struct ExtentRule {
  std::optional<double> level;
  std::shared_ptr<Value> low, high; ///< of a box
  double outside = 0.1;             ///< of a box: what the value stays below outside of it
  SourceRange range = {};           ///< of the statement
};

/// A data set: what it gives and how the runtime finds it.
struct DataSet {
  std::map<std::string, Value> fields;
  std::string yaml;
  Type target;
  int64_t channels = 0;
  int rank = 0;
  int64_t width = 0; ///< of images, where the set alone decides it; 0: known when the files are read
};

/// A data transform (`hflip`, `pad_crop(4)`), or what `best(metric)` keeps: a YAML flow map.
struct Described {
  enum Kind { Augmentation, Keep } kind;
  std::string yaml;
};

/// What a stage of an experiment gives: a trained network.
struct StageResult {
  int stage;
  Instance *network;
};

/// `Evaluate(data)`, not yet applied to a stage.
struct Evaluation {
  std::shared_ptr<DataSet> data;
};

/// A number that is there when stages have run: an expression in YAML.
struct Measure {
  std::string yaml;
};

struct Value {
  std::variant<Poison, bool, Number, std::string, std::shared_ptr<List>, Field, Axis, RoleName, Callable, Instance *,
               Initialiser, Size, ExtentRule, std::shared_ptr<DataSet>, Described, StageResult, Evaluation, Measure>
      held;

  Value() = default;
  template <typename T>
    requires(!std::same_as<T, Value>)
  Value(T value) : held(std::move(value)) {}

  template <typename T> const T *as() const { return std::get_if<T>(&held); }
  bool isPoison() const { return as<Poison>(); }
  const List *list() const {
    auto *pointer = as<std::shared_ptr<List>>();
    return pointer ? pointer->get() : nullptr;
  }
};

/// The name that a construct gets if it makes an instance: from a label, a `let`, an argument or a callee.
struct Hint {
  std::string segment; ///< "" adds nothing to the path
  std::string authors;
  const ast::Attributes *attributes = nullptr; ///< its template for list elements, and its tags
  bool given = false;                          ///< by a label, `let` or argument; a callee's name only stands in
};

struct Binding {
  Value value;
  SourceRange range;
  bool variable = false;
};

/// Names of one declaration's body, of a loop's round, or of a module.
struct Scope {
  Scope *parent = nullptr;
  const ast::Decl *decl = nullptr; ///< null for a module
  std::map<std::string, Binding> names;
};

/// A configured block: owner of parameters, states and further instances.
struct Instance {
  struct Child {
    Instance *instance;
    SourceRange site;
    int application; ///< of the owner, in which it was last constructed; 0: while the owner was configured
  };

  const ast::Decl *decl = nullptr;
  Scope *scope = nullptr;       ///< its configuration
  Instance *owner = nullptr;    ///< null for an experiment
  std::string segment, authors; ///< of paths
  std::vector<std::string> tags;
  SourceRange range; ///< where it was constructed
  std::vector<Child> children;
  std::map<std::string, Value> storage; ///< parameters and states by name
  Scope *body = nullptr;                ///< of the last application
  std::optional<ExtentRule> extent;     ///< what its body stated in the last application
  std::optional<ValueId> band;          ///< likewise: the highest frequency of its result
  SourceRange bandRange;                ///< of that statement
  Value result;                         ///< of the last application
  int applications = 0;
  bool applying = false;
  int number = -1; ///< of a network or recipe of an experiment: how many of its kind were constructed before

  std::string path() const;
  std::string authorsPath() const;
};

} // namespace flex::elab
