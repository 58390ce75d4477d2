/// Text with places where lines may break, and the choice among them (after Wadler's "A prettier printer").
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace flex::ast {

/// A piece of text to lay out; cheap to copy.
class Layout {
public:
  enum class Kind { Text, Line, HardLine, Comment, Sequence, Group, Hang, Nest, Align };
  struct Node {
    Kind kind;
    std::string text;          ///< of `Text` and `Comment`; of `Line` what stands there unbroken
    int columns = 0;           ///< of `Nest` and `Align`
    std::vector<Layout> parts; ///< of the others; `Group`, `Hang`, `Nest`, `Align` have one
    bool mustBreak = false;    ///< holds a hard line or a comment
  };

  Layout(std::string text = "");
  Layout(const char *text) : Layout(std::string(text)) {}

  const Node &operator*() const { return *node; }
  bool mustBreak() const { return node->mustBreak; }

  friend Layout lineOr(std::string unbroken);
  friend Layout hardLine();
  friend Layout comment(std::string text);
  friend Layout sequence(std::vector<Layout> parts);
  friend Layout group(Layout part);
  friend Layout hang(Layout part);
  friend Layout nest(int columns, Layout part);
  friend Layout align(Layout part, int otherwise);

private:
  static Layout around(Kind kind, Layout part, int columns = 0);
  explicit Layout(Node node) : node(std::make_shared<const Node>(std::move(node))) {}
  std::shared_ptr<const Node> node;
};

/// A line break where the innermost group round it is broken, else `unbroken`.
Layout lineOr(std::string unbroken);
Layout hardLine();
/// Goes to the end of its line and has no width; something must break the line after it.
Layout comment(std::string text);
Layout sequence(std::vector<Layout> parts);
/// On one line if it fits and must not break; otherwise all its own line breaks are taken.
Layout group(Layout part);
/// After a blank if it fits there on one line. Else on the next line, unless that makes more lines and there is fair room
/// here.
Layout hang(Layout part);
/// Lines inside begin `columns` further to the right.
Layout nest(int columns, Layout part);
/// Lines inside begin where the part begins, or `otherwise` columns in if that is too far to the right.
Layout align(Layout part, int otherwise = 4);

constexpr int lineWidth = 120;

/// Lines have at most `width` columns where breaks permit, and no blanks at their ends.
std::string render(const Layout &layout, int width = lineWidth);

} // namespace flex::ast
