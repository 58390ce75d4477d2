/// Damaged programs: parsing ends with a tree or with errors, and formatting what still parses keeps its meaning.
#include "ParseTesting.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace flex;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  for (const char *folder : {"stdlib", "models", "test/Parse", "examples"}) {
    fs::path path = fs::path(FLEX_SOURCE_DIR) / folder;
    if (!fs::is_directory(path))
      continue;
    std::vector<fs::path> files;
    for (const auto &entry : fs::recursive_directory_iterator(path))
      if (entry.path().extension() == ".flex")
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path &file : files) {
      std::ostringstream text;
      text << std::ifstream(file, std::ios::binary).rdbuf();
      texts.push_back(std::move(text).str());
    }
  }
  return texts;
}

/// Words, numbers, runs of blanks, single characters.
std::vector<std::string> pieces(const std::string &text) {
  std::vector<std::string> result;
  auto classOf = [](unsigned char c) { return std::isalnum(c) || c == '_' ? 0 : std::isspace(c) ? 1 : 2; };
  for (char c : text) {
    if (!result.empty() && classOf(result.back().back()) == classOf(c) && classOf(c) != 2)
      result.back() += c;
    else
      result.push_back(std::string(1, c));
  }
  return result;
}

template <typename Sequence> void damage(Sequence &sequence, std::mt19937 &random) {
  auto any = [&] { return random() % sequence.size(); };
  for (size_t times = 1 + random() % 3; times > 0 && !sequence.empty(); --times) {
    size_t at = any();
    switch (random() % 4) {
    case 0: sequence.erase(sequence.begin() + at); break;
    case 1: sequence.insert(sequence.begin() + at, typename Sequence::value_type(sequence[any()])); break;
    case 2: std::swap(sequence[at], sequence[any()]); break;
    default: sequence.resize(at); break;
    }
  }
}

void check(const std::string &text) {
  Parsed before(text);
  EXPECT_EQ(before.file == nullptr, before.diagnostics.hasErrors()) << text;
  before.diagnostics.text();
  if (!before.file)
    return;
  std::string result = ast::format(*before.file);
  Parsed after(result);
  ASSERT_TRUE(after.file) << text << "\n---\n" << result << after.diagnostics.text();
  ASSERT_EQ(ast::dump(*after.file), ast::dump(*before.file)) << text << "\n---\n" << result;
  ASSERT_EQ(ast::format(*after.file), result) << text;
  ASSERT_EQ(after.file->comments.size(), before.file->comments.size()) << text << "\n---\n" << result;
}

} // namespace

TEST(ParseFuzz, corpusIsThere) { EXPECT_GT(corpus().size(), 20u); }

TEST(ParseFuzz, untouched) {
  for (const std::string &text : corpus())
    check(text);
}

TEST(ParseFuzz, tokens) {
  std::mt19937 random(1);
  for (const std::string &text : corpus())
    for (int i = 0; i < 12; ++i) {
      std::vector<std::string> words = pieces(text);
      damage(words, random);
      std::string damaged;
      for (const std::string &word : words)
        damaged += word;
      check(damaged);
    }
}

TEST(ParseFuzz, bytes) {
  std::mt19937 random(2);
  for (const std::string &text : corpus())
    for (int i = 0; i < 8; ++i) {
      std::string damaged = text;
      damage(damaged, random);
      if (!damaged.empty() && random() % 4 == 0)
        damaged[random() % damaged.size()] = static_cast<char>(random());
      check(damaged);
    }
}

TEST(ParseFuzz, noise) {
  std::mt19937 random(3);
  const std::vector<std::string> words = {"fn", "block", "network", "(", ")", "[", "]", "{", "}", "=", "==", "->", "|>", ":", ",", ".", "..", "@", "as", "\"a{b}\"",
                                          "\"", "x", "1", "2.5", "-", "^", "not", "if", "then", "else", "for", "in", "let", "param", "_", "\n", "#c\n", "epochs", "use", "\xC3\xA4"};
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (size_t n = random() % 60; n > 0; --n)
      text += words[random() % words.size()] + (random() % 4 ? " " : "");
    check(text);
  }
}
