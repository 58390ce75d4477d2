// Loading of plugins. Everything that can be known from the file is checked before it is opened: opening runs its code.
#include "flex/Plugin/Plugin.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstring>

using namespace llvm;

namespace flex {

template <class... Parts> static Error refuse(const std::string &path, Parts &&...parts) {
  std::string text = "plugin '" + path + "': ";
  (text.append(parts), ...);
  return createStringError(inconvertibleErrorCode(), text);
}

static std::string version(uint32_t major, uint32_t minor, uint32_t patch) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

/// LLVM and MLIR libraries of another release among those that `file` needs: two in one process end in a crash.
static Error checkNeededLibraries(const std::string &path, const object::ELF64LEObjectFile &file) {
  const auto &elf = file.getELFFile();
  auto entries = elf.dynamicEntries();
  if (!entries)
    return entries.takeError();
  uint64_t strings = 0;
  for (const auto &entry : *entries)
    if (entry.getTag() == ELF::DT_STRTAB)
      strings = entry.getPtr();
  auto table = elf.toMappedAddr(strings);
  if (!table)
    return table.takeError();
  std::string ours = "." + std::to_string(LLVM_VERSION_MAJOR) + "." + std::to_string(LLVM_VERSION_MINOR);
  for (const auto &entry : *entries) {
    if (entry.getTag() != ELF::DT_NEEDED)
      continue;
    StringRef name(reinterpret_cast<const char *>(*table) + entry.getVal());
    bool isLlvm = name.starts_with("libLLVM") || name.starts_with("libMLIR");
    if (isLlvm && !name.ends_with(ours))
      return refuse(path, "needs '", name.str(), "', and this flexc is built with LLVM ",
                    version(LLVM_VERSION_MAJOR, LLVM_VERSION_MINOR, LLVM_VERSION_PATCH), "; rebuild the plugin");
  }
  return Error::success();
}

static Error checkNote(const std::string &path, const object::ELF64LEObjectFile &file) {
  for (const object::SectionRef &section : file.sections()) {
    auto name = section.getName();
    auto contents = section.getContents();
    if (!name || *name != ".note.flex" || !contents || contents->size() < sizeof(PluginNote))
      continue;
    PluginNote note;
    std::memcpy(&note, contents->data(), sizeof note);
    if (note.llvmMajor != LLVM_VERSION_MAJOR || note.llvmMinor != LLVM_VERSION_MINOR)
      return refuse(path, "was built with LLVM ", version(note.llvmMajor, note.llvmMinor, note.llvmPatch),
                    ", and this flexc with LLVM ",
                    version(LLVM_VERSION_MAJOR, LLVM_VERSION_MINOR, LLVM_VERSION_PATCH), "; rebuild the plugin");
    if (note.abi != FLEX_PLUGIN_ABI)
      return refuse(path, "has Flex plugin ABI ", std::to_string(note.abi), ", and this flexc has ",
                    std::to_string(FLEX_PLUGIN_ABI), "; rebuild the plugin");
    return Error::success();
  }
  return refuse(path, "is no Flex plugin: it has no note '.note.flex'; does its source have FLEX_PLUGIN(...)?");
}

/// The checks that need no code of the plugin to run.
static Error inspect(const std::string &path) {
  if (!sys::fs::exists(path))
    return refuse(path, "no such file");
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return refuse(path, "cannot be read: ", buffer.getError().message());
  auto object = object::ObjectFile::createELFObjectFile((*buffer)->getMemBufferRef());
  auto *elf = object ? dyn_cast<object::ELF64LEObjectFile>(object->get()) : nullptr;
  if (!elf || elf->getELFFile().getHeader().e_type != ELF::ET_DYN) {
    if (!object)
      consumeError(object.takeError());
    return refuse(path, "is no shared library of this platform");
  }
  if (Error error = checkNeededLibraries(path, *elf))
    return error;
  return checkNote(path, *elf);
}

Expected<LoadedPlugin> loadPlugin(const std::string &path) {
  if (Error error = inspect(path))
    return std::move(error);
  // dlopen searches its own path for a name without a slash.
  SmallString<256> absolute(path);
  sys::fs::make_absolute(absolute);
  std::string reason;
  auto library = sys::DynamicLibrary::getPermanentLibrary(absolute.c_str(), &reason);
  if (!library.isValid())
    return refuse(path, "cannot be opened: ", reason);
  auto getInfo = reinterpret_cast<PluginInfo (*)()>(library.getAddressOfSymbol("flexGetPluginInfo"));
  if (!getInfo)
    return refuse(path, "has no symbol 'flexGetPluginInfo'; does its source have FLEX_PLUGIN(...)?");
  if (library.getAddressOfSymbol("mlirGetPassPluginInfo")) {
    auto passes = mlir::PassPlugin::load(absolute.str().str());
    if (!passes)
      return passes.takeError();
    passes->registerPassRegistryCallbacks();
  }
  return LoadedPlugin{path, getInfo()};
}

} // namespace flex
