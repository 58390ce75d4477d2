#include "flex/Support/Source.h"
#include "flex/Support/Utf8.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

namespace flex {

namespace {

std::vector<uint32_t> findLineStarts(std::string_view text) {
  std::vector<uint32_t> starts = {0};
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n')
      starts.push_back(static_cast<uint32_t>(i + 1));
  return starts;
}

} // namespace

LineColumn lineColumn(const SourceFile &file, uint32_t offset) {
  offset = std::min<uint32_t>(offset, static_cast<uint32_t>(file.text.size()));
  auto next = std::upper_bound(file.lineStarts.begin(), file.lineStarts.end(), offset);
  uint32_t line = static_cast<uint32_t>(next - file.lineStarts.begin());
  uint32_t start = file.lineStarts[line - 1];
  std::string_view before = std::string_view(file.text).substr(start, offset - start);
  return {line, static_cast<uint32_t>(utf8Length(before)) + 1};
}

std::string placeOf(SourceRange range) {
  if (!range)
    return "<built-in>";
  LineColumn at = lineColumn(*range.file, range.begin);
  return range.file->path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

const SourceFile *Sources::read(const std::string &path, std::string &error) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  // Opening a folder succeeds; reading it does not.
  if (!in || (in.peek() != std::ifstream::traits_type::eof() && !(content << in.rdbuf())) || in.bad()) {
    error = "cannot read '" + path + "': " + std::generic_category().message(errno ? errno : EIO);
    return nullptr;
  }
  std::string text = std::move(content).str();
  if (size_t bad = utf8Error(text); bad != std::string::npos) {
    error = "'" + path + "' is not UTF-8 text: byte " + std::to_string(bad + 1) + " is wrong";
    return nullptr;
  }
  return add(path, std::move(text));
}

const SourceFile *Sources::add(std::string path, std::string text) {
  constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(byteOrderMark))
    text.erase(0, byteOrderMark.size());
  auto file = std::make_unique<SourceFile>();
  file->path = std::move(path);
  file->lineStarts = findLineStarts(text);
  file->text = std::move(text);
  files.push_back(std::move(file));
  return files.back().get();
}

} // namespace flex
