#include "flexrt/data/Files.h"

#include "flexrt/core/Error.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>

#include <zlib.h>

namespace flexrt {
namespace fs = std::filesystem;

void DataFolder::missing(const std::string &wanted) const {
  const std::string how = "name the folder with data.root=FOLDER or FLEX_DATA; the files come from " + origin;
  if (root.empty())
    throw Error("no data folder is given: '" + set + "' needs " + wanted, how);
  if (std::error_code error; !fs::is_directory(root, error))
    throw Error("data folder '" + root + "' does not exist: '" + set + "' needs " + wanted, how);
  std::string places;
  for (const std::string &folder : folders)
    places += (places.empty() ? "'" : ", '") + (fs::path(root) / folder).lexically_normal().string() + "'";
  throw Error("'" + set + "' needs " + wanted + ", found in none of " + places, how);
}

std::string DataFolder::find(const std::vector<std::string> &names) const {
  std::error_code error;
  if (!root.empty())
    for (const std::string &folder : folders)
      for (const std::string &name : names)
        if (const fs::path path = fs::path(root) / folder / name; fs::is_regular_file(path, error))
          return path.string();
  std::string wanted;
  for (const std::string &name : names)
    wanted += (wanted.empty() ? "'" : " or '") + name + "'";
  missing(wanted);
}

std::vector<std::string> DataFolder::findAll(const std::string &prefix, const std::string &suffix) const {
  for (const std::string &folder : folders) {
    std::vector<std::string> found;
    std::error_code error;
    if (root.empty())
      break;
    for (const auto &entry : fs::directory_iterator(fs::path(root) / folder, error))
      if (const std::string name = entry.path().filename().string(); name.starts_with(prefix) && name.ends_with(suffix))
        found.push_back(entry.path().string());
    std::sort(found.begin(), found.end());
    if (!found.empty())
      return found;
  }
  missing("'" + prefix + "*" + suffix + "'");
}

static void requireFolder(const fs::path &folder) {
  if (std::error_code error; !fs::is_directory(folder, error))
    throw Error("there is no folder '" + folder.string() + "'",
                "folders of data sets are looked for under data.root=FOLDER or FLEX_DATA");
}

std::vector<std::string> listFolders(const fs::path &folder) {
  requireFolder(folder);
  std::vector<std::string> names;
  for (const auto &entry : fs::directory_iterator(folder))
    if (entry.is_directory() && !entry.path().filename().string().starts_with("."))
      names.push_back(entry.path().filename().string());
  if (names.empty())
    throw Error("'" + folder.string() + "' holds no folders: expected one for each class");
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> listFiles(const fs::path &folder, const std::string &suffix) {
  requireFolder(folder);
  std::vector<std::string> paths;
  for (const auto &entry : fs::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name.ends_with(suffix) && entry.is_regular_file())
      paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<uint8_t> readDataFile(const std::string &path) {
  // zlib reads files that are not gzipped as they are.
  std::unique_ptr<gzFile_s, decltype(&gzclose)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file)
    throw Error("cannot read '" + path + "': " + std::strerror(errno));
  std::vector<uint8_t> bytes;
  constexpr size_t piece = size_t{1} << 20;
  while (true) {
    const size_t have = bytes.size();
    bytes.resize(have + piece);
    const int got = gzread(file.get(), bytes.data() + have, piece);
    bytes.resize(have + std::max(got, 0));
    int code = Z_OK;
    std::string_view reason = gzerror(file.get(), &code);
    // Z_BUF_ERROR: the compressed stream ends before its end mark.
    if (got < 0 || code == Z_BUF_ERROR) {
      if (code == Z_ERRNO)
        reason = std::strerror(errno);
      else if (const std::string named = path + ": "; reason.starts_with(named)) // zlib names the file, too
        reason.remove_prefix(named.size());
      throw Error("cannot read '" + path + "': " + std::string(reason) + " after " + std::to_string(bytes.size()) +
                  " unpacked bytes");
    }
    if (size_t(got) < piece)
      return bytes;
  }
}

void requireSize(const std::string &path, uint64_t expected, uint64_t actual) {
  if (expected != actual)
    throw Error("'" + path + "' is " + (actual < expected ? "truncated" : "too long") + ": expected " +
                std::to_string(expected) + " bytes (unpacked), it has " + std::to_string(actual));
}

void requireLabels(const std::string &path, std::span<const uint8_t> labels, int64_t classes) {
  for (size_t i = 0; i < labels.size(); ++i)
    if (labels[i] >= classes)
      throw Error("label " + std::to_string(labels[i]) + " of sample " + std::to_string(i) + " in '" + path +
                  "' is out of range: expected 0 to " + std::to_string(classes - 1));
}

} // namespace flexrt
