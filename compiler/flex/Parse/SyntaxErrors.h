/// ANTLR's syntax errors, reworded for people, and where parsing goes on after one.
#pragma once

#include "flex/Parse/TokenText.h"
#include "flex/Support/Diagnostics.h"

namespace flex {

class SyntaxErrors : public antlr4::DefaultErrorStrategy {
public:
  SyntaxErrors(TokenText &text, std::vector<Diagnostic> &errors) : text(text), errors(errors) {}

protected:
  void reportNoViableAlternative(antlr4::Parser *parser, const antlr4::NoViableAltException &error) override;
  void reportInputMismatch(antlr4::Parser *parser, const antlr4::InputMismatchException &error) override;
  void reportUnwantedToken(antlr4::Parser *parser) override;
  void reportMissingToken(antlr4::Parser *parser) override;
  /// Names begin statements, but a name in the middle of a line hardly begins one: goes on at a token that opens a line
  /// or at a brace.
  void consumeUntil(antlr4::Parser *parser, const antlr4::misc::IntervalSet &set) override;

private:
  void report(antlr4::Parser *parser, const antlr4::Token *at, const antlr4::misc::IntervalSet &expected);
  bool reportStatement(antlr4::Parser *parser, const antlr4::Token *at);

  TokenText &text;
  std::vector<Diagnostic> &errors;
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
/// For a name that stands where a statement or a declaration should begin: a misspelt keyword, a word of other languages.
std::string hintForFirstWord(const std::string &word, bool topLevel);

} // namespace flex
