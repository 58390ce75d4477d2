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
std::vector<std::string> takeGroups(TokenTypes &types, bool goesOn) {
  std::vector<std::string> words;
  if (types.contains(FlexLangLexer::PIPE)) {
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
  } else if (types.erase(FlexLangLexer::STRING)) {
    words.push_back("a string");
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

std::string describeExpected(const IntervalSet &expected, bool midLine, const antlr4::dfa::Vocabulary &vocabulary) {
  TokenTypes types = typesOf(expected);
  std::vector<std::string> words = takeGroups(types, midLine || types.contains(FlexLangLexer::PIPE));
  // What may follow but need not is left out as long as something else is there.
  TokenTypes needed = types;
  for (size_t type : {FlexLangLexer::AT, FlexLangLexer::AS, FlexLangLexer::ON, FlexLangLexer::USE})
    needed.erase(type);
  if (needed.erase(FlexLangLexer::ARROW))
    needed.erase(FlexLangLexer::LPAREN);
  if (needed.empty() && words.empty())
    needed = types;
  bool end = needed.erase(Token::EOF);
  for (auto type = needed.rbegin(); type != needed.rend(); ++type) // operators and brackets before keywords
    words.push_back(vocabulary.getLiteralName(*type));
  if (end && words.empty())
    words.push_back("the end");
  std::string text;
  for (size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

} // namespace

/// ANTLR's C++ runtime keeps the states of errors long past and then skips a token too many.
void SyntaxErrors::endErrorCondition(antlr4::Parser *parser) {
  DefaultErrorStrategy::endErrorCondition(parser);
  lastErrorStates.clear();
}

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
  if (midLine(word)) {
    bool product = text.before(word)->getType() == FlexLangLexer::NUMBER;
    errors.add(text.rangeOf(word), "expected an operator or a new statement, got " + text.describe(word),
        product ? "products are written with '*'" : "");
    return true;
  }
  const Token *after = text.after(at);
  std::string hint = "a statement begins with a keyword or with 'name ='";
  if (after && after->getType() == FlexLangLexer::ASSIGN && text.adjacent(at, after))
    hint = "write '" + word->getText() + " = " + word->getText() + " " + at->getText() + " ...'";
  else if (at->getType() != FlexLangLexer::LPAREN)
    if (std::string better = hintForFirstWord(word->getText(), false); !better.empty())
      hint = better;
  if (text.opensLine(at))
    errors.add(text.rangeOf(word), "expected '=' after " + text.describe(word), std::move(hint));
  else
    errors.add(text.rangeOf(at), "expected '=' after " + text.describe(word) + ", got " + text.describe(at), std::move(hint));
  return true;
}

/// A role word was taken for a name, since what stands before it is not complete: `let x = y +` and then `fn f() = 1`.
bool SyntaxErrors::reportDeclaration(const Token *at) {
  const Token *role = text.before(at);
  if (!role || role->getType() < FlexLangLexer::FN || role->getType() > FlexLangLexer::EXPERIMENT ||
      !text.opensLine(role) || text.opensLine(at) || !isName(at->getType()))
    return false;
  const Token *open = text.before(role);
  errors.add(text.rangeOf(role), "unexpected declaration" + (open ? " after " + text.describe(open) : ""),
      "what stands before it is not complete");
  return true;
}

/// Whether the token follows something complete on its line.
bool SyntaxErrors::midLine(const Token *token) const {
  const Token *previous = text.before(token);
  return previous && !text.opensLine(token) && endsExpression(previous->getType());
}

void SyntaxErrors::report(antlr4::Parser *parser, const Token *at, const IntervalSet &expected) {
  anyError = true;
  const Token *before = text.before(at);
  bool again = at->getLine() == lastLine; // one a line: the second is most likely the echo of the first
  lastLine = at->getLine();
  bool spoiled = spoiledLines.contains(at->getLine()) || (before && spoiledLines.contains(before->getLine()));
  if (again || spoiled)
    return;
  if (reportStatement(parser, at) || reportDeclaration(at))
    return;
  std::string wanted = describeExpected(expected, midLine(at), parser->getVocabulary());
  std::string message = "expected " + wanted + ", got " + text.describe(at);
  if (wanted.empty())
    message = "unexpected " + text.describe(at) + (before ? " after " + text.describe(before) : "");
  Misfit misfit{text, at, before, text.after(at), expected, parser->getContext()};
  errors.add(text.rangeOf(at), std::move(message), hintFor(misfit));
}

antlr4::Token *SyntaxErrors::singleTokenDeletion(antlr4::Parser *parser) {
  const Token *token = parser->getCurrentToken();
  bool bracket = token->getType() >= FlexLangLexer::LPAREN && token->getType() <= FlexLangLexer::RBRACE;
  bool keep = bracket || inErrorRecoveryMode(parser) || text.opensLine(token);
  return keep ? nullptr : DefaultErrorStrategy::singleTokenDeletion(parser);
}

void SyntaxErrors::consumeUntil(antlr4::Parser *parser, const IntervalSet &set) {
  size_t braces = 0;
  for (Token *token = parser->getCurrentToken(); token->getType() != Token::EOF; token = parser->getCurrentToken()) {
    size_t type = token->getType();
    bool landmark = type == FlexLangLexer::LBRACE || type == FlexLangLexer::RBRACE || text.opensLine(token);
    if (braces == 0 && landmark && set.contains(type))
      return;
    if (type == FlexLangLexer::LBRACE)
      ++braces;
    else if (type == FlexLangLexer::RBRACE && braces > 0)
      --braces;
    parser->consume();
  }
}

} // namespace flex
