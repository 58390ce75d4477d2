/// What people write who know other languages, or who slip.
#include "flex/Parse/SyntaxErrors.h"
#include "flex/Support/Suggest.h"

#include "FlexLangParser.h"

#include <map>

namespace flex {

using antlr4::Token;
using grammar::FlexLangLexer;
using grammar::FlexLangParser;

namespace {

bool expects(const Misfit &m, size_t type) { return m.expected.contains(type); }
bool is(const Token *token, size_t type) { return token && token->getType() == type; }

template <typename Rule> bool inRule(antlr4::tree::ParseTree *tree) { return dynamic_cast<Rule *>(tree) != nullptr; }

std::string hintForOperator(const Misfit &m) {
  bool sameLine = !m.text.opensLine(m.at);
  if (is(m.before, FlexLangLexer::NUMBER) && isName(m.at->getType()) && sameLine && !expects(m, FlexLangLexer::LBRACE))
    return "products are written with '*'; units are 'epochs' and 'steps'";
  if (is(m.at, FlexLangLexer::TIMES) && is(m.before, FlexLangLexer::TIMES))
    return "powers are written with '^'";
  if (is(m.at, FlexLangLexer::DIVIDE) && is(m.before, FlexLangLexer::DIVIDE))
    return "comments begin with '#'";
  if (is(m.at, FlexLangLexer::EQ) && expects(m, FlexLangLexer::ASSIGN))
    return "'==' compares, '=' defines";
  bool spacedArrow = is(m.at, FlexLangLexer::MINUS) && is(m.after, FlexLangLexer::GT);
  bool otherArrow = is(m.at, FlexLangLexer::GT) && is(m.before, FlexLangLexer::ASSIGN);
  if (spacedArrow || otherArrow || (is(m.at, FlexLangLexer::COLON) && expects(m, FlexLangLexer::ARROW)))
    return "the type of the result stands after '->'";
  if (expects(m, FlexLangLexer::IN))
    return "loops are written: for i in 1..n { ... }";
  if (is(m.at, FlexLangLexer::ASSIGN) && m.before && endsExpression(m.before->getType()))
    return "'=' defines, '==' compares";
  return "";
}

std::string hintForIf(const Misfit &m) {
  if (is(m.at, FlexLangLexer::THEN) && expects(m, FlexLangLexer::LBRACE))
    return "among statements: if c { ... } else { ... }";
  if (is(m.at, FlexLangLexer::LBRACE) && expects(m, FlexLangLexer::THEN))
    return "in an expression: if c then a else b";
  if (expects(m, FlexLangLexer::ELSE) && inRule<FlexLangParser::ExprContext>(m.rule))
    return "an 'if' in an expression needs its 'else'";
  return "";
}

std::string hintForList(const Misfit &m) {
  bool closing = is(m.at, FlexLangLexer::RPAREN) || is(m.at, FlexLangLexer::RBRACKET);
  if (closing && is(m.before, FlexLangLexer::COMMA))
    return "no ',' after the last one";
  if (is(m.at, FlexLangLexer::COLON) && is(m.before, FlexLangLexer::HOLE))
    return "'_:' labels a stage: x |> _: f";
  if (is(m.at, FlexLangLexer::COLON) && expects(m, FlexLangLexer::RPAREN))
    return "arguments are named with '=': f(width = 3)";
  bool inPort = inRule<FlexLangParser::PortContext>(m.rule) || inRule<FlexLangParser::PortContext>(m.rule->parent);
  if (inPort && expects(m, FlexLangLexer::COLON))
    return "arguments are declared with their type: (width: int = 32)";
  if (isName(m.at->getType()) && is(m.before, FlexLangLexer::RBRACKET) && inRule<FlexLangParser::PortsContext>(m.rule))
    return "a field is written [c] on grid[2]";
  return "";
}

std::string hintForPlace(const Misfit &m) {
  bool topLevel = inRule<FlexLangParser::ProgramContext>(m.rule);
  size_t type = m.at->getType();
  if (type == FlexLangLexer::AS || type == FlexLangLexer::AT)
    return "'@tag' and 'as \"...\"' stand after the name, before ':' and '='";
  if (topLevel && type == FlexLangLexer::USE)
    return "'use' stands before all declarations";
  if (type == FlexLangLexer::USE)
    return "'use' stands at the head of the file";
  if (topLevel && m.text.opensLine(m.at)) {
    std::string hint = type == FlexLangLexer::ID ? hintForFirstWord(m.at->getText(), true) : "";
    return hint.empty() && (isKeyword(type) || isName(type)) ? "statements stand inside a declaration" : hint;
  }
  if (type == FlexLangLexer::HOLE && m.after && m.text.adjacent(m.at, m.after) && isName(m.after->getType()))
    return "names begin with a letter";
  bool wantsName = expects(m, FlexLangLexer::ID) && !expects(m, FlexLangLexer::RBRACKET);
  if (isKeyword(type) && wantsName && !m.text.opensLine(m.at))
    return "'" + m.at->getText() + "' is a keyword and cannot be a name";
  return "";
}

} // namespace

std::string hintFor(const Misfit &misfit) {
  for (auto rule : {hintForOperator, hintForIf, hintForList, hintForPlace})
    if (std::string hint = rule(misfit); !hint.empty())
      return hint;
  return "";
}

std::string hintForFirstWord(const std::string &word, bool topLevel) {
  static const std::map<std::string, std::string> foreign = {
      {"elif", "else if"}, {"elseif", "else if"}, {"def", "fn"},        {"func", "fn"},     {"function", "fn"},
      {"class", "block"},  {"layer", "block"},    {"module", "block"},  {"import", "use"},  {"const", "let"},
      {"model", "network"}};
  if (auto found = foreign.find(word); found != foreign.end())
    return "write '" + found->second + "'";
  if (word == "while")
    return "loops have known bounds: for i in 1..n { ... }";
  static const std::vector<std::string> declarations = {"fn",      "kernel", "mask",       "block",
                                                        "network", "recipe", "experiment", "use"};
  static const std::vector<std::string> statements = {"let",     "var",    "param", "state",  "next", "for", "if",     "else",
                                                      "require", "extent", "band",  "return", "fn",   "mask", "kernel", "block"};
  std::string meant = suggest(word, topLevel ? declarations : statements);
  return meant.empty() ? "" : "did you mean '" + meant + "'?";
}

} // namespace flex
