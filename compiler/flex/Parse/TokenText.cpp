#include "flex/Parse/TokenText.h"
#include "flex/Support/Utf8.h"

namespace flex {

using grammar::FlexLangLexer;

namespace {

std::vector<uint32_t> codePointOffsets(SourceRange range) {
  std::vector<uint32_t> offsets;
  offsets.reserve(range.end - range.begin + 1);
  for (uint32_t i = range.begin; i < range.end; ++i)
    if (!isUtf8Continuation(range.file->text[i]))
      offsets.push_back(i);
  offsets.push_back(range.end);
  return offsets;
}

} // namespace

TokenText::TokenText(SourceRange whole)
    : range(whole), offsets(codePointOffsets(whole)),
      input(whole.file->text.substr(whole.begin, whole.end - whole.begin)), lexer(&input), tokens(&lexer) {
  lexer.setLine(lineColumn(*whole.file, whole.begin).line);
  lexer.removeErrorListeners(); // every character is a token of some kind
  tokens.fill();
}

std::vector<ast::Comment> TokenText::comments() {
  std::vector<ast::Comment> result;
  for (const antlr4::Token *token : all())
    if (token->getType() == FlexLangLexer::COMMENT)
      result.push_back({rangeOf(token)});
  return result;
}

SourceRange TokenText::rangeOf(const antlr4::Token *first, const antlr4::Token *last) const {
  if (first->getType() == antlr4::Token::EOF) {
    const antlr4::Token *previous = before(first);
    uint32_t end = previous ? rangeOf(previous).end : range.begin;
    return {range.file, end, end};
  }
  return {range.file, offsets[first->getStartIndex()], offsets[last->getStopIndex() + 1]};
}

SourceRange TokenText::rangeOf(const antlr4::Token *token) const { return rangeOf(token, token); }

SourceRange TokenText::rangeOf(const antlr4::ParserRuleContext *context) const {
  return rangeOf(context->start, context->stop);
}

antlr4::Token *TokenText::before(const antlr4::Token *token) const {
  for (size_t i = token->getTokenIndex(); i-- > 0;)
    if (isVisible(tokens.get(i)))
      return tokens.get(i);
  return nullptr;
}

antlr4::Token *TokenText::after(const antlr4::Token *token) const {
  if (token->getType() == antlr4::Token::EOF)
    return nullptr;
  for (size_t i = token->getTokenIndex() + 1;; ++i)
    if (antlr4::Token *next = tokens.get(i); isVisible(next))
      return next;
}

bool TokenText::opensLine(const antlr4::Token *token) const {
  const antlr4::Token *previous = before(token);
  return !previous || previous->getLine() != token->getLine();
}

bool TokenText::adjacent(const antlr4::Token *first, const antlr4::Token *second) const {
  return first->getStopIndex() + 1 == second->getStartIndex();
}

std::string TokenText::describe(const antlr4::Token *token) const {
  if (token->getType() == antlr4::Token::EOF)
    return range.end == range.file->text.size() ? "the end of the file" : "the end of the expression";
  constexpr size_t longest = 40;
  std::string text = token->getText();
  if (text.size() > longest) {
    size_t end = longest;
    while (isUtf8Continuation(text[end]))
      --end;
    text = text.substr(0, end) + "...";
  }
  return "'" + text + "'";
}

bool isKeyword(size_t type) {
  return type >= FlexLangLexer::USE && type <= FlexLangLexer::STEP && !isSoftKeyword(type);
}

bool isSoftKeyword(size_t type) {
  return (type >= FlexLangLexer::FN && type <= FlexLangLexer::EXPERIMENT) ||
         (type >= FlexLangLexer::EPOCHS && type <= FlexLangLexer::STEP);
}

bool endsExpression(size_t type) {
  switch (type) {
  case FlexLangLexer::NUMBER: case FlexLangLexer::STRING: case FlexLangLexer::TRUE: case FlexLangLexer::FALSE:
  case FlexLangLexer::HOLE: case FlexLangLexer::RPAREN: case FlexLangLexer::RBRACKET:
    return true;
  default:
    return isName(type);
  }
}

} // namespace flex
