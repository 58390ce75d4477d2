/// Finding and reading the files of data sets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace flexrt {

/// Where a data set's files may lie, and what to tell a user who does not have them.
struct DataFolder {
  std::string set;                  ///< "mnist"
  std::string root;                 ///< "" if the user named none
  std::vector<std::string> folders; ///< below the root; "" is the root itself
  std::string origin;               ///< where to get the files

  /// Path of the first folder's file that exists, trying all `names` in one folder before the next. Throws Error that
  /// says which files were looked for, where, and how to name the root.
  std::string find(const std::vector<std::string> &names) const;

  /// All files "<prefix>...<suffix>" of the first folder that has any, sorted. Throws Error as `find` does.
  std::vector<std::string> findAll(const std::string &prefix, const std::string &suffix) const;

private:
  [[noreturn]] void missing(const std::string &wanted) const;
};

/// Names of the folders in `folder`, sorted. Throws Error if it is none, or has none.
std::vector<std::string> listFolders(const std::filesystem::path &folder);

/// Paths of the files in `folder` whose names end with `suffix`, sorted; other cases of its letters count too. Throws
/// Error if it is no folder.
std::vector<std::string> listFiles(const std::filesystem::path &folder, const std::string &suffix);

/// The whole file; gzipped ones are unpacked. Throws Error.
std::vector<uint8_t> readDataFile(const std::string &path);

/// Throws Error that names the file, the bytes it should have and those it has, if they differ.
void requireSize(const std::string &path, uint64_t expected, uint64_t actual);

/// Throws Error that names the file and the row if a label is not below `classes`.
void requireLabels(const std::string &path, std::span<const uint8_t> labels, int64_t classes);

} // namespace flexrt
