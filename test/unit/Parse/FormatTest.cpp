/// The canonical layout.
#include "ParseTesting.h"

using namespace flex;

namespace {

/// Formats, and checks what must hold for every file.
std::string formatted(const std::string &text) {
  Parsed before(text);
  EXPECT_TRUE(before.file) << before.diagnostics.text();
  if (!before.file)
    return "";
  std::string result = ast::format(*before.file);
  Parsed after(result);
  EXPECT_TRUE(after.file) << result << after.diagnostics.text();
  if (!after.file)
    return result;
  EXPECT_EQ(ast::dump(*after.file), ast::dump(*before.file)) << result;
  EXPECT_EQ(ast::format(*after.file), result);
  EXPECT_EQ(after.file->comments.size(), before.file->comments.size()) << result;
  return result;
}

} // namespace

TEST(Format, blanksAndParentheses) {
  EXPECT_EQ(formatted("use   std . layers\nfn f( x:int,y:real=- 1 )->[c]on grid[ d ]=((x+1))*y[ .. ,0]"),
            "use std.layers\nfn f(x: int, y: real = -1) -> [c] on grid[d] = (x + 1) * y[.., 0]\n");
  EXPECT_EQ(formatted("fn f() = [1 epochs, 350epochs, 1 steps, 2 step]"), "fn f() = [1 epoch, 350 epochs, 1 step, 2 steps]\n");
  EXPECT_EQ(formatted("fn f(g: (int->int) -> ( ) -> block) -> (x: int, y: class( 10 )) extern"),
            "fn f(g: (int -> int) -> () -> block) -> (x: int, y: class(10)) extern\n");
  EXPECT_EQ(formatted(""), "");
}

TEST(Format, statements) {
  EXPECT_EQ(formatted("block B(){param w[c,d]@mask as \"a.{ l }\"=1 state s=0 next s=s+1\n\n\n\nlet a=1 var b=2 b=3\n"
                      "optimizer@mask=4 require a<b extent level(1) band 2 return x}"),
            "block B() {\n"
            "  param w[c, d] @mask as \"a.{ l }\" = 1\n"
            "  state s = 0\n"
            "  next s = s + 1\n"
            "\n"
            "  let a = 1\n"
            "  var b = 2\n"
            "  b = 3\n"
            "  optimizer @mask = 4\n"
            "  require a < b\n"
            "  extent level(1)\n"
            "  band 2\n"
            "  return x\n"
            "}\n");
}

TEST(Format, shortBlocksStayOnTheirLine) {
  EXPECT_EQ(formatted("fn f() { return 1 }"), "fn f() { return 1 }\n");
  EXPECT_EQ(formatted("fn f() {\nreturn 1 }"), "fn f() {\n  return 1\n}\n");
  EXPECT_EQ(formatted("fn f() { if a { x = 1 } else { x = 2 } }"), "fn f() {\n  if a { x = 1 } else { x = 2 }\n}\n");
  EXPECT_EQ(formatted("fn f() { if a { x = 1 y = 2 } else if b { x = 2 } else { } }"),
            "fn f() {\n  if a {\n    x = 1\n    y = 2\n  } else if b {\n    x = 2\n  } else {}\n}\n");
}

TEST(Format, longLinesAreBroken) {
  std::string ports = "a_long_name: int = 32, another_name: real = 25.6";
  std::string text = formatted("kernel Net(" + ports + ", " + ports + ", " + ports + ")(p: [d]) -> [out] { return p }");
  EXPECT_EQ(text, "kernel Net(a_long_name: int = 32, another_name: real = 25.6, a_long_name: int = 32, another_name: real = 25.6,\n"
                  "           a_long_name: int = 32, another_name: real = 25.6) (p: [d]) -> [out] { return p }\n");
  text = formatted("fn f() = " + repeat("first_term * second_term + ", 8) + "1");
  EXPECT_EQ(text, "fn f() = first_term * second_term + first_term * second_term + first_term * second_term + first_term * second_term +\n"
                  "  first_term * second_term + first_term * second_term + first_term * second_term + first_term * second_term + 1\n");
}

TEST(Format, whatDoesNotFitBesideItsNameGoesBelow) {
  std::string ports = "first: real = 1, second: real = 2, third: real = 3, fourth: real = 4, fifth: real = 5";
  EXPECT_EQ(formatted("fn f(" + ports + ") = where(first < second, third * fourth, fourth + (fifth - third) * first)"),
            "fn f(" + ports + ") =\n  where(first < second, third * fourth, fourth + (fifth - third) * first)\n");
  // A head that just has room for the '=' stays whole.
  EXPECT_EQ(formatted("fn fff(" + ports + ", sixth: real = 6) = Net(first, second)"),
            "fn fff(" + ports + ", sixth: real = 6) =\n  Net(first, second)\n");
  // Beside a short name nothing is won by a new line.
  EXPECT_EQ(formatted("fn f() = Net(" + repeat("argument, ", 12) + "1)"),
            "fn f() = Net(" + repeat("argument, ", 9) + "argument,\n" + std::string(13, ' ') + "argument, argument, 1)\n");
  // A comprehension breaks before its `for` rather than inside its element.
  std::string element = "Sine(hidden, if l == 0 then uniform(-1 / d, 1 / d) else uniform(-r, r), omega0, inside, learned)";
  EXPECT_EQ(formatted("fn f() { let sines as \"kernel\" = [" + element + " for l in 0..layers - 2] }"),
            "fn f() {\n  let sines as \"kernel\" =\n    [" + element + "\n     for l in 0..layers - 2]\n}\n");
}

TEST(Format, valuesStandUnderConfigurations) {
  std::string ports = "(a_long_name: int = 32, another_name: real = 25.6, a_third_one: int = 32, and_the_last: real = 25.6)";
  EXPECT_EQ(formatted("kernel Net" + ports + " (p: [d]) -> [out] { return p }"),
            "kernel Net" + ports + "\n          (p: [d]) -> [out] { return p }\n");
}

TEST(Format, columnsOfTheAuthorStay) {
  // Tags, names and '=' each have a column; blanks that no line needs go.
  std::string columns = "  param mean[d]       @mask as \"m\" = 0\n"
                        "  param deviation[d]  @mask as \"s\" = 1\n";
  EXPECT_EQ(formatted("mask M() {\n" + columns + "  return 1\n}"),
            "mask M() {\n  param mean[d]      @mask as \"m\" = 0\n  param deviation[d] @mask as \"s\" = 1\n  return 1\n}\n");
  EXPECT_EQ(formatted("fn f() {\n  let a     = 1\n  var lo    = [2,\n 3]\n\n  let b  = 4\n  let cc = 5\n  return a }"),
            "fn f() {\n  let a  = 1\n  var lo = [2, 3]\n\n  let b  = 4\n  let cc = 5\n  return a\n}\n");
  EXPECT_EQ(formatted("experiment main  = a\nexperiment other = b"), "experiment main  = a\nexperiment other = b\n");
  // None is made where there was none, or where one line does not keep to it.
  EXPECT_EQ(formatted("fn f() {\n  let a = 1\n  let bb = 2\n}"), "fn f() {\n  let a = 1\n  let bb = 2\n}\n");
  EXPECT_EQ(formatted("fn f() {\n  let a  = 1\n  let bb  = 2\n}"), "fn f() {\n  let a = 1\n  let bb = 2\n}\n");
}

TEST(Format, commentsInAColumnStay) {
  EXPECT_EQ(formatted("fn f() {\n  let a = 1      # one\n  require a < 2  # two\n  let b = 1 # three\n}"),
            "fn f() {\n  let a = 1      # one\n  require a < 2  # two\n  let b = 1  # three\n}\n");
  EXPECT_EQ(formatted("fn f() {\n  let a   =  1    # one\n  let bcd = 10    # two\n}"),
            "fn f() {\n  let a   = 1   # one\n  let bcd = 10  # two\n}\n");
}

TEST(Format, pipesKeepTheirGroups) {
  EXPECT_EQ(formatted("fn f() {\n  return x |> a: A(1) |> relu\n |> b: B  # why\n  # and\n |> _: C\n}"),
            "fn f() {\n  return x |> a: A(1) |> relu\n           |> b: B  # why\n           # and\n           |> _: C\n}\n");
}

TEST(Format, comments) {
  EXPECT_EQ(formatted("# head\n\n\n# of f\nfn f() {  # opens\n  # first\n  let a = 1# one\n\n  # second\n  let b = [1, # in\n    2]\n  # last\n}  # closes\n# end"),
            "# head\n\n# of f\nfn f() {  # opens\n  # first\n  let a = 1  # one\n\n  # second\n"
            "  let b = [\n    1,  # in\n    2\n  ]\n  # last\n}  # closes\n# end\n");
  EXPECT_EQ(formatted("fn f(a: int, # width\n  # other\n  b: int) = a +  # hidden\n b"),
            "# hidden\nfn f(\n  a: int,  # width\n  # other\n  b: int\n) = a + b\n");
  EXPECT_EQ(formatted("fn f() {\n  if a { # one\n  } # two\n  else { }\n}\n"), "fn f() {\n  # two\n  if a {  # one\n  } else {}\n}\n");
}
