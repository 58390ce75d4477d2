/// Sources, diagnostics, suggestions.
#include "flex/Support/Diagnostics.h"
#include "flex/Support/Suggest.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

using namespace flex;

namespace {

struct DiagnosticsTest : testing::Test {
  Sources sources;
  Diagnostics diagnostics;

  SourceRange find(const std::string &text, const std::string &what) {
    const SourceFile *file = sources.add("a.flex", text);
    size_t at = file->text.find(what);
    return {file, static_cast<uint32_t>(at), static_cast<uint32_t>(at + what.size())};
  }
};

} // namespace

TEST_F(DiagnosticsTest, printsLineCaretPathAndHint) {
  diagnostics.error(find("let x = 1\nlet y = foo(2)\n", "foo"), "unknown name 'foo'").withHint("did you mean 'for'?").in("blocks.1 of Net");
  diagnostics.note(SourceRange(), "'foo' is no builtin");
  EXPECT_EQ(diagnostics.text(), "a.flex:2:9: error: unknown name 'foo'\n"
                                "  let y = foo(2)\n"
                                "          ^~~\n"
                                "  in blocks.1 of Net\n"
                                "  hint: did you mean 'for'?\n"
                                "<built-in>: note: 'foo' is no builtin\n");
  EXPECT_EQ(diagnostics.errorCount(), 1u);
}

TEST_F(DiagnosticsTest, tabsAndLettersOfSeveralBytes) {
  diagnostics.error(find("\tx = \"äöü\" + bad", "bad"), "wrong");
  EXPECT_EQ(diagnostics.text(), "a.flex:1:14: error: wrong\n  \tx = \"äöü\" + bad\n  \t            ^~~\n");
}

TEST_F(DiagnosticsTest, rangesOverSeveralLinesEndWithTheFirst) {
  diagnostics.warning(find("f(a,\n  b)\n", "(a,\n  b"), "wrong");
  EXPECT_EQ(diagnostics.text(), "a.flex:1:2: warning: wrong\n  f(a,\n   ^~~\n");
  EXPECT_FALSE(diagnostics.hasErrors());
}

TEST_F(DiagnosticsTest, longLinesAreCut) {
  std::string blank(1000, 'x');
  diagnostics.error(find(blank + "é bad " + blank, "bad"), "wrong");
  std::string text = diagnostics.text();
  EXPECT_LT(text.size(), 400u);
  size_t line = text.find("\n  ...") + 1, carets = text.find('\n', line) + 1;
  std::string shown = text.substr(line, carets - line);
  // One letter of two bytes stands before the caret.
  EXPECT_EQ(shown.substr(text.find('^', carets) - carets + 1, 3), "bad");
}

TEST_F(DiagnosticsTest, endOfFileAndControlCharacters) {
  const SourceFile *file = sources.add("a.flex", "a\x1b[31m\n");
  diagnostics.error({file, 7, 7}, "wrong");
  diagnostics.error({file, 0, 1}, "wrong");
  EXPECT_EQ(diagnostics.text(), "a.flex:2:1: error: wrong\n  \n  ^\na.flex:1:1: error: wrong\n  a?[31m\n  ^\n");
}

TEST_F(DiagnosticsTest, theSameIsSaidOnce) {
  SourceRange range = find("x", "x");
  diagnostics.error(range, "wrong").in("blocks.0");
  diagnostics.note(range, "since");
  diagnostics.error(range, "wrong").in("blocks.1");
  diagnostics.note(range, "since");
  diagnostics.error(range, "also wrong");
  EXPECT_EQ(diagnostics.errorCount(), 2u);
  EXPECT_EQ(diagnostics.all().size(), 3u);
  EXPECT_EQ(diagnostics.all()[0].path, "blocks.0");
}

TEST_F(DiagnosticsTest, limitCountsErrors) {
  SourceRange range = find("xyz", "x");
  for (int i = 0; i < 5; ++i)
    diagnostics.error(range, "wrong " + std::to_string(i));
  EXPECT_TRUE(diagnostics.text(4).ends_with("1 more error\n"));
  EXPECT_TRUE(diagnostics.text(3).ends_with("2 more errors\n"));
  EXPECT_EQ(diagnostics.text(5).find("more"), std::string::npos);
}

TEST(Sources, placesCountCodePoints) {
  Sources sources;
  const SourceFile *file = sources.add("a.flex", "äb\nc");
  LineColumn at = lineColumn(*file, 2);
  EXPECT_EQ(at.line, 1u);
  EXPECT_EQ(at.column, 2u);
  EXPECT_EQ(placeOf({file, 4, 5}), "a.flex:2:1");
  EXPECT_EQ(placeOf({file, 100, 100}), "a.flex:2:2");
}

TEST(Sources, readsTextOnly) {
  Sources sources;
  std::string error, path = testing::TempDir() + "flex-sources-test.flex";
  EXPECT_FALSE(sources.read(path + ".absent", error));
  EXPECT_NE(error.find("cannot read"), std::string::npos) << error;
  EXPECT_FALSE(sources.read(testing::TempDir(), error));
  EXPECT_NE(error.find("cannot read"), std::string::npos) << error;
  std::ofstream(path, std::ios::binary) << "ok \xFF";
  EXPECT_FALSE(sources.read(path, error));
  EXPECT_NE(error.find("not UTF-8 text: byte 4"), std::string::npos) << error;
  std::ofstream(path, std::ios::binary) << "\xEF\xBB\xBFok";
  ASSERT_TRUE(sources.read(path, error));
  EXPECT_EQ(sources.read(path, error)->text, "ok");
  std::ofstream(path, std::ios::binary) << "";
  ASSERT_TRUE(sources.read(path, error));
  EXPECT_EQ(sources.read(path, error)->text, "");
  std::remove(path.c_str());
}

TEST(Suggest, slipsOfTheKeyboard) {
  std::vector<std::string> names = {"BatchNorm", "LayerNorm", "Linear", "relu", "max", "mean"};
  EXPECT_EQ(suggest("BatchNrom", names), "BatchNorm");
  EXPECT_EQ(suggest("batchnorm", names), "BatchNorm");
  EXPECT_EQ(suggest("linaer", names), "Linear");
  EXPECT_EQ(suggest("rleu", names), "relu");
  EXPECT_EQ(suggest("men", names), "mean");
  EXPECT_EQ(suggest("Dropout", names), "");
  EXPECT_EQ(suggest("x", names), "");
  EXPECT_EQ(suggest("", names), "");
  EXPECT_EQ(suggest(std::string(1000, 'a'), names), "");
}
