#include "flex/AST/Dump.h"

namespace flex::ast {

namespace {

class Dumper {
public:
  std::string text;

  void file(const File &file) {
    line("file");
    Inside inside(*this);
    for (const Use &use : file.uses) {
      std::string path;
      for (const Identifier &part : use.path)
        path += (path.empty() ? "" : ".") + part.text;
      line("use " + path);
    }
    for (const DeclPtr &one : file.decls)
      decl(*one);
  }

  void expr(const Expr &expr);

private:
  /// Indents what is dumped while it lives.
  struct Inside {
    explicit Inside(Dumper &dumper) : depth(dumper.depth) { ++depth; }
    ~Inside() { --depth; }
    size_t &depth;
  };

  void line(const std::string &content) { text += std::string(depth * 2, ' ') + content + "\n"; }

  void part(const char *role, const ExprPtr &child) {
    line(role);
    Inside inside(*this);
    expr(*child);
  }
  void attributes(const Attributes &attributes);
  void type(const TypeExpr &type);
  void ports(const char *role, const PortList &list);
  void decl(const Decl &decl);
  void statements(const std::vector<StmtPtr> &list) {
    for (const StmtPtr &one : list)
      statement(*one);
  }
  void statement(const Stmt &stmt);
  void storage(const char *keyword, const Storage &storage);
  void valueOf(const std::string &head, const ExprPtr &value) {
    line(head);
    Inside inside(*this);
    expr(*value);
  }

  size_t depth = 0;
};

void Dumper::attributes(const Attributes &attributes) {
  for (const Identifier &one : attributes.tags)
    line("tag " + one.text);
  if (!attributes.as)
    return;
  line("as");
  Inside inside(*this);
  for (const Template::Part &part : attributes.as->parts) {
    line("text \"" + part.text + "\"");
    if (part.value)
      expr(*part.value);
  }
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

void Dumper::type(const TypeExpr &type) {
  if (auto *named = as<NamedType>(&type)) {
    line("type " + named->name.text);
    Inside inside(*this);
    if (named->argument)
      expr(*named->argument);
  } else if (auto *field = as<FieldType>(&type)) {
    line(field->domain ? "field on " + field->domain->text : "field");
    Inside inside(*this);
    for (const ExprPtr &size : field->shape)
      part("size", size);
    for (const ExprPtr &rank : field->rank)
      part("rank", rank);
  } else if (auto *function = as<FunctionType>(&type)) {
    line("function");
    Inside inside(*this);
    for (const TypePtr &parameter : function->parameters)
      this->type(*parameter);
    line("result");
    Inside result(*this);
    this->type(*function->result);
  } else if (auto *record = as<RecordType>(&type)) {
    line("record");
    Inside inside(*this);
    for (const RecordType::Member &member : record->members) {
      line("member " + member.name.text);
      Inside deeper(*this);
      this->type(*member.type);
    }
  }
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

void Dumper::expr(const Expr &expr) {
  switch (expr.kind) {
  case Expr::Kind::Number: {
    const Number &number = *as<Number>(&expr);
    const char *units[] = {"", " epochs", " steps"};
    return line("number " + number.text + units[static_cast<int>(number.unit)]);
  }
  case Expr::Kind::String:
    return line("string \"" + as<String>(&expr)->text + "\"");
  case Expr::Kind::Bool:
    return line(as<Bool>(&expr)->value ? "true" : "false");
  case Expr::Kind::Hole:
    return line("hole");
  case Expr::Kind::Name:
    return line("name " + as<Name>(&expr)->text);
  case Expr::Kind::List: {
    line("list");
    Inside inside(*this);
    for (const ExprPtr &item : as<List>(&expr)->items)
      this->expr(*item);
    return;
  }
  case Expr::Kind::Each: {
    line("each");
    Inside inside(*this);
    this->expr(*as<Each>(&expr)->element);
    for (const Each::Clause &clause : as<Each>(&expr)->clauses)
      valueOf("for " + clause.name.text, clause.values);
    return;
  }
  case Expr::Kind::Unary:
    return valueOf(as<Unary>(&expr)->op == UnaryOp::Not ? "not" : "negate", as<Unary>(&expr)->operand);
  case Expr::Kind::Binary: {
    const Binary &binary = *as<Binary>(&expr);
    line(std::string("binary ") + spelling(binary.op));
    Inside inside(*this);
    this->expr(*binary.left);
    return this->expr(*binary.right);
  }
  case Expr::Kind::Range: {
    line("range");
    Inside inside(*this);
    this->expr(*as<Range>(&expr)->low);
    return this->expr(*as<Range>(&expr)->high);
  }
  case Expr::Kind::If: {
    line("if");
    Inside inside(*this);
    this->expr(*as<IfExpr>(&expr)->condition);
    this->expr(*as<IfExpr>(&expr)->then);
    return this->expr(*as<IfExpr>(&expr)->otherwise);
  }
  case Expr::Kind::Member:
    return valueOf("member " + as<Member>(&expr)->name.text, as<Member>(&expr)->object);
  case Expr::Kind::Index: {
    line("index");
    Inside inside(*this);
    this->expr(*as<Index>(&expr)->object);
    for (const ExprPtr &one : as<Index>(&expr)->indices)
      one ? part("at", one) : line("all");
    return;
  }
  case Expr::Kind::Call: {
    line("call");
    Inside inside(*this);
    this->expr(*as<Call>(&expr)->callee);
    for (const Argument &argument : as<Call>(&expr)->arguments)
      valueOf(argument.name ? "argument " + argument.name->text : "argument", argument.value);
    return;
  }
  case Expr::Kind::Pipe: {
    const Pipe &pipe = *as<Pipe>(&expr);
    line("pipe");
    Inside inside(*this);
    this->expr(*pipe.value);
    if (pipe.label) {
      line("label " + pipe.label->name.text);
      Inside deeper(*this);
      attributes(pipe.label->attributes);
    }
    return this->expr(*pipe.callee);
  }
  }
}

//===----------------------------------------------------------------------===//
// Statements and declarations
//===----------------------------------------------------------------------===//

void Dumper::storage(const char *keyword, const Storage &storage) {
  line(std::string(keyword) + " " + storage.name.text);
  Inside inside(*this);
  for (const ExprPtr &size : storage.shape)
    part("size", size);
  attributes(storage.attributes);
  expr(*storage.value);
}

void Dumper::statement(const Stmt &stmt) {
  switch (stmt.kind) {
  case Stmt::Kind::Local:
    return decl(*as<Local>(&stmt)->decl);
  case Stmt::Kind::Let: {
    const Let &let = *as<Let>(&stmt);
    line("let " + let.name.text);
    Inside inside(*this);
    attributes(let.attributes);
    return expr(*let.value);
  }
  case Stmt::Kind::Var:
    return valueOf("var " + as<Var>(&stmt)->name.text, as<Var>(&stmt)->value);
  case Stmt::Kind::Param:
    return storage("param", *as<Param>(&stmt));
  case Stmt::Kind::State:
    return storage("state", *as<State>(&stmt));
  case Stmt::Kind::Next:
    return valueOf("next " + as<Next>(&stmt)->name.text, as<Next>(&stmt)->value);
  case Stmt::Kind::Assign: {
    const Assign &assign = *as<Assign>(&stmt);
    return valueOf("assign " + assign.name.text + (assign.selector ? " @" + assign.selector->text : ""), assign.value);
  }
  case Stmt::Kind::For: {
    const For &loop = *as<For>(&stmt);
    line("for " + loop.name.text);
    Inside inside(*this);
    expr(*loop.values);
    line("do");
    Inside deeper(*this);
    return statements(loop.body);
  }
  case Stmt::Kind::If: {
    const If &choice = *as<If>(&stmt);
    line("if");
    Inside inside(*this);
    expr(*choice.condition);
    line("then");
    {
      Inside deeper(*this);
      statements(choice.then);
    }
    if (!choice.hasElse)
      return;
    line("else");
    Inside deeper(*this);
    return statements(choice.otherwise);
  }
  case Stmt::Kind::Require:
    return valueOf("require", as<Require>(&stmt)->value);
  case Stmt::Kind::Extent:
    return valueOf("extent", as<Extent>(&stmt)->value);
  case Stmt::Kind::Band:
    return valueOf("band", as<Band>(&stmt)->value);
  case Stmt::Kind::Return:
    return valueOf("return", as<Return>(&stmt)->value);
  }
}

void Dumper::ports(const char *role, const PortList &list) {
  line(role);
  Inside inside(*this);
  for (const Port &port : list.ports) {
    line("port " + port.name.text);
    Inside deeper(*this);
    attributes(port.attributes);
    type(*port.type);
    if (port.init)
      part("default", port.init);
  }
}

void Dumper::decl(const Decl &decl) {
  line(std::string(name(decl.role)) + " " + decl.name.text);
  Inside inside(*this);
  if (decl.configuration)
    ports("configuration", *decl.configuration);
  if (decl.value)
    ports("value", *decl.value);
  if (decl.result) {
    line("returns");
    Inside deeper(*this);
    type(*decl.result);
  }
  line(decl.body.kind == Body::Extern ? "extern" : decl.body.kind == Body::Block ? "body" : "is");
  Inside deeper(*this);
  if (decl.body.kind == Body::Value)
    expr(*decl.body.value);
  statements(decl.body.statements);
}

} // namespace

std::string dump(const File &file) {
  Dumper dumper;
  dumper.file(file);
  return std::move(dumper.text);
}

std::string dump(const Expr &expr) {
  Dumper dumper;
  dumper.expr(expr);
  return std::move(dumper.text);
}

} // namespace flex::ast
