#include "flex/AST/Formatter.h"

namespace flex::ast {

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

Layout Formatter::list(const char *open, const std::vector<Entry> &entries, const char *close, uint32_t begin,
                       uint32_t end) {
  if (comments.anyIn(begin, end) && !entries.empty())
    return sequence({open, nest(2, commentedEntries(entries, begin, end)), hardLine(), close});
  std::vector<Layout> parts;
  for (size_t i = 0; i < entries.size(); ++i) {
    Layout entry = sequence({entries[i].layout, i + 1 < entries.size() ? "," : ""});
    parts.push_back(i == 0 ? std::move(entry) : group(sequence({lineOr(" "), std::move(entry)})));
  }
  return sequence({open, align(sequence(std::move(parts))), close});
}

Layout Formatter::commentedEntries(const std::vector<Entry> &entries, uint32_t begin, uint32_t end) {
  std::vector<Layout> lines;
  uint32_t at = begin;
  for (size_t i = 0; i < entries.size(); ++i) {
    for (SourceRange range : comments.take(at, entries[i].range.end)) {
      lines.push_back(hardLine());
      lines.push_back(commentAt(range));
    }
    lines.push_back(hardLine());
    lines.push_back(entries[i].layout);
    if (i + 1 < entries.size())
      lines.push_back(",");
    at = entries[i].range.end;
    if (SourceRange trailing = comments.takeTrailing(at)) {
      lines.push_back("  ");
      lines.push_back(commentAt(trailing));
      at = trailing.end;
    }
  }
  for (SourceRange range : comments.take(at, end)) {
    lines.push_back(hardLine());
    lines.push_back(commentAt(range));
  }
  return sequence(std::move(lines));
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

Layout Formatter::expr(const Expr &expr) {
  Layout layout = bare(expr);
  return expr.parenthesised ? sequence({"(", align(std::move(layout)), ")"}) : layout;
}

Layout Formatter::bare(const Expr &expr) {
  switch (expr.kind) {
  case Expr::Kind::Number: {
    const Number &number = *as<Number>(&expr);
    if (number.unit == Unit::None)
      return number.text;
    return number.text + (number.unit == Unit::Epochs ? " epoch" : " step") + (number.text == "1" ? "" : "s");
  }
  case Expr::Kind::String:
    return "\"" + as<String>(&expr)->text + "\"";
  case Expr::Kind::Bool:
    return as<Bool>(&expr)->value ? "true" : "false";
  case Expr::Kind::Hole:
    return "_";
  case Expr::Kind::Name:
    return as<Name>(&expr)->text;
  case Expr::Kind::List: {
    std::vector<Entry> entries;
    for (const ExprPtr &item : as<List>(&expr)->items)
      entries.push_back({item->range, this->expr(*item)});
    return list("[", entries, "]", expr.range.begin, expr.range.end);
  }
  case Expr::Kind::Each:
    return each(*as<Each>(&expr));
  case Expr::Kind::Unary:
    return sequence({as<Unary>(&expr)->op == UnaryOp::Not ? "not " : "-", this->expr(*as<Unary>(&expr)->operand)});
  case Expr::Kind::Binary:
    return binary(*as<Binary>(&expr));
  case Expr::Kind::Range:
    return sequence({this->expr(*as<Range>(&expr)->low), "..", this->expr(*as<Range>(&expr)->high)});
  case Expr::Kind::If:
    return ifExpr(*as<IfExpr>(&expr));
  case Expr::Kind::Member:
    return sequence({this->expr(*as<Member>(&expr)->object), ".", as<Member>(&expr)->name.text});
  case Expr::Kind::Index:
    return index(*as<Index>(&expr));
  case Expr::Kind::Call:
    return call(*as<Call>(&expr));
  case Expr::Kind::Pipe:
    return pipe(*as<Pipe>(&expr));
  }
  return "";
}

/// Breaks after the operator: one that opens a line would be refused or misread.
Layout Formatter::binary(const Binary &binary) {
  Layout left = expr(*binary.left);
  Layout right = group(sequence({lineOr(" "), expr(*binary.right)}));
  return sequence({std::move(left), std::string(" ") + spelling(binary.op), std::move(right)});
}

Layout Formatter::ifExpr(const IfExpr &choice) {
  return group(sequence({"if ", expr(*choice.condition), lineOr(" "), "then ", expr(*choice.then), lineOr(" "), "else ",
                         expr(*choice.otherwise)}));
}

Layout Formatter::each(const Each &each) {
  std::vector<Layout> parts = {expr(*each.element), lineOr(" ")};
  for (const Each::Clause &clause : each.clauses) {
    parts.push_back(parts.size() > 2 ? " " : "");
    parts.push_back(sequence({"for ", clause.name.text, " in ", expr(*clause.values)}));
  }
  return sequence({"[", align(group(sequence(std::move(parts)))), "]"});
}

Layout Formatter::index(const Index &index) {
  Layout object = expr(*index.object);
  std::vector<Entry> entries;
  uint32_t at = index.object->range.end;
  for (const ExprPtr &one : index.indices) {
    SourceRange range = one ? one->range : SourceRange{tree.source, at, at};
    at = range.end;
    entries.push_back({range, one ? expr(*one) : Layout("..")});
  }
  return sequence({std::move(object), list("[", entries, "]", index.object->range.end, index.range.end)});
}

Layout Formatter::call(const Call &call) {
  Layout callee = expr(*call.callee);
  std::vector<Entry> entries;
  for (const Argument &argument : call.arguments) {
    SourceRange range = argument.value->range;
    if (argument.name)
      range.begin = argument.name->range.begin;
    Layout value = expr(*argument.value);
    entries.push_back({range, argument.name ? sequence({argument.name->text + " = ", std::move(value)}) : value});
  }
  return sequence({std::move(callee), list("(", entries, ")", call.callee->range.end, call.range.end)});
}

/// One stage of a chain, with the comments between it and what ends at `at`.
Layout Formatter::stage(const Pipe &pipe, uint32_t at, StageBreak before) {
  uint32_t begin = pipe.label ? pipe.label->name.range.begin : pipe.callee->range.begin;
  std::vector<Layout> parts;
  if (SourceRange trailing = comments.takeTrailing(at); trailing && trailing.begin < begin) {
    parts.push_back("  ");
    parts.push_back(commentAt(trailing));
  }
  for (SourceRange range : comments.take(at, begin)) {
    parts.push_back(hardLine());
    parts.push_back(commentAt(range));
  }
  std::string label = pipe.label ? pipe.label->name.text + attributes(pipe.label->attributes) + ": " : "";
  Layout step = sequence({"|> " + label, expr(*pipe.callee)});
  switch (before) {
  case StageBreak::Never: parts.push_back(step); break;
  case StageBreak::IfLong: parts.push_back(group(sequence({lineOr(" "), step}))); break;
  case StageBreak::Always: parts.push_back(sequence({hardLine(), step})); break;
  }
  return sequence(std::move(parts));
}

/// A chain of pipes is one piece. The author's line breaks before '|>' stay, since they group stages; others are added
/// where lines are too long. Lines begin under the first '|>' of a chain if that stands beside its head.
Layout Formatter::pipe(const Pipe &last) {
  std::vector<const Pipe *> chain;
  const Expr *head = &last;
  while (const Pipe *pipe = as<Pipe>(head)) {
    if (pipe != &last && pipe->parenthesised)
      break;
    chain.insert(chain.begin(), pipe);
    head = pipe->value.get();
  }
  Layout first = expr(*head);
  std::vector<Layout> stages;
  bool beside = false;
  uint32_t at = head->range.end;
  for (const Pipe *one : chain) {
    bool broken = source.find('\n', at) < (one->label ? one->label->name.range.begin : one->callee->range.begin);
    StageBreak before = broken ? StageBreak::Always : StageBreak::IfLong;
    if (stages.empty() && !broken && chain.size() > 1) {
      before = StageBreak::Never;
      beside = true;
    }
    stages.push_back(stage(*one, at, before));
    at = one->callee->range.end;
  }
  Layout rest = sequence(std::move(stages));
  return beside ? sequence({first, " ", align(rest, 0)}) : sequence({first, rest});
}

std::string Formatter::tags(const Attributes &attributes) {
  std::string text;
  for (const Identifier &one : attributes.tags)
    text += (text.empty() ? "@" : " @") + one.text;
  return text;
}

std::string Formatter::asName(const Attributes &attributes) const {
  return attributes.as ? "as " + textOf(attributes.as->range) : "";
}

std::string Formatter::attributes(const Attributes &attributes) const {
  std::string tags = this->tags(attributes), as = asName(attributes);
  return (tags.empty() ? "" : " " + tags) + (as.empty() ? "" : " " + as);
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

Layout Formatter::shape(const std::vector<ExprPtr> &sizes) {
  std::vector<Layout> parts = {"["};
  for (const ExprPtr &size : sizes) {
    parts.push_back(parts.size() > 1 ? ", " : "");
    parts.push_back(expr(*size));
  }
  parts.push_back("]");
  return sequence(std::move(parts));
}

/// A lone parameter needs parentheses only if its type has an arrow or parentheses of its own.
Layout Formatter::parameter(const TypeExpr &one, bool alone) {
  bool parentheses = alone && (one.kind == TypeExpr::Kind::Function || one.kind == TypeExpr::Kind::Record);
  return parentheses ? sequence({"(", type(one), ")"}) : type(one);
}

Layout Formatter::type(const TypeExpr &type) {
  if (auto *named = as<NamedType>(&type))
    return named->argument ? sequence({named->name.text + "(", expr(*named->argument), ")"}) : Layout(named->name.text);
  if (auto *field = as<FieldType>(&type)) {
    if (!field->domain)
      return shape(field->shape);
    return sequence({shape(field->shape), " on ", field->domain->text, shape(field->rank)});
  }
  if (auto *function = as<FunctionType>(&type)) {
    std::vector<Layout> parts;
    bool alone = function->parameters.size() == 1;
    for (const TypePtr &one : function->parameters) {
      parts.push_back(parts.empty() ? "" : ", ");
      parts.push_back(parameter(*one, alone));
    }
    Layout parameters = sequence(std::move(parts));
    return sequence({alone ? parameters : sequence({"(", parameters, ")"}), " -> ", this->type(*function->result)});
  }
  std::vector<Layout> parts = {"("};
  for (const RecordType::Member &member : as<RecordType>(&type)->members) {
    parts.push_back(parts.size() > 1 ? ", " : "");
    parts.push_back(sequence({member.name.text + ": ", this->type(*member.type)}));
  }
  parts.push_back(")");
  return sequence(std::move(parts));
}

} // namespace flex::ast
