#include "flexrt/train/RunFolder.h"

#include "flexrt/core/Error.h"

#include <algorithm>
#include <cstdio>
#include <system_error>

namespace flexrt {
namespace {

/// The highest number of a run of `name`, 0 for none.
int highestNumber(const std::filesystem::path &parent, const std::string &name) {
  int highest = 0;
  std::error_code error;
  for (const auto &entry : std::filesystem::directory_iterator(parent, error)) {
    const std::string file = entry.path().filename();
    if (file.size() > name.size() + 1 && file.starts_with(name + "-") &&
        file.find_first_not_of("0123456789", name.size() + 1) == std::string::npos && file.size() < name.size() + 9)
      highest = std::max(highest, std::stoi(file.substr(name.size() + 1)));
  }
  return highest;
}

std::string numbered(const std::string &name, int number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "-%04d", number);
  return name + digits;
}

[[noreturn]] void cannotMake(const std::filesystem::path &path, const std::error_code &error) {
  throw Error("cannot make the run folder '" + path.string() + "': " + error.message(),
              "choose a folder that you may write to, for example run.folder=/tmp/runs");
}

} // namespace

RunFolder RunFolder::create(const std::filesystem::path &parent, const std::string &name) {
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (error)
    cannotMake(parent, error);
  for (int number = highestNumber(parent, name) + 1;; ++number) {
    RunFolder folder{parent / numbered(name, number)};
    if (std::filesystem::create_directory(folder.path, error)) {
      std::filesystem::create_directory(folder.checkpoints(), error);
      if (error)
        cannotMake(folder.checkpoints(), error);
      return folder;
    }
    if (error) // if there is none, somebody else was faster: the next number
      cannotMake(folder.path, error);
  }
}

RunFolder RunFolder::newest(const std::filesystem::path &parent, const std::string &name) {
  const int number = highestNumber(parent, name);
  if (number == 0)
    throw Error("there is no run of '" + name + "' in '" + parent.string() + "'",
                "train first, or say where: --checkpoint <run folder or file>");
  return {parent / numbered(name, number)};
}

} // namespace flexrt
