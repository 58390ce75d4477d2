#include "flex/Parse/TokenChecks.h"

namespace flex {

using antlr4::Token;
using grammar::FlexLangLexer;

namespace {

//===----------------------------------------------------------------------===//
// Characters
//===----------------------------------------------------------------------===//

std::string hintForCharacter(const std::string &character) {
  if (character == ";")
    return "statements need no ';' between them";
  if (character == "!")
    return "'not a' negates, 'a != b' compares";
  if (character == "&" || character == "|")
    return std::string("write '") + (character == "&" ? "and" : "or") + "' for logic, '|>' to pipe";
  if (character == "'" || character == "`")
    return "strings stand in double quotes";
  if (character == "\\")
    return "expressions go on over line breaks by themselves";
  return "";
}

std::string nameOfCharacter(const Token *token) {
  std::string text = token->getText();
  if (text.size() == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7F)) {
    constexpr const char *digits = "0123456789abcdef";
    return std::string("control character 0x") + digits[text[0] >> 4 & 15] + digits[text[0] & 15];
  }
  return "character '" + text + "'";
}

/// What is wrong with a '.', or "". The parser would take the next line's `fn` for a member.
std::string misplacedDot(const TokenText &text, const Token *dot) {
  const Token *before = text.before(dot), *after = text.after(dot);
  if (before && before->getType() == FlexLangLexer::NUMBER && text.adjacent(before, dot))
    return "numbers do not end in a dot: write '" + before->getText() + "' or '" + before->getText() + ".0'";
  if (after->getType() == FlexLangLexer::NUMBER && text.adjacent(dot, after) && !(before && text.adjacent(before, dot)))
    return "numbers begin with a digit: write '0." + after->getText() + "'";
  if (after->getType() == Token::EOF || text.opensLine(after))
    return "a name stands after '.', on the same line";
  return "";
}

//===----------------------------------------------------------------------===//
// Brackets
//===----------------------------------------------------------------------===//

bool opens(size_t type) {
  return type == FlexLangLexer::LPAREN || type == FlexLangLexer::LBRACKET || type == FlexLangLexer::LBRACE;
}
bool closes(size_t type) {
  return type == FlexLangLexer::RPAREN || type == FlexLangLexer::RBRACKET || type == FlexLangLexer::RBRACE;
}
const char *partner(const Token *open) {
  return open->getType() == FlexLangLexer::LPAREN ? ")" : open->getType() == FlexLangLexer::LBRACKET ? "]" : "}";
}
std::string expectedPartner(const Token *open) { return std::string("expected '") + partner(open) + "'"; }

//===----------------------------------------------------------------------===//
// Nesting
//===----------------------------------------------------------------------===//

constexpr size_t maxNesting = 200; ///< brackets, and what the parser itself recurses into
constexpr size_t maxDepth = 500;   ///< that, and chains of operators

/// The depth that the tree can have at a token, from above. Each open bracket holds what precedes it in its expression.
class DepthBound {
public:
  void see(const Token *token, const Token *previous) {
    size_t type = token->getType();
    if (closes(type)) {
      if (levels.size() > 1)
        levels.pop_back();
      return;
    }
    if (startsAnew(type, previous))
      levels.back() = {};
    nest(type, previous);
    if (opens(type))
      levels.push_back({});
  }

  size_t nesting() const { return total(&Level::nested) + levels.size(); }
  size_t depth() const { return nesting() + total(&Level::chained); }

private:
  struct Level {
    size_t nested = 0, chained = 0;
  };

  static bool startsAnew(size_t type, const Token *previous) {
    switch (type) {
    case FlexLangLexer::COMMA: case FlexLangLexer::ASSIGN: case FlexLangLexer::LET: case FlexLangLexer::VAR:
    case FlexLangLexer::PARAM: case FlexLangLexer::STATE: case FlexLangLexer::NEXT: case FlexLangLexer::FOR:
    case FlexLangLexer::REQUIRE: case FlexLangLexer::EXTENT: case FlexLangLexer::BAND: case FlexLangLexer::RETURN:
      return true;
    default: // after a block; or an 'if' that is no operand
      if (!previous)
        return false;
      if (previous->getType() == FlexLangLexer::RBRACE || previous->getType() == FlexLangLexer::EXTERN)
        return type != FlexLangLexer::ELSE;
      bool starts = previous->getType() == FlexLangLexer::LBRACE || endsExpression(previous->getType());
      return type == FlexLangLexer::IF && starts;
    }
  }

  void nest(size_t type, const Token *previous) {
    Level &level = levels.back();
    switch (type) {
    case FlexLangLexer::MINUS:
      ++(previous && endsExpression(previous->getType()) ? level.chained : level.nested);
      break;
    case FlexLangLexer::NOT: case FlexLangLexer::POWER: case FlexLangLexer::IF: case FlexLangLexer::ARROW:
      ++level.nested;
      break;
    case FlexLangLexer::PLUS: case FlexLangLexer::TIMES: case FlexLangLexer::DIVIDE: case FlexLangLexer::MODULO:
    case FlexLangLexer::EQ: case FlexLangLexer::NE: case FlexLangLexer::LT: case FlexLangLexer::LE:
    case FlexLangLexer::GT: case FlexLangLexer::GE: case FlexLangLexer::AND: case FlexLangLexer::OR:
    case FlexLangLexer::PIPE: case FlexLangLexer::DOT: case FlexLangLexer::DOTS:
    case FlexLangLexer::LPAREN: case FlexLangLexer::LBRACKET:
      ++level.chained;
      break;
    default:
      break;
    }
  }

  size_t total(size_t Level::*part) const {
    size_t sum = 0;
    for (const Level &level : levels)
      sum += level.*part;
    return sum;
  }

  std::vector<Level> levels = {{}};
};

} // namespace

void checkCharacters(TokenText &text, ErrorList &errors) {
  const Token *last = nullptr; // a run of strange characters is one mistake
  for (Token *token : text.all()) {
    auto *writable = static_cast<antlr4::CommonToken *>(token);
    if (token->getType() == FlexLangLexer::OPEN_STRING) {
      errors.add(text.rangeOf(token), "this string has no closing '\"' on its line");
      writable->setType(FlexLangLexer::STRING);
    } else if (token->getType() == FlexLangLexer::UNKNOWN) {
      if (!last || !text.adjacent(last, token))
        errors.add(text.rangeOf(token), "unexpected " + nameOfCharacter(token), hintForCharacter(token->getText()));
      last = token;
      writable->setChannel(Token::HIDDEN_CHANNEL);
    } else if (token->getType() == FlexLangLexer::DOT) {
      if (std::string message = misplacedDot(text, token); !message.empty()) {
        errors.add(text.rangeOf(token), "misplaced '.'", std::move(message));
        writable->setChannel(Token::HIDDEN_CHANNEL);
      }
    }
  }
  text.stream().seek(0); // the first token may have been hidden just now
}

std::optional<uint32_t> checkBrackets(TokenText &text, ErrorList &errors) {
  std::vector<const Token *> open;
  auto report = [&](const Token *at, std::string message, std::string hint) {
    errors.add(text.rangeOf(at), std::move(message), std::move(hint));
    return text.rangeOf(at).begin;
  };
  for (const Token *token : text.all()) {
    if (!isVisible(token))
      continue;
    if (opens(token->getType()))
      open.push_back(token);
    if (!closes(token->getType()))
      continue;
    if (open.empty())
      return report(token, text.describe(token) + " closes nothing", "");
    if (token->getText() != partner(open.back())) {
      const Token *opener = open.back();
      std::string closer = text.describe(token) + " in line " + std::to_string(token->getLine());
      return report(opener, text.describe(opener) + " is not closed before the " + closer, expectedPartner(opener));
    }
    open.pop_back();
  }
  if (open.empty())
    return std::nullopt;
  return report(open.back(), text.describe(open.back()) + " is never closed", expectedPartner(open.back()));
}

bool checkNesting(TokenText &text, ErrorList &errors) {
  const char *hint = "give a part a name with 'let'";
  DepthBound bound;
  const Token *previous = nullptr;
  for (const Token *token : text.all()) {
    if (!isVisible(token))
      continue;
    bound.see(token, previous);
    previous = token;
    if (bound.nesting() > maxNesting) {
      errors.add(text.rangeOf(token), "nested too deeply: more than " + std::to_string(maxNesting) + " levels", hint);
      return false;
    }
    if (bound.depth() > maxDepth) {
      std::string limit = std::to_string(maxDepth) + " operations in a row";
      errors.add(text.rangeOf(token), "expression too long: more than " + limit, hint);
      return false;
    }
  }
  return true;
}

} // namespace flex
