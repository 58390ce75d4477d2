/// ANTLR's syntax errors, reworded for people, and where parsing goes on after one.
#pragma once

#include "flex/Parse/ErrorList.h"
#include "flex/Parse/TokenText.h"

#include <set>

namespace flex {

class SyntaxErrors : public antlr4::DefaultErrorStrategy {
public:
  /// On lines that have an error already nothing is reported: most likely it would be the same mistake again.
  SyntaxErrors(TokenText &text, std::set<size_t> spoiledLines, ErrorList &errors)
      : text(text), spoiledLines(std::move(spoiledLines)), errors(errors) {}

  /// Whether the text has syntax errors, reported or not.
  bool failed() const { return anyError; }

protected:
  void endErrorCondition(antlr4::Parser *parser) override;
  void reportNoViableAlternative(antlr4::Parser *parser, const antlr4::NoViableAltException &error) override;
  void reportInputMismatch(antlr4::Parser *parser, const antlr4::InputMismatchException &error) override;
  void reportUnwantedToken(antlr4::Parser *parser) override;
  void reportMissingToken(antlr4::Parser *parser) override;
  /// Brackets are checked before parsing: none is superfluous here. Nor is what begins a line.
  antlr4::Token *singleTokenDeletion(antlr4::Parser *parser) override;
  /// Never: almost any name could follow an invented token, and what comes of it confuses.
  bool singleTokenInsertion(antlr4::Parser *) override { return false; }
  /// Names begin statements, but a name in the middle of a line hardly begins one: goes on at a token that opens a line
  /// or at a brace, and never within braces that were skipped.
  void consumeUntil(antlr4::Parser *parser, const antlr4::misc::IntervalSet &set) override;

private:
  void report(antlr4::Parser *parser, const antlr4::Token *at, const antlr4::misc::IntervalSet &expected);
  bool reportStatement(antlr4::Parser *parser, const antlr4::Token *at);
  bool reportDeclaration(const antlr4::Token *at);

  bool midLine(const antlr4::Token *token) const;

  TokenText &text;
  std::set<size_t> spoiledLines;
  ErrorList &errors;
  size_t lastLine = 0;
  bool anyError = false;
};

/// What the parser met, for hints.
struct Misfit {
  const TokenText &text;
  const antlr4::Token *at;
  const antlr4::Token *before; ///< null at the start
  const antlr4::Token *after;  ///< null at the end
  const antlr4::misc::IntervalSet &expected;
  antlr4::ParserRuleContext *rule;
};

/// What the author may have meant, or "".
std::string hintFor(const Misfit &misfit);
/// For a name where a statement or a declaration should begin: a misspelt keyword, a word of other languages.
std::string hintForFirstWord(const std::string &word, bool topLevel);

} // namespace flex
