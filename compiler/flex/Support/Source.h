/// Source text and places in it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace flex {

/// One file's text, as it was read. Owned by `Sources`; its address is stable.
struct SourceFile {
  std::string path;                 ///< as the user named it
  std::string text;
  std::vector<uint32_t> lineStarts; ///< byte offset of each line
};

/// A half-open byte range of one file. `file` is null for what has no source (built-ins).
struct SourceRange {
  const SourceFile *file = nullptr;
  uint32_t begin = 0;
  uint32_t end = 0;

  explicit operator bool() const { return file != nullptr; }
};

/// Line and column, from 1; columns count UTF-8 code points.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};
LineColumn lineColumn(const SourceFile &file, uint32_t offset);
/// "file:line:col" of the range's start; "<built-in>" where it has no file.
std::string placeOf(SourceRange range);

/// Reads and keeps files.
class Sources {
public:
  /// Null, with `error` set to the reason, if the file cannot be read or is not UTF-8.
  const SourceFile *read(const std::string &path, std::string &error);
  /// For text that has no file: tests, standard input.
  const SourceFile *add(std::string path, std::string text);

private:
  std::vector<std::unique_ptr<SourceFile>> files;
};

} // namespace flex
