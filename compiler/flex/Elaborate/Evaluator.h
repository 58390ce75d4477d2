/// Evaluates one experiment: walks its syntax, constructs instances, and puts what they compute into a pool.
///
/// One `Evaluator` runs an experiment once, for training or for inference; Experiment.cpp runs both and cuts the
/// program's functions out of the two pools. A user's mistake is reported where it is found and thrown as `Failure`;
/// statements catch it, bind what they would have defined to `Poison`, and go on, so that one run reports several
/// mistakes.
#pragma once

#include "flex/Elaborate/Claims.h"
#include "flex/Elaborate/Elaborate.h"
#include "flex/Elaborate/Modules.h"
#include "flex/Elaborate/Pool.h"
#include "flex/Elaborate/Value.h"

#include <deque>
#include <optional>
#include <set>

namespace flex::elab {

/// A mistake that has been reported.
struct Failure {};

/// An argument of a call: an expression not yet evaluated (so that what it constructs belongs to the callee), or a
/// value.
struct Arg {
  std::optional<std::string> name;
  SourceRange range;
  const ast::Expr *expr = nullptr;
  Scope *scope = nullptr;
  Value value; ///< if there is no `expr`
};

/// What a recipe has assigned.
struct Slot {
  Value value;
  SourceRange range;
};

/// What an argument of a built-in must be. `Real` is a number or a field, `Constant` a number known at compile time.
enum class Takes { Any, Int, Constant, Real, Bool, List, Function, Instance, Data };

/// The arguments of a call of a built-in, by port.
struct BuiltinCall {
  SourceRange range;
  std::vector<Value> values;
  std::vector<SourceRange> ranges;
  std::vector<bool> given;
};

/// Which stage of an experiment an evaluation runs, by number, and with which of its networks and recipes; the others
/// only leave their places in the plan. -1: none.
struct Selection {
  int stage = -1, network = -1, recipe = -1;
};

/// The plan of an experiment as its evaluation finds it, and what has to be checked once its stages are known.
struct FoundPlan {
  Plan plan;
  std::vector<Selection> selections; ///< by stage; of an evaluation, that of the stage it evaluates
  struct Use {
    int stage;
    std::string scalar; ///< "metric"
    SourceRange range;
  };
  std::vector<Use> uses;
  struct Test {
    int stage;
    std::shared_ptr<DataSet> data;
    SourceRange range;
  };
  std::vector<Test> tests;
};

class Evaluator {
public:
  /// Without a `selection` the experiment must have one stage, which is run.
  Evaluator(Modules &modules, const Options &options, Diagnostics &diagnostics, Experiment &experiment, bool training,
            std::optional<Selection> selection = std::nullopt);

  /// Runs the experiment. Throws `Failure`.
  void run(const ast::Decl &experiment, Scope &module);

  //===--- Results of `run` ---------------------------------------------------------------------------------------===//

  Pool pool;
  const bool training;
  Experiment &experiment; ///< spaces, parameters, states, settings and layers are entered as they are met
  std::map<std::pair<std::string, std::string>, Slot> slots; ///< of the recipe, by name and tag
  std::map<std::string, ValueId> initial;                    ///< of parameters and states, by path
  std::map<ValueId, ValueId> initialOfLeaf;
  std::map<std::string, ValueId> nextStates; ///< by path
  std::vector<ValueId> requirements;
  Instance *network = nullptr; ///< the one that was piped into the recipe
  const DataSet *data = nullptr;
  std::string stallRule; ///< by what `stalls` counts: a YAML flow map, "" if nothing reads it
  FoundPlan found; ///< with a selection
  std::set<std::string> definable; ///< names that `-D` may set here
  std::set<std::string> defined;   ///< those that it did set

  /// One step of an optimiser on the elements of a group. Throws `Failure`.
  struct Update {
    ValueId weight;
    std::vector<std::string> moments;
    std::map<std::string, ValueId> next; ///< of moments
  };
  Update update(Instance &optimizer, const std::string &group, SourceRange range);

  /// What `extent box` and `band` state, once for each value.
  std::vector<Claim> claims();

  //===--- For built-ins ------------------------------------------------------------------------------------------===//

  void claim(Claim::Kind kind, const Instance &by, SourceRange range, ValueId value, std::vector<ValueId> numbers);
  [[noreturn]] void fail(SourceRange range, std::string message, std::string hint = "");
  void warn(SourceRange range, std::string message);
  std::string currentPath() const;
  Instance *currentOwner() const { return owner; }
  Diagnostics &diagnose() { return diagnostics; }

  /// "[24] on samples, image", "3/2", "a list of 3", "the block 'Linear'": for messages.
  std::string describe(const Value &value) const;

  Value call(const Value &callee, std::vector<Arg> args, const Hint &hint, SourceRange range);
  Value apply(Instance &instance, std::vector<Arg> args, SourceRange range);
  Value binary(ast::BinaryOp op, const Value &left, const Value &right, SourceRange range);
  /// In the pool: a number, a boolean, a list of numbers or a field.
  ValueId field(const Value &value, SourceRange range, const std::string &what = "a value");
  /// Makes a compile-time integer of `value`, or says why it is none.
  int64_t integer(const Value &value, SourceRange range, const std::string &what);
  int rankOf(const Type &type) const; ///< of its space; 0 without one
  void addSpace(std::string name, int rank, Space::Kind kind, SourceRange range);
  ValueId setting(const std::string &name, const Number &value, const std::string &unit, SourceRange range);
  /// What the runtime provides while it trains; `value` where nothing is trained.
  ValueId provided(const std::string &name, double value, SourceRange range);

  /// The parameter whose initialiser is being evaluated.
  struct Initialising {
    std::string path;
    std::vector<int64_t> shape;
    int draws = 0;
  };
  std::optional<Initialising> initialising;
  std::map<std::string, int> masksDrawn;        ///< calls of `bernoulli` by path
  std::map<std::string, std::string> tapsGrids; ///< space of taps -> what decided it, to refuse a second meaning

private:
  struct Flow {
    std::optional<Value> returned;
    bool failed = false;
  };

  // Expressions.cpp
  Value evaluate(const ast::Expr &expr, Scope &scope, const Hint &hint = {});
  Value dispatch(const ast::Expr &expr, Scope &scope, const Hint &hint);
  Value number(const ast::Number &number);
  Value name(const ast::Name &name, Scope &scope);
  Value list(const ast::List &list, Scope &scope, const Hint &hint);
  Value each(const ast::Each &each, Scope &scope, const Hint &hint);
  Value range(const ast::Range &range, Scope &scope);
  Value member(const ast::Member &member, Scope &scope);
  Value index(const ast::Index &index, Scope &scope);
  Value pipe(const ast::Pipe &pipe, Scope &scope, const Hint &hint);
  Value pipeInto(Value value, const Value &callee, const Hint &hint, const ast::Pipe &pipe);
  bool condition(const ast::Expr &expr, Scope &scope);
  Value runRecipe(Instance &recipe, const Value &network, SourceRange range);

  // Stages.cpp
  bool runsIn(const Instance &instance) const;
  size_t row();
  int enterStage(const Value &from, const Instance &recipe, const Instance &network);
  Value evaluateStage(const Evaluation &evaluation, const Value &of, SourceRange range);
  Value measured(const StageResult &result, const ast::Identifier &scalar);
  Value measures(ast::BinaryOp op, const Value &left, const Value &right, SourceRange range);
  void column(const ast::Assign &stmt, Scope &scope);

  // Arithmetic.cpp
  Value unary(const ast::Unary &unary, Scope &scope);
  Value logic(const ast::Binary &binary, Scope &scope);
  Value numbers(ast::BinaryOp op, const Number &left, const Number &right, SourceRange range);
  Value fields(ast::BinaryOp op, const Value &left, const Value &right, SourceRange range);
  Value power(const Value &left, const Value &right, SourceRange range);
  Value sizes(ast::BinaryOp op, const Value &left, const Value &right, SourceRange range);

  // Calls.cpp
  Value callExpr(const ast::Call &call, Scope &scope, const Hint &hint);
  Value callOpen(const Callable &open, std::vector<Arg> args, const Hint &hint, SourceRange range);
  Value callFunction(const Callable &function, std::vector<Arg> args, const Hint &hint, SourceRange range);
  void checkTaken(Takes takes, const Value &value, SourceRange range, const std::string &what);
  Value callBuiltin(const Builtin &builtin, std::vector<Arg> args, SourceRange range);
  Value runBody(const ast::Decl &decl, Scope &scope, const Hint &hint, SourceRange range);

  // Instances.cpp
  Instance *construct(const Callable &block, std::vector<Arg> args, const Hint &hint, SourceRange range);
  Instance *reuse(const Callable &block, const std::string &segment, SourceRange range);

  // Arguments.cpp
  /// `setsRun`: reals, durations and sizes become settings.
  void bind(const ast::PortList *ports, std::vector<Arg> args, Scope &scope, const std::string &callee,
            SourceRange range, bool setsRun = false);
  const Arg *argumentFor(const ast::PortList &ports, size_t port, const std::vector<Arg> &args);
  void checkArguments(const ast::PortList *ports, const std::vector<Arg> &args, const std::string &callee,
                      SourceRange range);
  Value bindPort(const ast::Port &port, const Arg *arg, Scope &scope, const std::string &callee, SourceRange range);
  std::optional<Value> fromDefine(const ast::Port &port, Scope &scope);
  Value asSetting(const ast::Port &port, Value value);
  Value evaluateArg(const Arg &arg, const Hint &hint);

  // Types.cpp
  /// The value as the type wants it, or a failure; names in shapes bind in `scope`.
  Value check(const ast::TypeExpr &type, Value value, Scope &scope, SourceRange range, const std::string &what);
  Value checkNamed(const ast::NamedType &type, Value value, SourceRange range, const std::string &what);
  Value checkField(const ast::FieldType &type, Value value, Scope &scope, SourceRange range, const std::string &what);
  void checkDimension(const ast::Expr &expr, int64_t actual, Scope &scope, SourceRange range, const Type &whole,
                      const std::string &what);
  void checkResult(const ast::Decl &decl, const Value &value, Scope &scope, SourceRange range);

  // Statements.cpp
  void statements(const std::vector<ast::StmtPtr> &list, Scope &scope, const Hint &hint, Flow &flow);
  void statement(const ast::Stmt &stmt, Scope &scope, const Hint &hint, Flow &flow);
  void poison(const ast::Stmt &stmt, Scope &scope);
  void loop(const ast::For &loop, Scope &scope, const Hint &hint, Flow &flow);
  void parameter(const ast::Storage &stmt, Scope &scope, bool trained);
  void enter(const ast::Storage &stmt, Scope &scope, const std::string &path, const std::vector<int64_t> &shape,
             bool trained);
  Value moment(const ast::Storage &stmt, Scope &scope);
  std::vector<int64_t> shapeOf(const ast::Storage &stmt, Scope &scope);
  ValueId initialValue(const ast::Storage &stmt, Scope &scope, const std::string &path,
                       const std::vector<int64_t> &shape);
  void next(const ast::Next &stmt, Scope &scope);
  void assign(const ast::Assign &stmt, Scope &scope);
  void extent(const ast::Extent &stmt, Scope &scope);
  void band(const ast::Band &stmt, Scope &scope);

  // Requirements.cpp
  void requirement(const ast::Require &stmt, Scope &scope);
  std::string valuesIn(const ast::Expr &condition, Scope &scope);
  std::string inSettings(const ast::Expr &condition, Scope &scope);
  [[noreturn]] void failRequirement(const ast::Expr &condition, Scope &scope);

  // Names.cpp
  Scope &newScope(Scope *parent, const ast::Decl *decl);
  Binding *find(Scope &scope, const std::string &name);
  void define(Scope &scope, const std::string &name, Value value, SourceRange range, bool variable = false);
  std::optional<Value> dynamicName(const std::string &name, SourceRange range);
  std::vector<std::string> visibleNames(Scope &scope) const;
  Hint hintFor(const std::string &name, const ast::Attributes &attributes, Scope &scope,
               const ast::Expr *value = nullptr);
  Hint element(const Hint &hint, size_t index, Scope &scope);
  std::string fill(const ast::Template &text, Scope &scope);

  Modules &modules;
  const Options &options;
  Diagnostics &diagnostics;
  const std::optional<Selection> selection;
  std::vector<std::pair<std::string, std::string>> rounds; ///< variables of the experiment's loops, now
  int networks = 0, recipes = 0;                           ///< constructed in the experiment so far
  std::vector<FoundClaim> claimed;
  std::deque<Scope> scopes;
  std::deque<Instance> instances;
  Instance *owner = nullptr;
  Update *updating = nullptr; ///< while an optimiser's body runs
  Type updatingType;          ///< of its weights
  int calls = 0, depth = 0;
  int64_t work = 0;
};

/// The list, null if it was not written; and the names in it.
const ast::PortList *listOf(const std::optional<ast::PortList> &ports);
std::vector<std::string> namesOf(const ast::PortList *ports);

/// "FlexConv" -> "flex_conv": the segment that a callee stands for.
std::string snakeCase(const std::string &name);

} // namespace flex::elab
