#include "flex/Parse/Builder.h"

namespace flex {

using namespace ast;
using grammar::FlexLangLexer;

std::unique_ptr<File> Builder::file(P::ProgramContext *context) {
  auto file = std::make_unique<File>();
  file->source = text.whole().file;
  for (P::UseContext *use : context->use()) {
    file->uses.push_back({{}, text.rangeOf(use)});
    for (P::NameContext *part : use->name())
      file->uses.back().path.push_back(identifier(part));
  }
  for (P::DeclContext *one : context->decl())
    file->decls.push_back(decl(one));
  file->comments = text.comments();
  return file;
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

DeclPtr Builder::decl(P::DeclContext *context) {
  auto result = std::make_unique<Decl>();
  result->range = text.rangeOf(context);
  // Roles stand in the same order in the grammar and in the enum.
  result->role = static_cast<Role>(context->role()->start->getType() - FlexLangLexer::FN);
  result->name = identifier(context->name());
  if (P::PortsContext *first = context->ports(0))
    result->configuration = ports(first);
  if (P::PortsContext *second = context->ports(1)) {
    result->value = ports(second);
    if (result->role == Role::Fn)
      errors.add(result->value->range, "a 'fn' has one list of arguments, '" + result->name.text + "' has two",
            "a 'block' is configured by its first list and applied to its second");
  }
  if (context->kind())
    result->result = type(context->kind());
  result->body = body(context->body());
  return result;
}

PortList Builder::ports(P::PortsContext *context) {
  PortList list;
  list.range = text.rangeOf(context);
  ++brackets;
  for (P::PortContext *one : context->port()) {
    Port &port = list.ports.emplace_back();
    port.range = text.rangeOf(one);
    port.name = identifier(one->name());
    port.attributes = attributes(one->attrs());
    port.type = type(one->kind());
    if (one->expr())
      port.init = expr(one->expr());
  }
  --brackets;
  return list;
}

Body Builder::body(P::BodyContext *context) {
  Body body;
  body.range = text.rangeOf(context);
  if (context->EXTERN()) {
    body.kind = Body::Extern;
  } else if (context->expr()) {
    body.kind = Body::Value;
    body.value = expr(context->expr());
  } else {
    body.kind = Body::Block;
    body.statements = statements(context->stmt());
  }
  return body;
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

std::vector<StmtPtr> Builder::statements(const std::vector<P::StmtContext *> &contexts) {
  std::vector<StmtPtr> result;
  for (P::StmtContext *context : contexts) {
    result.push_back(statement(context));
    result.back()->range = text.rangeOf(context);
  }
  return result;
}

template <typename Node> StmtPtr Builder::named(P::NameContext *name, P::ExprContext *value) {
  auto node = std::make_unique<Node>();
  node->name = identifier(name);
  node->value = expr(value);
  return node;
}

template <typename Node> StmtPtr Builder::keyword(P::ExprContext *value) {
  auto node = std::make_unique<Node>();
  node->value = expr(value);
  return node;
}

template <typename Node, typename Context> StmtPtr Builder::storage(Context *context) {
  auto node = std::make_unique<Node>();
  node->name = identifier(context->name());
  node->shape = shape(context->shape());
  node->attributes = attributes(context->attrs());
  node->value = expr(context->expr());
  return node;
}

StmtPtr Builder::statement(P::StmtContext *context) {
  if (auto *local = dynamic_cast<P::LocalStmtContext *>(context)) {
    auto node = std::make_unique<Local>();
    node->decl = decl(local->decl());
    return node;
  }
  if (auto *let = dynamic_cast<P::LetStmtContext *>(context))
    return letStmt(let);
  if (auto *var = dynamic_cast<P::VarStmtContext *>(context))
    return named<Var>(var->name(), var->expr());
  if (auto *param = dynamic_cast<P::ParamStmtContext *>(context))
    return storage<Param>(param);
  if (auto *state = dynamic_cast<P::StateStmtContext *>(context))
    return storage<State>(state);
  if (auto *next = dynamic_cast<P::NextStmtContext *>(context))
    return named<Next>(next->name(), next->expr());
  if (auto *assign = dynamic_cast<P::AssignStmtContext *>(context))
    return assignStmt(assign);
  if (auto *loop = dynamic_cast<P::ForStmtContext *>(context))
    return forStmt(loop);
  if (auto *choice = dynamic_cast<P::IfStmtContext *>(context))
    return ifStmt(choice->cond());
  if (auto *require = dynamic_cast<P::RequireStmtContext *>(context))
    return keyword<Require>(require->expr());
  if (auto *extent = dynamic_cast<P::ExtentStmtContext *>(context))
    return keyword<Extent>(extent->expr());
  if (auto *band = dynamic_cast<P::BandStmtContext *>(context))
    return keyword<Band>(band->expr());
  return keyword<Return>(dynamic_cast<P::ReturnStmtContext &>(*context).expr());
}

StmtPtr Builder::letStmt(P::LetStmtContext *context) {
  auto node = std::make_unique<Let>();
  node->name = identifier(context->name());
  node->attributes = attributes(context->attrs());
  node->value = expr(context->expr());
  return node;
}

StmtPtr Builder::assignStmt(P::AssignStmtContext *context) {
  auto node = std::make_unique<Assign>();
  node->name = identifier(context->name(0));
  if (context->name(1))
    node->selector = identifier(context->name(1));
  node->value = expr(context->expr());
  return node;
}

StmtPtr Builder::forStmt(P::ForStmtContext *context) {
  auto node = std::make_unique<For>();
  node->name = identifier(context->name());
  node->values = expr(context->expr());
  node->body = statements(context->stmt());
  return node;
}

StmtPtr Builder::ifStmt(P::CondContext *context) {
  auto node = std::make_unique<If>();
  node->range = text.rangeOf(context);
  node->condition = expr(context->expr());
  node->then = statements(context->then);
  node->hasElse = context->ELSE() != nullptr;
  if (context->cond()) {
    node->elseIf = true;
    node->otherwise.push_back(ifStmt(context->cond()));
  } else {
    node->otherwise = statements(context->otherwise);
  }
  return node;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

TypePtr Builder::type(P::KindContext *context) {
  TypePtr result;
  if (auto *function = dynamic_cast<P::FunctionKindContext *>(context)) {
    result = functionType(function);
  } else if (auto *field = dynamic_cast<P::FieldKindContext *>(context)) {
    result = fieldType(field);
  } else if (auto *tuple = dynamic_cast<P::TupleKindContext *>(context)) {
    result = recordType(tuple);
  } else {
    auto &named = dynamic_cast<P::NamedKindContext &>(*context);
    auto node = std::make_unique<NamedType>();
    node->name = identifier(named.name());
    if (named.expr()) {
      ++brackets;
      node->argument = expr(named.expr());
      --brackets;
    }
    result = std::move(node);
  }
  result->range = text.rangeOf(context);
  return result;
}

TypePtr Builder::fieldType(P::FieldKindContext *context) {
  auto node = std::make_unique<FieldType>();
  node->shape = shape(context->shape(0));
  if (context->name()) {
    node->domain = identifier(context->name());
    node->rank = shape(context->shape(1));
  }
  return node;
}

/// A tuple before '->' is a list of parameters: `() -> block`, `(int, real) -> block`.
TypePtr Builder::functionType(P::FunctionKindContext *context) {
  auto node = std::make_unique<FunctionType>();
  if (auto *tuple = dynamic_cast<P::TupleKindContext *>(context->kind(0))) {
    for (P::MemberContext *one : tuple->member()) {
      if (one->name())
        errors.add(text.rangeOf(one->name()), "parameters of a function type have no names");
      node->parameters.push_back(type(one->kind()));
    }
  } else {
    node->parameters.push_back(type(context->kind(0)));
  }
  node->result = type(context->kind(1));
  return node;
}

/// Elsewhere one type in parentheses is that type, and named ones are a record.
TypePtr Builder::recordType(P::TupleKindContext *context) {
  std::vector<P::MemberContext *> members = context->member();
  if (members.size() == 1 && !members[0]->name())
    return type(members[0]->kind());
  auto node = std::make_unique<RecordType>();
  if (members.empty())
    errors.add(text.rangeOf(context), "expected a type in the parentheses", "a function without arguments is '() -> type'");
  for (P::MemberContext *one : members) {
    if (!one->name()) {
      errors.add(text.rangeOf(one), "this member of a record has no name", "write 'name: type'");
      continue;
    }
    node->members.push_back({identifier(one->name()), type(one->kind())});
  }
  return node;
}

std::vector<ExprPtr> Builder::shape(P::ShapeContext *context) {
  std::vector<ExprPtr> sizes;
  if (!context)
    return sizes;
  ++brackets;
  for (P::ExprContext *one : context->expr())
    sizes.push_back(expr(one));
  --brackets;
  return sizes;
}

} // namespace flex
