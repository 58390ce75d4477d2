// Paths of an installation, found from the address of this library's own file.
#include "flex/Driver/Installation.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace fs = std::filesystem;

namespace flex {

std::string installationPrefix() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&installationPrefix), &info) || !info.dli_fname)
    return ".";
  std::error_code error;
  fs::path library = fs::canonical(info.dli_fname, error);
  // lib/libFlexCompiler.so, or lib/<triple>/libFlexCompiler.so
  for (fs::path folder = library.parent_path(); folder.has_relative_path(); folder = folder.parent_path())
    if (fs::exists(folder / "share" / "flex", error))
      return folder.string();
  return library.parent_path().parent_path().string();
}

std::string standardLibraryFolder() { return installationPrefix() + "/share/flex/stdlib"; }
std::string modelsFolder() { return installationPrefix() + "/share/flex/models"; }
std::string runtimeFolder() {
  Dl_info info;
  dladdr(reinterpret_cast<void *>(&installationPrefix), &info);
  std::error_code error;
  return fs::canonical(info.dli_fname, error).parent_path().string();
}

std::string cacheFolder() {
  if (const char *chosen = std::getenv("FLEX_CACHE"))
    return chosen;
  llvm::SmallString<128> folder;
  if (!llvm::sys::path::cache_directory(folder))
    return "";
  llvm::sys::path::append(folder, "flex");
  return folder.str().str();
}

std::vector<std::string> modelNames() {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry &entry : fs::directory_iterator(modelsFolder(), error))
    if (fs::exists(entry.path() / (entry.path().filename().string() + ".flex")))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace flex
