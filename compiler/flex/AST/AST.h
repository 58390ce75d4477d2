/// The syntax tree of one file: what was written and where, not what it means.
///
/// Plain structs that own their children. Expressions, statements and types are small hierarchies with a kind; `as<T>(node)`
/// gives the node as a `T`, or null. Every node has the range of its source text. Comments are kept beside the tree, for
/// the formatter.
#pragma once

#include "flex/Support/Source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace flex::ast {

struct Expr;
struct Stmt;
struct TypeExpr;
struct Decl;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;
using TypePtr = std::unique_ptr<TypeExpr>;
using DeclPtr = std::unique_ptr<Decl>;

/// The node as a `T`, or null if it is something else (or null).
template <typename T, typename Node> const T *as(const Node *node) {
  return node && node->kind == T::tag ? static_cast<const T *>(node) : nullptr;
}
template <typename T, typename Node> const T *as(const std::unique_ptr<Node> &node) {
  return as<T>(static_cast<const Node *>(node.get()));
}

struct Identifier {
  std::string text;
  SourceRange range;
};

//===----------------------------------------------------------------------===//
// Labels
//===----------------------------------------------------------------------===//

/// A string with expressions in it: "kernel_net.{2 * l}" has the parts ("kernel_net.", 2 * l) and ("", null).
struct Template {
  struct Part {
    std::string text; ///< literal text before `value`
    ExprPtr value;    ///< null in the last part
  };
  std::vector<Part> parts;
  SourceRange range; ///< with the quotes
};

/// What may follow a name: `@mask as "mask_params[:,0]"`.
struct Attributes {
  std::vector<Identifier> tags; ///< without '@', in source order
  std::optional<Template> as;   ///< its name in other people's checkpoints; `as ""` has one empty part
};

/// The name of a pipe's stage. `_` adds no segment to paths.
struct Label {
  Identifier name; ///< "_" if `transparent`
  bool transparent = false;
  Attributes attributes;
};

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

struct TypeExpr {
  enum class Kind { Named, Field, Function, Record };
  const Kind kind;
  SourceRange range;
  virtual ~TypeExpr() = default;

protected:
  explicit TypeExpr(Kind kind) : kind(kind) {}
};

/// `int`, `kernel`, `class(10)`.
struct NamedType : TypeExpr {
  static constexpr Kind tag = Kind::Named;
  NamedType() : TypeExpr(tag) {}
  Identifier name;
  ExprPtr argument; ///< null if there is none
};

/// `[out, c] on grid[2]`; without `on` a vector at whatever points there are.
struct FieldType : TypeExpr {
  static constexpr Kind tag = Kind::Field;
  FieldType() : TypeExpr(tag) {}
  std::vector<ExprPtr> shape;
  std::optional<Identifier> domain; ///< `grid`
  std::vector<ExprPtr> rank;        ///< in the brackets after it; not empty with a domain
};

/// `int -> block`, `() -> block`, `(int, real) -> block`. Right associative.
struct FunctionType : TypeExpr {
  static constexpr Kind tag = Kind::Function;
  FunctionType() : TypeExpr(tag) {}
  std::vector<TypePtr> parameters;
  TypePtr result;
};

/// `(x: [3] on grid[2], label: class(10))`: what a data source returns.
struct RecordType : TypeExpr {
  static constexpr Kind tag = Kind::Record;
  RecordType() : TypeExpr(tag) {}
  struct Member {
    Identifier name;
    TypePtr type;
  };
  std::vector<Member> members; ///< not empty
};

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

struct Expr {
  enum class Kind { Number, String, Bool, Hole, Name, List, Each, Unary, Binary, Range, If, Member, Index, Call, Pipe };
  const Kind kind;
  bool parenthesised = false; ///< written in parentheses, which the range includes
  SourceRange range;
  virtual ~Expr() = default;

protected:
  explicit Expr(Kind kind) : kind(kind) {}
};

/// In lowest terms, denominator positive.
struct Rational {
  int64_t numerator = 0;
  int64_t denominator = 1;
  bool operator==(const Rational &) const = default;
};

enum class Unit { None, Epochs, Steps };

/// `1.5`, `1e-5`, `350 epochs`. Decimals are exact: 1.5 is 3/2.
struct Number : Expr {
  static constexpr Kind tag = Kind::Number;
  Number() : Expr(tag) {}
  std::string text;              ///< as written, without the unit
  std::optional<Rational> exact; ///< none where it does not fit
  double value = 0;              ///< nearest double
  Unit unit = Unit::None;
};

struct String : Expr {
  static constexpr Kind tag = Kind::String;
  String() : Expr(tag) {}
  std::string text; ///< without the quotes; there are no escapes
};

struct Bool : Expr {
  static constexpr Kind tag = Kind::Bool;
  Bool() : Expr(tag) {}
  bool value = false;
};

/// `_`: an argument left open. Parse has checked that it stands alone as an argument of a call.
struct Hole : Expr {
  static constexpr Kind tag = Kind::Hole;
  Hole() : Expr(tag) {}
};

struct Name : Expr {
  static constexpr Kind tag = Kind::Name;
  Name() : Expr(tag) {}
  std::string text;
};

struct List : Expr {
  static constexpr Kind tag = Kind::List;
  List() : Expr(tag) {}
  std::vector<ExprPtr> items;
};

/// `[e for i in a for j in b]`: the last clause varies fastest, and sees the names of those before it.
struct Each : Expr {
  static constexpr Kind tag = Kind::Each;
  Each() : Expr(tag) {}
  struct Clause {
    Identifier name;
    ExprPtr values;
  };
  ExprPtr element;
  std::vector<Clause> clauses; ///< not empty
};

enum class UnaryOp { Negate, Not };
struct Unary : Expr {
  static constexpr Kind tag = Kind::Unary;
  Unary() : Expr(tag) {}
  UnaryOp op = UnaryOp::Negate;
  ExprPtr operand;
};

enum class BinaryOp { Add, Sub, Mul, Div, Mod, Pow, Eq, Ne, Lt, Le, Gt, Ge, And, Or };
/// As it is written: "+", "and", ...
const char *spelling(BinaryOp op);

struct Binary : Expr {
  static constexpr Kind tag = Kind::Binary;
  Binary() : Expr(tag) {}
  BinaryOp op = BinaryOp::Add;
  SourceRange opRange;
  ExprPtr left, right;
};

/// `a..b`, both included.
struct Range : Expr {
  static constexpr Kind tag = Kind::Range;
  Range() : Expr(tag) {}
  ExprPtr low, high;
};

/// `if c then a else b`
struct IfExpr : Expr {
  static constexpr Kind tag = Kind::If;
  IfExpr() : Expr(tag) {}
  ExprPtr condition, then, otherwise;
};

struct Member : Expr {
  static constexpr Kind tag = Kind::Member;
  Member() : Expr(tag) {}
  ExprPtr object;
  Identifier name;
};

/// `x[0]`, `x[.., 1]`
struct Index : Expr {
  static constexpr Kind tag = Kind::Index;
  Index() : Expr(tag) {}
  ExprPtr object;
  std::vector<ExprPtr> indices; ///< null for a lone `..`; not empty
};

struct Argument {
  std::optional<Identifier> name;
  ExprPtr value;
};

struct Call : Expr {
  static constexpr Kind tag = Kind::Call;
  Call() : Expr(tag) {}
  ExprPtr callee;
  std::vector<Argument> arguments; ///< named ones may stand anywhere; positional ones fill the ports in order
};

/// `x |> stem as "cconv1": conv(24)`. Left associative.
struct Pipe : Expr {
  static constexpr Kind tag = Kind::Pipe;
  Pipe() : Expr(tag) {}
  ExprPtr value;
  std::optional<Label> label;
  ExprPtr callee; ///< Parse has refused what cannot be applied: numbers, strings, ranges, arithmetic, comparisons
};

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

struct Stmt {
  enum class Kind { Local, Let, Var, Param, State, Next, Assign, For, If, Require, Extent, Band, Return };
  const Kind kind;
  SourceRange range;
  virtual ~Stmt() = default;

protected:
  explicit Stmt(Kind kind) : kind(kind) {}
};

/// A declaration inside a body.
struct Local : Stmt {
  static constexpr Kind tag = Kind::Local;
  Local() : Stmt(tag) {}
  DeclPtr decl;
};

struct Let : Stmt {
  static constexpr Kind tag = Kind::Let;
  Let() : Stmt(tag) {}
  Identifier name;
  Attributes attributes;
  ExprPtr value;
};

struct Var : Stmt {
  static constexpr Kind tag = Kind::Var;
  Var() : Stmt(tag) {}
  Identifier name;
  ExprPtr value;
};

/// `param w[out, n] @mask as "weight" = init` and `state ...`: the same parts.
struct Storage : Stmt {
  Identifier name;
  std::vector<ExprPtr> shape; ///< empty for a single value
  Attributes attributes;
  ExprPtr value;

protected:
  explicit Storage(Kind kind) : Stmt(kind) {}
};
struct Param : Storage {
  static constexpr Kind tag = Kind::Param;
  Param() : Storage(tag) {}
};
struct State : Storage {
  static constexpr Kind tag = Kind::State;
  State() : Storage(tag) {}
};

/// `next s = e`: committed by the update.
struct Next : Stmt {
  static constexpr Kind tag = Kind::Next;
  Next() : Stmt(tag) {}
  Identifier name;
  ExprPtr value;
};

/// A `var`; a slot of a recipe, `optimizer @mask = e`; a column of an experiment.
struct Assign : Stmt {
  static constexpr Kind tag = Kind::Assign;
  Assign() : Stmt(tag) {}
  Identifier name;
  std::optional<Identifier> selector; ///< the tag after '@'
  ExprPtr value;
};

struct For : Stmt {
  static constexpr Kind tag = Kind::For;
  For() : Stmt(tag) {}
  Identifier name;
  ExprPtr values;
  std::vector<StmtPtr> body;
};

struct If : Stmt {
  static constexpr Kind tag = Kind::If;
  If() : Stmt(tag) {}
  ExprPtr condition;
  std::vector<StmtPtr> then;
  std::vector<StmtPtr> otherwise; ///< of `else if`: one `If`
  bool hasElse = false;
  bool elseIf = false; ///< written `else if`, without braces
};

/// `require e`, `extent e`, `band e`, `return e`: a keyword and an expression.
struct Require : Stmt {
  static constexpr Kind tag = Kind::Require;
  Require() : Stmt(tag) {}
  ExprPtr value;
};
struct Extent : Stmt {
  static constexpr Kind tag = Kind::Extent;
  Extent() : Stmt(tag) {}
  ExprPtr value;
};
struct Band : Stmt {
  static constexpr Kind tag = Kind::Band;
  Band() : Stmt(tag) {}
  ExprPtr value;
};
struct Return : Stmt {
  static constexpr Kind tag = Kind::Return;
  Return() : Stmt(tag) {}
  ExprPtr value;
};

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

enum class Role { Fn, Kernel, Mask, Block, Network, Recipe, Experiment };
/// As it is written: "fn", "kernel", ...
const char *name(Role role);

/// `mask as "": mask = Gaussian()`
struct Port {
  Identifier name;
  Attributes attributes;
  TypePtr type;
  ExprPtr init; ///< null if there is no default
  SourceRange range;
};

/// `(a: int, b: real = 1)`
struct PortList {
  std::vector<Port> ports;
  SourceRange range; ///< with the parentheses
};

struct Body {
  enum Kind { Value, Block, Extern };
  Kind kind = Value;
  ExprPtr value;                   ///< of `= value`
  std::vector<StmtPtr> statements; ///< of `{ ... }`
  SourceRange range;               ///< with '=' or the braces
};

/// `role Name(configuration)(value) -> result body`. A `fn` has the first list only (Parse checks that).
struct Decl {
  Role role = Role::Fn;
  Identifier name;
  std::optional<PortList> configuration;
  std::optional<PortList> value;
  TypePtr result; ///< null if not stated
  Body body;
  SourceRange range;
};

struct Use {
  std::vector<Identifier> path; ///< `std.layers`
  SourceRange range;
};

/// From '#' to the end of the line.
struct Comment {
  SourceRange range;
};

struct File {
  const SourceFile *source = nullptr;
  std::vector<Use> uses;
  std::vector<DeclPtr> decls;
  std::vector<Comment> comments; ///< in source order
};

} // namespace flex::ast
