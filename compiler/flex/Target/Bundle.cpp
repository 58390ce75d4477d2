#include "flex/Target/Bundle.h"

#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <dlfcn.h>
#include <map>

using namespace llvm;
using namespace flex;

namespace {

struct Needs {
  std::vector<std::string> names;   ///< DT_NEEDED
  std::vector<std::string> folders; ///< DT_RUNPATH or DT_RPATH, with $ORIGIN replaced
};

/// Names that start so belong to the implementation.
constexpr StringLiteral kSystem[] = {"ld-linux", "libc.so",      "libm.so",       "libdl.so",  "libpthread.so",
                                     "librt.so", "libgcc_s.so",  "libstdc++.so",  "libutil.so"};

bool isSystem(StringRef name) {
  return any_of(kSystem, [&](StringRef prefix) { return name.starts_with(prefix); });
}

} // namespace

static Expected<Needs> readNeeds(const std::string &library) {
  auto binary = object::ObjectFile::createObjectFile(library);
  if (!binary)
    return createStringError("cannot read '" + library + "': " + toString(binary.takeError()));
  auto *elf = dyn_cast<object::ELF64LEObjectFile>(binary->getBinary());
  if (!elf)
    return createStringError("'" + library + "' is no 64-bit shared library");
  Needs needs;
  auto entries = elf->getELFFile().dynamicEntries();
  if (!entries)
    return entries.takeError();
  uint64_t strings = 0;
  for (const auto &entry : *entries)
    if (entry.getTag() == ELF::DT_STRTAB)
      strings = entry.getPtr();
  auto text = [&](uint64_t offset) -> Expected<std::string> {
    auto address = elf->getELFFile().toMappedAddr(strings + offset);
    if (!address)
      return address.takeError();
    return reinterpret_cast<const char *>(*address);
  };
  for (const auto &entry : *entries) {
    bool isPath = entry.getTag() == ELF::DT_RUNPATH || entry.getTag() == ELF::DT_RPATH;
    if (entry.getTag() != ELF::DT_NEEDED && !isPath)
      continue;
    Expected<std::string> value = text(entry.getVal());
    if (!value)
      return value.takeError();
    if (!isPath) {
      needs.names.push_back(*value);
      continue;
    }
    SmallVector<StringRef> folders;
    StringRef(*value).split(folders, ':', -1, /*KeepEmpty=*/false);
    for (StringRef folder : folders) {
      std::string path = folder.str();
      if (size_t at = path.find("$ORIGIN"); at != std::string::npos)
        path.replace(at, strlen("$ORIGIN"), sys::path::parent_path(library).str());
      needs.folders.push_back(path);
    }
  }
  return needs;
}

/// The file that the dynamic linker would take for `name`: first the library's own folders, then the system's.
static std::string findLibrary(const std::string &name, ArrayRef<std::string> folders) {
  SmallVector<std::string> places(folders.begin(), folders.end());
  Dl_info info;
  if (dladdr(reinterpret_cast<void *>(&dladdr), &info)) { // where the C library is: on Debian lib/<architecture>
    places.push_back(sys::path::parent_path(info.dli_fname).str());
    places.push_back("/usr" + sys::path::parent_path(info.dli_fname).str());
  }
  places.append({"/lib", "/usr/lib", "/usr/local/lib", "/lib64", "/usr/lib64"});
  for (const std::string &place : places)
    if (std::string path = place + "/" + name; sys::fs::exists(path))
      return path;
  return "";
}

Expected<Bundle> flex::copyLibraries(const std::string &library, const std::string &folder) {
  if (std::error_code code = sys::fs::create_directories(folder))
    return createStringError(code, "cannot make the folder '" + folder + "'");
  Bundle bundle;
  std::map<std::string, std::string> known{{sys::path::filename(library).str(), library}};
  SmallVector<std::string> left{sys::path::filename(library).str()};
  while (!left.empty()) {
    std::string name = left.pop_back_val(), from = known[name], to = folder + "/" + name;
    if (std::error_code code = sys::fs::copy_file(from, to))
      return createStringError(code, "cannot copy '" + from + "' to '" + to + "'");
    bundle.libraries.push_back(to);
    Expected<Needs> needs = readNeeds(from);
    if (!needs)
      return needs.takeError();
    for (const std::string &next : needs->names) {
      if (isSystem(next) || known.count(next))
        continue;
      known[next] = findLibrary(next, needs->folders);
      if (known[next].empty())
        return createStringError("'" + name + "' needs '" + next + "', which is not to be found");
      left.push_back(next);
    }
  }
  return bundle;
}
