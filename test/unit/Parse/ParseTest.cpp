/// Trees, ranges, and what must not bring the parser down. The grammar's rules are tested in test/Parse.
#include "ParseTesting.h"

using namespace flex;

TEST(Parse, rangesCoverTheText) {
  Parsed p("fn f(x: int) = g(x, ü) |> stem: h\n"); // the letter is an error: columns count code points
  EXPECT_EQ(p.error(), "unexpected character 'ü'");
  Parsed q("# ü\nfn f(x: int) = (g(x) + 1) |> stem: h\n");
  ASSERT_TRUE(q.file) << q.diagnostics.text();
  const ast::Pipe *pipe = ast::as<ast::Pipe>(&q.value());
  ASSERT_TRUE(pipe);
  EXPECT_EQ(q.textOf(pipe->range), "(g(x) + 1) |> stem: h");
  EXPECT_EQ(q.textOf(pipe->value->range), "(g(x) + 1)");
  EXPECT_TRUE(pipe->value->parenthesised);
  EXPECT_EQ(q.textOf(pipe->label->name.range), "stem");
  EXPECT_EQ(q.textOf(ast::as<ast::Binary>(pipe->value)->opRange), "+");
  EXPECT_EQ(q.textOf(q.file->decls[0]->configuration->range), "(x: int)");
  EXPECT_EQ(q.textOf(q.file->comments.at(0).range), "# ü");
}

TEST(Parse, numbersAreExact) {
  auto exact = [](const std::string &text) {
    Parsed p("fn f() = " + text);
    return ast::as<ast::Number>(&p.value())->exact;
  };
  using ast::Rational;
  EXPECT_EQ(exact("24"), (Rational{24, 1}));
  EXPECT_EQ(exact("1.50"), (Rational{3, 2}));
  EXPECT_EQ(exact("0.125025"), (Rational{5001, 40000}));
  EXPECT_EQ(exact("1e-5"), (Rational{1, 100000}));
  EXPECT_EQ(exact("2.5E+3"), (Rational{2500, 1}));
  EXPECT_EQ(exact("0.10000000000000000000000"), (Rational{1, 10}));
  EXPECT_EQ(exact("0e999999999999"), (Rational{0, 1}));
  EXPECT_EQ(exact("9223372036854775807"), (Rational{INT64_MAX, 1}));
  EXPECT_EQ(exact("9223372036854775808"), std::nullopt);
  EXPECT_EQ(exact("1e-30"), std::nullopt);
  Parsed tiny("fn f() = 1e-999");
  EXPECT_EQ(ast::as<ast::Number>(&tiny.value())->value, 0);
  EXPECT_EQ(Parsed("fn f() = 1e999").error(), "'1e999' is too large for a number");
}

TEST(Parse, templatesHoldTrees) {
  Parsed p("block B() { let a as \"x.{2 * l}[{l}]\" = 1 }");
  ASSERT_TRUE(p.file) << p.diagnostics.text();
  const auto &parts = ast::as<ast::Let>(p.file->decls[0]->body.statements[0])->attributes.as->parts;
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].text, "x.");
  EXPECT_EQ(p.textOf(parts[0].value->range), "2 * l");
  EXPECT_EQ(parts[1].text, "[");
  EXPECT_EQ(parts[2].text, "]");
  EXPECT_FALSE(parts[2].value);
}

TEST(Parse, expressionAlone) {
  Sources sources;
  Diagnostics diagnostics;
  const SourceFile *file = sources.add("<-D>", "c=[1, 2 * 3]");
  ast::ExprPtr expr = parseExpression({file, 2, 12}, diagnostics);
  ASSERT_TRUE(expr) << diagnostics.text();
  EXPECT_EQ(ast::dump(*expr), "list\n  number 1\n  binary *\n    number 2\n    number 3\n");
  EXPECT_FALSE(parseExpression({file, 2, 8}, diagnostics));
  EXPECT_FALSE(parseExpression({file, 2, 2}, diagnostics));
  EXPECT_EQ(diagnostics.text(), "<-D>:1:3: error: '[' is never closed\n  c=[1, 2 * 3]\n    ^\n  hint: expected ']'\n"
                                "<-D>:1:3: error: expected an expression, got the end of the expression\n  c=[1, 2 * 3]\n    ^\n");
}

/// One error a line holds inside strings, too, wherever they stand.
TEST(Parse, templateErrorsAreNotEchoed) {
  Parsed p("block B() {\n  let a = 1\n  let b as \"x.{1 ? 2 3}\" = 2\n}");
  EXPECT_EQ(p.error(), "unexpected character '?'");
  Parsed q("block B() {\n  let b as \"x.{(1}\" = 2\n}");
  EXPECT_EQ(q.error(), "'(' is never closed");
}

TEST(Parse, noiseIsCutShort) {
  EXPECT_EQ(Parsed(repeat("? ", 100000)).diagnostics.errorCount(), 100u);
}

TEST(Parse, emptyFiles) {
  for (const char *text : {"", "\n\n", "# only a comment", "\xEF\xBB\xBF"})
    EXPECT_TRUE(Parsed(text).file) << text;
}

TEST(Parse, notText) {
  EXPECT_EQ(Parsed(std::string("fn f() = 1\0", 11)).error(), "this is not a text file: it has a zero byte");
  EXPECT_EQ(Parsed("fn f() = \xFF").error(), "this is not UTF-8 text");
  EXPECT_EQ(Parsed("fn f() = \xC3").error(), "this is not UTF-8 text");
  EXPECT_EQ(Parsed("# \xED\xA0\x80").error(), "this is not UTF-8 text"); // a surrogate
  EXPECT_EQ(Parsed(repeat("# comment\n", 500000)).error(), "this file is too large: 5000000 bytes, expected at most 4194304");
}

TEST(Parse, lineEndsOfWindows) {
  Parsed p("fn f() {\r\n  let a 3\r\n}\r\n");
  EXPECT_EQ(p.diagnostics.text(), "test.flex:2:9: error: expected '=', got '3'\n    let a 3\n          ^\n");
}

/// Everything that could make the tree, or the parser's stack, as deep as the text is long.
TEST(Parse, depthIsLimited) {
  const size_t n = 20000;
  const std::string deep = "nested too deeply: more than 200 levels", chain = "expression too long: more than 500 operations in a row";
  EXPECT_EQ(Parsed("fn f() = " + repeat("(", n) + "1" + repeat(")", n)).error(), deep);
  EXPECT_EQ(Parsed("fn f() = " + repeat("[", n) + repeat("]", n)).error(), deep);
  EXPECT_EQ(Parsed("fn f() = " + repeat("- ", n) + "1").error(), deep);
  EXPECT_EQ(Parsed("fn f() = " + repeat("not ", n) + "1").error(), deep);
  EXPECT_EQ(Parsed("fn f() = " + repeat("2 ^ ", n) + "1").error(), deep);
  EXPECT_EQ(Parsed("fn f() = " + repeat("if a then 1 else ", n) + "1").error(), deep);
  EXPECT_EQ(Parsed("fn f() { " + repeat("if a { } else ", n) + "{ } }").error(), deep);
  EXPECT_EQ(Parsed("fn f() { " + repeat("for i in 1..2 { ", n) + repeat("}", n + 1)).error(), deep);
  EXPECT_EQ(Parsed("fn f() { " + repeat("fn g() { ", n) + repeat("}", n + 1)).error(), deep);
  EXPECT_EQ(Parsed("fn f(x: " + repeat("int -> ", n) + "int) = 1").error(), deep);
  EXPECT_EQ(Parsed("fn f() = 1" + repeat(" + 1", n)).error(), chain);
  EXPECT_EQ(Parsed("fn f() = 1" + repeat(" - 1", n)).error(), chain);
  EXPECT_EQ(Parsed("fn f() = x" + repeat(" |> g", n)).error(), chain);
  EXPECT_EQ(Parsed("fn f() = x" + repeat(".y", n)).error(), chain);
  EXPECT_EQ(Parsed("fn f() = x" + repeat("(1)", n)).error(), chain);
  EXPECT_EQ(Parsed("fn f() = x" + repeat("[1]", n)).error(), chain);
}

/// What is within the limits is safe for everything that recurses over the tree.
TEST(Parse, depthBelowTheLimit) {
  const size_t n = 190;
  std::string chain = "x" + repeat(" + 1", 100);
  for (const std::string &text :
       {"fn f() = " + repeat("(", n) + chain + repeat(")", n), "fn f() = " + repeat("g([", n / 2) + chain + repeat("])", n / 2),
        "fn f() = " + repeat("- ", n) + "x", "fn f() = " + repeat("2 ^ ", n) + "x", "fn f() = " + repeat("if a then 1 else ", n) + "x",
        "fn f() { " + repeat("if a { } else ", n) + "{ } }", "fn f() { " + repeat("for i in 1..2 { ", n) + repeat("}", n + 1),
        "fn f(x: " + repeat("int -> ", n) + "int) = " + chain}) {
    Parsed p(text);
    ASSERT_TRUE(p.file) << p.diagnostics.text();
    Parsed again(ast::format(*p.file));
    ASSERT_TRUE(again.file) << again.diagnostics.text();
    EXPECT_EQ(ast::dump(*again.file), ast::dump(*p.file));
  }
}

TEST(Parse, longFilesAreNotDeep) {
  std::string text;
  for (size_t i = 0; i < 500; ++i) {
    std::string name = "f" + std::to_string(i);
    text += "fn " + name + "(x: int -> int, y: real) -> int { if y { z = -1 } else { z = x(1) + y } let a = if y then 1 else 2 }\n";
  }
  Parsed p(text);
  EXPECT_TRUE(p.file) << p.diagnostics.text();
  Parsed list("fn f() = [" + repeat("-1 + 2 * x[0], ", 5000) + "1]");
  EXPECT_TRUE(list.file) << list.diagnostics.text();
}

TEST(Parse, manyErrors) {
  Parsed p("fn f() {\n" + repeat("  let = 1\n", 500) + "}\n");
  EXPECT_EQ(p.diagnostics.errorCount(), 100u);
  std::string text = p.diagnostics.text();
  EXPECT_NE(text.find("test.flex:21:7"), std::string::npos);
  EXPECT_EQ(text.find("test.flex:22:7"), std::string::npos);
  EXPECT_TRUE(text.ends_with("80 more errors\n")) << text;
}
