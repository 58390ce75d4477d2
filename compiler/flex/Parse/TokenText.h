/// A stretch of a file cut into tokens: what stands between bytes and the parser. ANTLR counts code points, everything
/// else here counts bytes; only this class knows both.
#pragma once

#include "flex/AST/AST.h"

#include "FlexLangLexer.h"
#include "antlr4-runtime.h"

#include <vector>

namespace flex {

class TokenText {
public:
  /// The text must be valid UTF-8.
  explicit TokenText(SourceRange whole);

  antlr4::CommonTokenStream &stream() { return tokens; }
  /// All tokens in source order, hidden ones too; the last is the end of the text.
  std::vector<antlr4::Token *> all() { return tokens.getTokens(); }
  std::vector<ast::Comment> comments();

  /// Of the end of the text: the empty range after the last visible token.
  SourceRange rangeOf(const antlr4::Token *token) const;
  SourceRange rangeOf(const antlr4::ParserRuleContext *context) const;
  SourceRange rangeOf(const antlr4::Token *first, const antlr4::Token *last) const;
  SourceRange whole() const { return range; }

  /// The visible token before or after this one, or null.
  antlr4::Token *before(const antlr4::Token *token) const;
  antlr4::Token *after(const antlr4::Token *token) const;
  bool opensLine(const antlr4::Token *token) const;
  /// Nothing stands between the two.
  bool adjacent(const antlr4::Token *first, const antlr4::Token *second) const;
  /// How a token is called in messages: "'name'" (long ones cut), "the end of the file".
  std::string describe(const antlr4::Token *token) const;

private:
  SourceRange range;
  std::vector<uint32_t> offsets; ///< byte offset in the file of each code point, and of the end
  antlr4::ANTLRInputStream input;
  grammar::FlexLangLexer lexer;
  antlr4::CommonTokenStream tokens;
};

inline bool isVisible(const antlr4::Token *token) { return token->getChannel() == antlr4::Token::DEFAULT_CHANNEL; }
/// Words of the language that cannot be names.
bool isKeyword(size_t type);
/// Words that are names wherever no keyword can stand: roles and units.
bool isSoftKeyword(size_t type);
inline bool isName(size_t type) { return type == grammar::FlexLangLexer::ID || isSoftKeyword(type); }
/// An expression may end with such a token.
bool endsExpression(size_t type);

} // namespace flex
