/// ANTLR's tree to ours, and what the grammar lets pass but the language does not. For trees without syntax errors.
#pragma once

#include "flex/Parse/ErrorList.h"
#include "flex/Parse/TokenText.h"

#include "FlexLangParser.h"

namespace flex {

class Builder {
public:
  using P = grammar::FlexLangParser;

  Builder(TokenText &text, ErrorList &errors) : text(text), errors(errors) {}

  std::unique_ptr<ast::File> file(P::ProgramContext *context);
  ast::ExprPtr expr(P::ExprContext *context);

private:
  // TreeBuilder.cpp: declarations, statements, types
  ast::DeclPtr decl(P::DeclContext *context);
  ast::PortList ports(P::PortsContext *context);
  ast::Body body(P::BodyContext *context);
  std::vector<ast::StmtPtr> statements(const std::vector<P::StmtContext *> &contexts);
  ast::StmtPtr statement(P::StmtContext *context);
  ast::StmtPtr letStmt(P::LetStmtContext *context);
  ast::StmtPtr assignStmt(P::AssignStmtContext *context);
  ast::StmtPtr forStmt(P::ForStmtContext *context);
  ast::StmtPtr ifStmt(P::CondContext *context);
  template <typename Node, typename Context> ast::StmtPtr storage(Context *context);
  template <typename Node> ast::StmtPtr named(P::NameContext *name, P::ExprContext *value);
  template <typename Node> ast::StmtPtr keyword(P::ExprContext *value);
  ast::TypePtr type(P::KindContext *context);
  ast::TypePtr fieldType(P::FieldKindContext *context);
  ast::TypePtr functionType(P::FunctionKindContext *context);
  ast::TypePtr recordType(P::TupleKindContext *context);
  std::vector<ast::ExprPtr> shape(P::ShapeContext *context);

  // ExprBuilder.cpp: expressions, names
  ast::ExprPtr bare(P::ExprContext *context);
  ast::ExprPtr paren(P::ParenExprContext *context);
  ast::ExprPtr name(P::NameExprContext *context);
  ast::ExprPtr string(P::StringExprContext *context);
  ast::ExprPtr hole(P::HoleExprContext *context);
  ast::ExprPtr number(P::NumberExprContext *context);
  ast::ExprPtr boolean(P::BoolExprContext *context);
  ast::ExprPtr list(P::ListExprContext *context);
  ast::ExprPtr unary(ast::UnaryOp op, P::ExprContext *operand);
  ast::ExprPtr binary(ast::BinaryOp op, antlr4::Token *opToken, P::ExprContext *left, P::ExprContext *right);
  ast::ExprPtr negate(P::NegateExprContext *context);
  ast::ExprPtr negation(P::NotExprContext *context);
  ast::ExprPtr pow(P::PowExprContext *context);
  ast::ExprPtr mul(P::MulExprContext *context);
  ast::ExprPtr add(P::AddExprContext *context);
  ast::ExprPtr conjunction(P::AndExprContext *context);
  ast::ExprPtr disjunction(P::OrExprContext *context);
  ast::ExprPtr compare(P::CompareExprContext *context);
  ast::ExprPtr range(P::RangeExprContext *context);
  ast::ExprPtr ifExpr(P::IfExprContext *context);
  ast::ExprPtr member(P::MemberExprContext *context);
  ast::ExprPtr index(P::IndexExprContext *context);
  ast::ExprPtr call(P::CallExprContext *context);
  ast::ExprPtr pipe(P::PipeExprContext *context);
  ast::Argument argument(P::ArgContext *context);
  ast::Identifier identifier(P::NameContext *context);
  ast::Attributes attributes(P::AttrsContext *context);
  ast::Label label(P::LabelContext *context);
  ast::Template templateOf(antlr4::Token *string);

  void refuseLineStart(antlr4::Token *token, const char *what);
  void refuseUncallable(const ast::Pipe &pipe);

  TokenText &text;
  ErrorList &errors;
  size_t brackets = 0; ///< open round and square ones: inside, a new line cannot begin a statement
};

/// An expression alone in a range, errors appended. Parse.cpp.
ast::ExprPtr parseExpression(SourceRange range, ErrorList &errors);

} // namespace flex
