/// Files that are never half written, and reading whole files; every failure is an Error that names the file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace flexrt {

/// Writes a file in one piece: a temporary one beside it, fsync, rename, fsync of the folder. If anything fails, `path`
/// is as before and nothing is left behind. A path that is a device or a pipe is written to directly.
void writeFileAtomically(const std::filesystem::path &path, std::string_view bytes);

std::string readFile(const std::filesystem::path &path);

/// A file that only grows, line by line; each line is written before `append` returns.
class AppendFile {
public:
  /// Opens, creating it if need be, and cuts it to `size` bytes if that is not negative. Throws Error if it is shorter.
  explicit AppendFile(const std::filesystem::path &path, int64_t size = -1);
  ~AppendFile();
  AppendFile(const AppendFile &) = delete;
  AppendFile &operator=(const AppendFile &) = delete;

  void append(std::string_view line);
  void sync();
  int64_t size() const { return size_; }

private:
  std::filesystem::path path_;
  int file_ = -1;
  int64_t size_ = 0;
};

} // namespace flexrt
