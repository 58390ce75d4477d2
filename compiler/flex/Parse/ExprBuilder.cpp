#include "flex/Parse/Builder.h"
#include "flex/Parse/Numbers.h"

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

void Builder::error(SourceRange range, std::string message, std::string hint) {
  errors.push_back({Severity::Error, range, std::move(message), std::move(hint), ""});
}

/// `a` and `(b)` on two lines look like two things; to the grammar they are a call.
void Builder::refuseLineStart(Token *token, const char *what) {
  if (brackets == 0 && text.opensLine(token))
    error(text.rangeOf(token), text.describe(token) + " at the start of a line goes on with the expression before it, as " + what,
          "put it at the end of the line before, or the whole expression in parentheses");
}

ExprPtr Builder::expr(P::ExprContext *context) {
  ExprPtr result = bare(context);
  result->range = text.rangeOf(context);
  return result;
}

ExprPtr Builder::bare(P::ExprContext *context) {
  if (auto *paren = dynamic_cast<P::ParenExprContext *>(context)) {
    ++brackets;
    ExprPtr inner = expr(paren->expr());
    --brackets;
    inner->parenthesised = true;
    return inner;
  }
  if (auto *name = dynamic_cast<P::NameExprContext *>(context)) {
    auto node = std::make_unique<Name>();
    node->text = name->getText();
    return node;
  }
  if (dynamic_cast<P::StringExprContext *>(context)) {
    auto node = std::make_unique<String>();
    SourceRange range = text.rangeOf(context);
    bool closed = range.end - range.begin >= 2 && range.file->text[range.end - 1] == '"';
    node->text = range.file->text.substr(range.begin + 1, range.end - range.begin - 1 - closed);
    return node;
  }
  if (dynamic_cast<P::HoleExprContext *>(context)) {
    error(text.rangeOf(context), "'_' leaves an argument of a call open and cannot stand here", "for example FlexConv(_, kernel = SIREN(_))");
    return std::make_unique<Hole>();
  }
  if (auto *number_ = dynamic_cast<P::NumberExprContext *>(context))
    return number(number_);
  if (auto *boolean_ = dynamic_cast<P::BoolExprContext *>(context))
    return boolean(boolean_);
  if (auto *list_ = dynamic_cast<P::ListExprContext *>(context))
    return list(list_);
  if (auto *call_ = dynamic_cast<P::CallExprContext *>(context))
    return call(call_);
  if (auto *index_ = dynamic_cast<P::IndexExprContext *>(context))
    return index(index_);
  if (auto *member_ = dynamic_cast<P::MemberExprContext *>(context))
    return member(member_);
  if (auto *pipe_ = dynamic_cast<P::PipeExprContext *>(context))
    return pipe(pipe_);
  if (auto *if_ = dynamic_cast<P::IfExprContext *>(context))
    return ifExpr(if_);
  if (auto *range_ = dynamic_cast<P::RangeExprContext *>(context))
    return range(range_);
  if (auto *compare_ = dynamic_cast<P::CompareExprContext *>(context))
    return compare(compare_);
  if (auto *negate = dynamic_cast<P::NegateExprContext *>(context))
    return unary(UnaryOp::Negate, negate->expr());
  if (auto *not_ = dynamic_cast<P::NotExprContext *>(context))
    return unary(UnaryOp::Not, not_->expr());
  if (auto *pow = dynamic_cast<P::PowExprContext *>(context))
    return binary(BinaryOp::Pow, pow->POWER()->getSymbol(), pow->expr(0), pow->expr(1));
  if (auto *mul = dynamic_cast<P::MulExprContext *>(context))
    return binary(binaryOp(mul->op), mul->op, mul->expr(0), mul->expr(1));
  if (auto *both = dynamic_cast<P::AndExprContext *>(context))
    return binary(BinaryOp::And, both->AND()->getSymbol(), both->expr(0), both->expr(1));
  if (auto *either = dynamic_cast<P::OrExprContext *>(context))
    return binary(BinaryOp::Or, either->OR()->getSymbol(), either->expr(0), either->expr(1));
  auto &add = dynamic_cast<P::AddExprContext &>(*context);
  if (add.MINUS())
    refuseLineStart(add.op, "a difference");
  return binary(binaryOp(add.op), add.op, add.expr(0), add.expr(1));
}

//===----------------------------------------------------------------------===//
// Literals and lists
//===----------------------------------------------------------------------===//

ExprPtr Builder::number(P::NumberExprContext *context) {
  auto node = std::make_unique<Number>();
  node->text = context->NUMBER()->getText();
  node->exact = parseRational(node->text);
  node->value = parseDouble(node->text);
  if (std::isinf(node->value))
    error(text.rangeOf(context), "'" + node->text + "' is too large for a number");
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

ExprPtr Builder::compare(P::CompareExprContext *context) {
  ExprPtr result = binary(binaryOp(context->op), context->op, context->expr(0), context->expr(1));
  const Binary &node = *as<Binary>(result);
  if (isOpenComparison(node.left) || isOpenComparison(node.right))
    error(text.rangeOf(context), "comparisons cannot be chained", "write 'a < b and b < c'");
  return result;
}

ExprPtr Builder::range(P::RangeExprContext *context) {
  auto node = std::make_unique<Range>();
  node->low = expr(context->expr(0));
  node->high = expr(context->expr(1));
  for (const ExprPtr *side : {&node->low, &node->high})
    if (as<Range>(*side) && !(*side)->parenthesised)
      error(text.rangeOf(context), "ranges cannot be chained", "a range has two ends: a..b");
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
    error(node->callee->range, std::string("expected something to call, got ") + what, "products are written with '*'");
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
  error(pipe.callee->range, std::string("expected something to pipe into, got ") + what, std::move(hint));
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
  result.name = result.transparent ? Identifier{"_", text.rangeOf(context->HOLE()->getSymbol())} : identifier(context->name());
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
  while (true) {
    auto stop = [&](const char *set, uint32_t from) { return static_cast<uint32_t>(std::min<size_t>(whole.find_first_of(set, from), end)); };
    uint32_t brace = stop("{}", at);
    Template::Part &part = result.parts.emplace_back();
    part.text = whole.substr(at, brace - at);
    if (brace >= end)
      return result;
    uint32_t close = whole[brace] == '{' ? stop("{}", brace + 1) : brace;
    if (whole[brace] == '}' || close == end || whole[close] == '{') {
      error({file, brace, brace + 1}, std::string("'") + whole[brace] + "' has no partner in this string", "expressions stand in braces: \"layer.{2 * l}\"");
      return result;
    }
    part.value = parseExpression({file, brace + 1, close}, errors);
    at = close + 1;
  }
}

} // namespace flex
