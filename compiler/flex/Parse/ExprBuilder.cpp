#include "flex/Parse/Builder.h"
#include "flex/Parse/Numbers.h"

#include <cassert>
#include <cmath>

namespace flex {

using namespace ast;
using antlr4::Token;
using grammar::FlexLangLexer;

namespace {

BinaryOp binaryOp(const Token *token) {
  switch (token->getType()) {
  case FlexLangLexer::PLUS: return BinaryOp::Add;
  case FlexLangLexer::MINUS: return BinaryOp::Sub;
  case FlexLangLexer::TIMES: return BinaryOp::Mul;
  case FlexLangLexer::DIVIDE: return BinaryOp::Div;
  case FlexLangLexer::MODULO: return BinaryOp::Mod;
  case FlexLangLexer::EQ: return BinaryOp::Eq;
  case FlexLangLexer::NE: return BinaryOp::Ne;
  case FlexLangLexer::LT: return BinaryOp::Lt;
  case FlexLangLexer::LE: return BinaryOp::Le;
  case FlexLangLexer::GT: return BinaryOp::Gt;
  default: return BinaryOp::Ge;
  }
}

bool isOpenComparison(const ExprPtr &expr) {
  const Binary *binary = as<Binary>(expr);
  return binary && !expr->parenthesised && binary->op >= BinaryOp::Eq && binary->op <= BinaryOp::Ge;
}

/// "a sum", for what cannot be applied; null for what may be.
const char *uncallable(const Expr &expr) {
  switch (expr.kind) {
  case Expr::Kind::Number: return "a number";
  case Expr::Kind::String: return "a string";
  case Expr::Kind::Bool: return "a truth value";
  case Expr::Kind::Range: return "a range";
  case Expr::Kind::Unary: return as<Unary>(&expr)->op == UnaryOp::Not ? "a condition" : "a negation";
  case Expr::Kind::Binary: break;
  default: return nullptr;
  }
  switch (as<Binary>(&expr)->op) {
  case BinaryOp::Add: return "a sum";
  case BinaryOp::Sub: return "a difference";
  case BinaryOp::Mul: return "a product";
  case BinaryOp::Div: return "a quotient";
  case BinaryOp::Mod: return "a remainder";
  case BinaryOp::Pow: return "a power";
  default: return "a condition";
  }
}

} // namespace

/// `a` and `(b)` on two lines look like two things; to the grammar they are a call.
void Builder::refuseLineStart(Token *token, const char *what) {
  if (brackets != 0 || !text.opensLine(token))
    return;
  errors.add(text.rangeOf(token),
             text.describe(token) + " at the start of a line goes on with the expression before it, as " + what,
             "put it at the end of the line before, or the whole expression in parentheses");
}

ExprPtr Builder::expr(P::ExprContext *context) {
  ExprPtr result = bare(context);
  result->range = text.rangeOf(context);
  return result;
}

ExprPtr Builder::bare(P::ExprContext *context) {
  ExprPtr result;
  auto by = [&]<typename Alternative>(ExprPtr (Builder::*build)(Alternative *)) {
    if (auto *alternative = dynamic_cast<Alternative *>(context))
      result = (this->*build)(alternative);
    return result != nullptr;
  };
  [[maybe_unused]] bool known =
      by(&Builder::name) || by(&Builder::number) || by(&Builder::call) || by(&Builder::paren) || by(&Builder::mul) ||
      by(&Builder::add) || by(&Builder::pipe) || by(&Builder::list) || by(&Builder::index) || by(&Builder::member) ||
      by(&Builder::pow) || by(&Builder::negate) || by(&Builder::range) || by(&Builder::compare) || by(&Builder::ifExpr) ||
      by(&Builder::negation) || by(&Builder::conjunction) || by(&Builder::disjunction) || by(&Builder::string) ||
      by(&Builder::boolean) || by(&Builder::hole);
  assert(known && "an alternative of the grammar without its builder");
  return result;
}

//===----------------------------------------------------------------------===//
// Literals and lists
//===----------------------------------------------------------------------===//

ExprPtr Builder::paren(P::ParenExprContext *context) {
  ++brackets;
  ExprPtr inner = expr(context->expr());
  --brackets;
  inner->parenthesised = true;
  return inner;
}

ExprPtr Builder::name(P::NameExprContext *context) {
  auto node = std::make_unique<Name>();
  node->text = context->getText();
  return node;
}

ExprPtr Builder::string(P::StringExprContext *context) {
  auto node = std::make_unique<String>();
  std::string quoted = context->getText();
  bool closed = quoted.size() >= 2 && quoted.back() == '"'; // if not, that has been reported
  node->text = quoted.substr(1, quoted.size() - 1 - closed);
  return node;
}

/// Where a hole may stand, `argument` takes it before it gets here.
ExprPtr Builder::hole(P::HoleExprContext *context) {
  errors.add(text.rangeOf(context), "'_' leaves an argument of a call open and cannot stand here",
             "for example FlexConv(_, kernel = SIREN(_))");
  return std::make_unique<Hole>();
}

ExprPtr Builder::number(P::NumberExprContext *context) {
  auto node = std::make_unique<Number>();
  node->text = context->NUMBER()->getText();
  node->exact = parseRational(node->text);
  node->value = parseDouble(node->text);
  if (std::isinf(node->value))
    errors.add(text.rangeOf(context), "'" + node->text + "' is too large for a number");
  if (P::UnitContext *unit = context->unit()) {
    size_t type = unit->start->getType();
    node->unit = type == FlexLangLexer::EPOCHS || type == FlexLangLexer::EPOCH ? Unit::Epochs : Unit::Steps;
  }
  return node;
}

ExprPtr Builder::boolean(P::BoolExprContext *context) {
  auto node = std::make_unique<Bool>();
  node->value = context->TRUE() != nullptr;
  return node;
}

ExprPtr Builder::list(P::ListExprContext *context) {
  ++brackets;
  ExprPtr result;
  if (context->clause().empty()) {
    auto node = std::make_unique<List>();
    for (P::ExprContext *item : context->expr())
      node->items.push_back(expr(item));
    result = std::move(node);
  } else {
    auto node = std::make_unique<Each>();
    node->element = expr(context->expr(0));
    for (P::ClauseContext *one : context->clause())
      node->clauses.push_back({identifier(one->name()), expr(one->expr())});
    result = std::move(node);
  }
  --brackets;
  return result;
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

ExprPtr Builder::unary(UnaryOp op, P::ExprContext *operand) {
  auto node = std::make_unique<Unary>();
  node->op = op;
  node->operand = expr(operand);
  return node;
}

ExprPtr Builder::binary(BinaryOp op, Token *opToken, P::ExprContext *left, P::ExprContext *right) {
  auto node = std::make_unique<Binary>();
  node->op = op;
  node->opRange = text.rangeOf(opToken);
  node->left = expr(left);
  node->right = expr(right);
  return node;
}

ExprPtr Builder::negate(P::NegateExprContext *context) { return unary(UnaryOp::Negate, context->expr()); }

ExprPtr Builder::negation(P::NotExprContext *context) { return unary(UnaryOp::Not, context->expr()); }

ExprPtr Builder::pow(P::PowExprContext *context) {
  return binary(BinaryOp::Pow, context->POWER()->getSymbol(), context->expr(0), context->expr(1));
}

ExprPtr Builder::mul(P::MulExprContext *context) {
  return binary(binaryOp(context->op), context->op, context->expr(0), context->expr(1));
}

ExprPtr Builder::add(P::AddExprContext *context) {
  if (context->MINUS())
    refuseLineStart(context->op, "a difference");
  return binary(binaryOp(context->op), context->op, context->expr(0), context->expr(1));
}

ExprPtr Builder::conjunction(P::AndExprContext *context) {
  return binary(BinaryOp::And, context->AND()->getSymbol(), context->expr(0), context->expr(1));
}

ExprPtr Builder::disjunction(P::OrExprContext *context) {
  return binary(BinaryOp::Or, context->OR()->getSymbol(), context->expr(0), context->expr(1));
}

ExprPtr Builder::compare(P::CompareExprContext *context) {
  ExprPtr result = binary(binaryOp(context->op), context->op, context->expr(0), context->expr(1));
  const Binary &node = *as<Binary>(result);
  if (isOpenComparison(node.left) || isOpenComparison(node.right))
    errors.add(text.rangeOf(context), "comparisons cannot be chained", "write 'a < b and b < c'");
  return result;
}

ExprPtr Builder::range(P::RangeExprContext *context) {
  auto node = std::make_unique<Range>();
  node->low = expr(context->expr(0));
  node->high = expr(context->expr(1));
  for (const ExprPtr *side : {&node->low, &node->high})
    if (as<Range>(*side) && !(*side)->parenthesised)
      errors.add(text.rangeOf(context), "ranges cannot be chained", "a range has two ends: a..b");
  return node;
}

ExprPtr Builder::ifExpr(P::IfExprContext *context) {
  auto node = std::make_unique<IfExpr>();
  node->condition = expr(context->expr(0));
  node->then = expr(context->expr(1));
  node->otherwise = expr(context->expr(2));
  return node;
}

//===----------------------------------------------------------------------===//
// Application
//===----------------------------------------------------------------------===//

ExprPtr Builder::member(P::MemberExprContext *context) {
  auto node = std::make_unique<Member>();
  node->object = expr(context->expr());
  node->name = identifier(context->name());
  return node;
}

ExprPtr Builder::index(P::IndexExprContext *context) {
  auto node = std::make_unique<Index>();
  refuseLineStart(context->LBRACKET()->getSymbol(), "an index");
  node->object = expr(context->expr());
  ++brackets;
  for (P::IndexContext *one : context->index())
    node->indices.push_back(one->expr() ? expr(one->expr()) : nullptr);
  --brackets;
  return node;
}

ExprPtr Builder::call(P::CallExprContext *context) {
  auto node = std::make_unique<Call>();
  refuseLineStart(context->LPAREN()->getSymbol(), "a call");
  node->callee = expr(context->expr());
  if (const char *what = uncallable(*node->callee))
    errors.add(node->callee->range, std::string("expected something to call, got ") + what, "products are written with '*'");
  ++brackets;
  for (P::ArgContext *one : context->arg())
    node->arguments.push_back(argument(one));
  --brackets;
  return node;
}

Argument Builder::argument(P::ArgContext *context) {
  Argument result;
  if (context->name())
    result.name = identifier(context->name());
  if (dynamic_cast<P::HoleExprContext *>(context->expr())) {
    result.value = std::make_unique<Hole>();
    result.value->range = text.rangeOf(context->expr());
  } else {
    result.value = expr(context->expr());
  }
  return result;
}

ExprPtr Builder::pipe(P::PipeExprContext *context) {
  auto node = std::make_unique<Pipe>();
  node->value = expr(context->expr(0));
  if (context->label())
    node->label = label(context->label());
  node->callee = expr(context->expr(1));
  refuseUncallable(*node);
  return node;
}

/// `x |> f + y` pipes into `f + y`.
void Builder::refuseUncallable(const Pipe &pipe) {
  const char *what = uncallable(*pipe.callee);
  if (!what)
    return;
  const Binary *binary = as<Binary>(pipe.callee);
  std::string hint;
  if (binary && !binary->parenthesised) {
    auto source = [](uint32_t begin, const SourceRange &end) { return end.file->text.substr(begin, end.end - begin); };
    std::string left = source(pipe.value->range.begin, binary->left->range);
    std::string rest = source(binary->opRange.begin, binary->right->range);
    bool fits = left.size() + rest.size() < 60 && (left + rest).find('\n') == std::string::npos;
    hint = "'|>' binds weaker than operators: write '" + (fits ? "(" + left + ") " + rest : "(x |> f) + y") + "'";
  }
  errors.add(pipe.callee->range, std::string("expected something to pipe into, got ") + what, std::move(hint));
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Identifier Builder::identifier(P::NameContext *context) { return {context->getText(), text.rangeOf(context)}; }

Attributes Builder::attributes(P::AttrsContext *context) {
  Attributes result;
  for (P::NameContext *one : context->name())
    result.tags.push_back(identifier(one));
  if (context->STRING())
    result.as = templateOf(context->STRING()->getSymbol());
  return result;
}

Label Builder::label(P::LabelContext *context) {
  Label result;
  result.transparent = context->HOLE() != nullptr;
  if (result.transparent)
    result.name = {"_", text.rangeOf(context->HOLE()->getSymbol())};
  else
    result.name = identifier(context->name());
  result.attributes = attributes(context->attrs());
  return result;
}

/// Cuts the string at its braces; what is between them is parsed where it stands, so that its errors point there.
Template Builder::templateOf(Token *string) {
  Template result;
  result.range = text.rangeOf(string);
  const SourceFile *file = result.range.file;
  std::string_view whole = file->text;
  uint32_t end = result.range.end - (whole[result.range.end - 1] == '"');
  uint32_t at = result.range.begin + 1;
  auto braceFrom = [&](uint32_t from) {
    return static_cast<uint32_t>(std::min<size_t>(whole.find_first_of("{}", from), end));
  };
  while (true) {
    uint32_t brace = braceFrom(at);
    Template::Part &part = result.parts.emplace_back();
    part.text = whole.substr(at, brace - at);
    if (brace >= end)
      return result;
    uint32_t close = whole[brace] == '{' ? braceFrom(brace + 1) : brace;
    if (whole[brace] == '}' || close == end || whole[close] == '{') {
      errors.add({file, brace, brace + 1}, std::string("'") + whole[brace] + "' has no partner in this string",
                 "expressions stand in braces: \"layer.{2 * l}\"");
      return result;
    }
    part.value = parseExpression({file, brace + 1, close}, errors);
    at = close + 1;
  }
}

} // namespace flex
