#include "flex/AST/Layout.h"
#include "flex/Support/Utf8.h"

#include <algorithm>
#include <cstddef>

namespace flex::ast {

namespace {

struct Piece {
  const Layout *layout;
  int indent;
  bool broken;
};

constexpr int farRight = 60; ///< nothing begins or is aligned beyond this column if it takes several lines

class Renderer {
public:
  explicit Renderer(int width, int column = 0) : width(width), column(column) {}

  std::string render(const Layout &layout, int indent = 0) {
    stack.push_back({&layout, indent, true});
    while (!stack.empty()) {
      Piece piece = stack.back();
      stack.pop_back();
      put(piece);
    }
    return std::move(out);
  }

private:
  void put(const Piece &piece) {
    const Layout::Node &node = **piece.layout;
    switch (node.kind) {
    case Layout::Kind::Comment:
    case Layout::Kind::Text:
      return write(node.text);
    case Layout::Kind::Line:
      return piece.broken ? newLine(piece.indent) : write(node.text);
    case Layout::Kind::HardLine:
      return newLine(piece.indent);
    case Layout::Kind::Sequence:
      return push(node, piece.indent, piece.broken);
    case Layout::Kind::Group: {
      bool broken = node.mustBreak || !fits({&node.parts[0], piece.indent, false}, column);
      return push(node, piece.indent, broken);
    }
    case Layout::Kind::Hang: {
      goesBelow(node.parts[0], piece.indent) ? newLine(piece.indent) : write(" ");
      return push(node, piece.indent, true);
    }
    case Layout::Kind::Nest:
      return push(node, piece.indent + node.columns, piece.broken);
    case Layout::Kind::Align:
      return push(node, column > farRight ? piece.indent + node.columns : column, piece.broken);
    }
  }

  void push(const Layout::Node &node, int indent, bool broken) {
    for (size_t i = node.parts.size(); i-- > 0;)
      stack.push_back({&node.parts[i], indent, broken});
  }

  void write(const std::string &text) {
    out += text;
    column += static_cast<int>(utf8Length(text));
  }

  void newLine(int indent) {
    while (!out.empty() && out.back() == ' ')
      out.pop_back();
    out += "\n";
    out.append(static_cast<size_t>(indent), ' ');
    column = indent;
  }

  /// What `Hang` asks.
  bool goesBelow(const Layout &part, int indent) const {
    if (!part.mustBreak() && fits({&part, indent, false}, column + 1))
      return false;
    return column > farRight || 1 + breaksIn(part, indent, indent) <= breaksIn(part, indent, column + 1);
  }

  /// Line breaks in the part, set from column `from` on.
  std::ptrdiff_t breaksIn(const Layout &part, int indent, int from) const {
    std::string text = Renderer(width, from).render(part, indent);
    return std::count(text.begin(), text.end(), '\n');
  }

  /// Whether `first` and what follows it up to the next line break have room on a line from this column on.
  bool fits(Piece first, int from) const {
    int room = width - from;
    size_t rest = stack.size();
    bool beyond = false; // of `first`
    std::vector<Piece> ahead = {first};
    while (room >= 0) {
      if (ahead.empty()) {
        if (rest == 0)
          return true;
        ahead.push_back(stack[--rest]);
        beyond = true;
      }
      Piece piece = ahead.back();
      ahead.pop_back();
      const Layout::Node &node = **piece.layout;
      switch (node.kind) {
      case Layout::Kind::Text:
        room -= static_cast<int>(utf8Length(node.text));
        break;
      case Layout::Kind::Line:
        if (piece.broken)
          return true;
        room -= static_cast<int>(utf8Length(node.text));
        break;
      case Layout::Kind::HardLine:
      case Layout::Kind::Comment:
        return true;
      case Layout::Kind::Group: // one that follows may break at its first line, if it must
        ahead.push_back({&node.parts[0], piece.indent, piece.broken});
        break;
      case Layout::Kind::Hang:
        if (beyond && piece.broken)
          return true; // it may stand on the next line
        --room;
        [[fallthrough]];
      default:
        for (size_t i = node.parts.size(); i-- > 0;)
          ahead.push_back({&node.parts[i], piece.indent, piece.broken});
      }
    }
    return false;
  }

  int width;
  int column;
  std::string out;
  std::vector<Piece> stack;
};

} // namespace

Layout::Layout(std::string text) : Layout(Node{Kind::Text, std::move(text), 0, {}, false}) {}

Layout Layout::around(Kind kind, Layout part, int columns) {
  bool mustBreak = part.mustBreak();
  return Layout(Node{kind, "", columns, {std::move(part)}, mustBreak});
}

Layout lineOr(std::string unbroken) {
  return Layout(Layout::Node{Layout::Kind::Line, std::move(unbroken), 0, {}, false});
}
Layout hardLine() { return Layout(Layout::Node{Layout::Kind::HardLine, "", 0, {}, true}); }
Layout comment(std::string text) { return Layout(Layout::Node{Layout::Kind::Comment, std::move(text), 0, {}, true}); }
Layout group(Layout part) { return Layout::around(Layout::Kind::Group, std::move(part)); }
Layout hang(Layout part) { return Layout::around(Layout::Kind::Hang, std::move(part)); }
Layout nest(int columns, Layout part) { return Layout::around(Layout::Kind::Nest, std::move(part), columns); }
Layout align(Layout part, int otherwise) { return Layout::around(Layout::Kind::Align, std::move(part), otherwise); }

Layout sequence(std::vector<Layout> parts) {
  bool mustBreak = false;
  for (const Layout &part : parts)
    mustBreak |= part.mustBreak();
  return Layout(Layout::Node{Layout::Kind::Sequence, "", 0, std::move(parts), mustBreak});
}

std::string render(const Layout &layout, int width) { return Renderer(width).render(layout); }

} // namespace flex::ast
