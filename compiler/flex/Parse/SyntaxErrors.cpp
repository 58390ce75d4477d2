#include "flex/Parse/SyntaxErrors.h"

#include "FlexLangParser.h"

#include <algorithm>
#include <set>

namespace flex {

using antlr4::Token;
using antlr4::misc::IntervalSet;
using grammar::FlexLangLexer;
using grammar::FlexLangParser;

namespace {

using TokenTypes = std::set<size_t>;

TokenTypes typesOf(const IntervalSet &set) {
  TokenTypes types;
  for (ssize_t type : set.toList())
    types.insert(static_cast<size_t>(type));
  return types;
}

void removeNames(TokenTypes &types) {
  std::erase_if(types, isName);
}

/// Takes out all tokens that begin an expression, statement, ... and gives their common name instead; takes out what would
/// only go on with something complete ("expected an operator" helps nobody who forgot a bracket).
std::vector<std::string> takeGroups(TokenTypes &types) {
  std::vector<std::string> words;
  bool goesOn = types.contains(FlexLangLexer::PIPE);
  if (goesOn) {
    for (size_t type = FlexLangLexer::PIPE; type <= FlexLangLexer::GE; ++type)
      types.erase(type);
    for (size_t type : {FlexLangLexer::DOT, FlexLangLexer::DOTS, FlexLangLexer::LPAREN, FlexLangLexer::LBRACKET,
                        FlexLangLexer::AND, FlexLangLexer::OR})
      types.erase(type);
  }
  if (types.contains(FlexLangLexer::LET)) {
    words.push_back(goesOn ? "an operator" : "a statement");
    if (goesOn)
      words.push_back("a new statement");
    removeNames(types);
    for (size_t type = FlexLangLexer::LET; type <= FlexLangLexer::RETURN; ++type)
      types.erase(type);
  }
  if (types.contains(FlexLangLexer::NUMBER)) {
    words.push_back("an expression");
    removeNames(types);
    for (size_t type : {FlexLangLexer::NUMBER, FlexLangLexer::STRING, FlexLangLexer::TRUE, FlexLangLexer::FALSE,
                        FlexLangLexer::HOLE, FlexLangLexer::LPAREN, FlexLangLexer::LBRACKET, FlexLangLexer::MINUS,
                        FlexLangLexer::NOT, FlexLangLexer::IF})
      types.erase(type);
  } else if (types.contains(FlexLangLexer::ID)) {
    bool type = types.erase(FlexLangLexer::LBRACKET);
    types.erase(type ? FlexLangLexer::LPAREN : FlexLangLexer::ID);
    words.push_back(type ? "a type" : "a name");
    removeNames(types);
  } else if (types.contains(FlexLangLexer::FN)) {
    words.push_back(goesOn ? "an operator" : "a declaration");
    if (goesOn)
      words.push_back("a new declaration");
    removeNames(types);
  } else {
    removeNames(types); // units after a number
  }
  return words;
}

std::string describeExpected(const IntervalSet &expected, const antlr4::dfa::Vocabulary &vocabulary) {
  TokenTypes types = typesOf(expected);
  std::vector<std::string> words = takeGroups(types);
  // What may follow but need not is left out as long as something else is there.
  TokenTypes needed = types;
  for (size_t type : {FlexLangLexer::AT, FlexLangLexer::AS, FlexLangLexer::ON, FlexLangLexer::USE})
    needed.erase(type);
  if (needed.erase(FlexLangLexer::ARROW))
    needed.erase(FlexLangLexer::LPAREN);
  for (size_t type : needed.empty() && words.empty() ? types : needed) {
    if (type != Token::EOF)
      words.push_back(vocabulary.getLiteralName(type));
    else if (words.empty())
      words.push_back("the end of the text");
  }
  std::string text;
  for (size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

} // namespace

void SyntaxErrors::reportNoViableAlternative(antlr4::Parser *parser, const antlr4::NoViableAltException &error) {
  // Where several tokens were needed to decide, what was expected at the first of them says nothing about the last.
  bool first = error.getStartToken() == error.getOffendingToken();
  report(parser, error.getOffendingToken(), first ? error.getExpectedTokens() : IntervalSet());
}

void SyntaxErrors::reportInputMismatch(antlr4::Parser *parser, const antlr4::InputMismatchException &error) {
  report(parser, error.getOffendingToken(), error.getExpectedTokens());
}

void SyntaxErrors::reportUnwantedToken(antlr4::Parser *parser) {
  if (inErrorRecoveryMode(parser))
    return;
  beginErrorCondition(parser);
  report(parser, parser->getCurrentToken(), getExpectedTokens(parser));
}

void SyntaxErrors::reportMissingToken(antlr4::Parser *parser) { reportUnwantedToken(parser); }

/// `foo(3)`, `let x = a b`, `retrun x`: a name that is not followed by '='.
bool SyntaxErrors::reportStatement(antlr4::Parser *parser, const Token *at) {
  auto *statement = dynamic_cast<FlexLangParser::StmtContext *>(parser->getContext());
  const Token *word = text.before(at);
  if (!statement || !word || statement->start != word || !isName(word->getType()))
    return false;
  const Token *previous = text.before(word);
  if (!text.opensLine(word) && previous && endsExpression(previous->getType())) {
    errors.push_back({Severity::Error, text.rangeOf(word), "expected an operator or a new statement, got " + describe(word), "", ""});
    if (previous->getType() == FlexLangLexer::NUMBER)
      errors.back().hint = "products are written with '*'";
    return true;
  }
  std::string hint = hintForFirstWord(word->getText(), false);
  errors.push_back({Severity::Error, text.rangeOf(at), "expected '=' after " + describe(word) + ", got " + describe(at),
                    hint.empty() ? "a statement begins with a keyword or with 'name ='" : hint, ""});
  return true;
}

void SyntaxErrors::report(antlr4::Parser *parser, const Token *at, const IntervalSet &expected) {
  constexpr size_t enough = 100;
  if (errors.size() >= enough || reportStatement(parser, at))
    return;
  std::string wanted = describeExpected(expected, parser->getVocabulary());
  const Token *before = text.before(at);
  std::string message = wanted.empty() ? "unexpected " + describe(at) + (before ? " after " + describe(before) : "")
                                       : "expected " + wanted + ", got " + describe(at);
  Misfit misfit{text, at, before, text.after(at), expected, parser->getContext()};
  errors.push_back({Severity::Error, text.rangeOf(at), std::move(message), hintFor(misfit), ""});
}

void SyntaxErrors::consumeUntil(antlr4::Parser *parser, const IntervalSet &set) {
  for (Token *token = parser->getCurrentToken(); token->getType() != Token::EOF; token = parser->getCurrentToken()) {
    size_t type = token->getType();
    bool landmark = type == FlexLangLexer::LBRACE || type == FlexLangLexer::RBRACE || text.opensLine(token);
    if (landmark && set.contains(type))
      return;
    parser->consume();
  }
}

} // namespace flex
