#include "flex/Parse/Parse.h"
#include "flex/Parse/Builder.h"
#include "flex/Parse/SyntaxErrors.h"
#include "flex/Parse/TokenChecks.h"
#include "flex/Support/Utf8.h"

#include <algorithm>
#include <tuple>

namespace flex {

using grammar::FlexLangParser;

namespace {

constexpr size_t maxSize = size_t{4} << 20; ///< of a file; the parser's memory is some hundred times that

/// What makes cutting into tokens pointless.
bool checkText(SourceRange whole, ErrorList &errors) {
  std::string_view text = std::string_view(whole.file->text).substr(whole.begin, whole.end - whole.begin);
  auto report = [&](size_t offset, std::string message) {
    uint32_t at = whole.begin + static_cast<uint32_t>(offset);
    errors.add({whole.file, at, at}, std::move(message));
    return false;
  };
  if (text.size() > maxSize)
    return report(0, "this file is too large: " + std::to_string(text.size()) + " bytes, expected at most " +
                         std::to_string(maxSize));
  if (size_t zero = text.find('\0'); zero != text.npos)
    return report(zero, "this is not a text file: it has a zero byte");
  if (size_t bad = utf8Error(text); bad != text.npos)
    return report(bad, "this is not UTF-8 text");
  return true;
}

std::set<size_t> linesOf(const ErrorList &errors) {
  std::set<size_t> lines;
  for (const Diagnostic &error : errors.list)
    lines.insert(lineColumn(*error.range.file, error.range.begin).line);
  return lines;
}

/// Parses `whole` by one of the grammar's rules and hands the tree, if it has no syntax errors, to `build`.
template <typename Result, typename Rule, typename Build>
Result parseBy(Rule rule, Build build, SourceRange whole, ErrorList &errors) {
  if (!checkText(whole, errors))
    return nullptr;
  TokenText text(whole);
  checkCharacters(text, errors);
  std::set<size_t> spoiled = linesOf(errors);
  std::optional<uint32_t> bracket = checkBrackets(text, errors);
  if (!checkNesting(text, errors))
    return nullptr;

  FlexLangParser parser(&text.stream());
  parser.removeErrorListeners();
  ErrorList syntax;
  auto strategy = std::make_shared<SyntaxErrors>(text, std::move(spoiled), syntax);
  parser.setErrorHandler(strategy);
  auto *tree = (parser.*rule)();
  for (const Diagnostic &error : syntax.list)
    if (!bracket || error.range.begin < *bracket)
      errors.list.push_back(error);
  if (bracket || strategy->failed())
    return nullptr;
  Builder builder(text, errors);
  return build(builder, tree);
}

/// In the order of the text, which is not the order in which the checks found them.
void report(ErrorList &errors, Diagnostics &diagnostics) {
  std::sort(errors.list.begin(), errors.list.end(), [](const Diagnostic &a, const Diagnostic &b) {
    return std::tie(a.range.begin, a.message) < std::tie(b.range.begin, b.message);
  });
  for (const Diagnostic &error : errors.list)
    diagnostics.error(error.range, error.message).withHint(error.hint);
}

} // namespace

std::unique_ptr<ast::File> parse(const SourceFile &source, Diagnostics &diagnostics) {
  SourceRange whole{&source, 0, static_cast<uint32_t>(source.text.size())};
  ErrorList errors;
  auto build = [](Builder &builder, FlexLangParser::ProgramContext *tree) { return builder.file(tree); };
  auto file = parseBy<std::unique_ptr<ast::File>>(&FlexLangParser::program, build, whole, errors);
  report(errors, diagnostics);
  return errors.list.empty() ? std::move(file) : nullptr;
}

ast::ExprPtr parseExpression(SourceRange range, ErrorList &errors) {
  size_t before = errors.list.size();
  auto build = [](Builder &builder, FlexLangParser::ExpressionContext *tree) { return builder.expr(tree->expr()); };
  ast::ExprPtr expr = parseBy<ast::ExprPtr>(&FlexLangParser::expression, build, range, errors);
  return errors.list.size() == before ? std::move(expr) : nullptr;
}

ast::ExprPtr parseExpression(SourceRange range, Diagnostics &diagnostics) {
  ErrorList errors;
  ast::ExprPtr expr = parseExpression(range, errors);
  report(errors, diagnostics);
  return errors.list.empty() ? std::move(expr) : nullptr;
}

} // namespace flex
