// lld as a library. The only inputs besides the network are files of the installation and the C library that is loaded
// into this very process, so that neither a linker nor development packages are needed.
#include "flex/Target/Bundle.h"

#include "lld/Common/Driver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#include <deque>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/wait.h>
#include <unistd.h>

LLD_HAS_DRIVER(elf)

using namespace llvm;
using namespace flex;

/// Path of the dynamic linker that started this process.
static std::string dynamicLinker() {
  std::string path;
  dl_iterate_phdr(
      [](dl_phdr_info *info, size_t, void *to) {
        for (int i = 0; i < info->dlpi_phnum; ++i)
          if (info->dlpi_phdr[i].p_type == PT_INTERP)
            *static_cast<std::string *>(to) =
                reinterpret_cast<const char *>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        return 1; // the first object is the program itself
      },
      &path);
  return path;
}

/// Path of the C library of this process.
static std::string cLibrary() {
  Dl_info info;
  return dladdr(reinterpret_cast<void *>(&std::fputs), &info) ? info.dli_fname : "";
}

namespace {
/// A file that goes away with its owner, unless it was renamed.
struct TemporaryFile {
  SmallString<128> path;
  ~TemporaryFile() {
    if (!path.empty())
      sys::fs::remove(path);
  }
};
} // namespace

static Error cannotWrite(const Twine &path, std::error_code code) {
  return createStringError(code, "cannot write '" + path + "': " + code.message());
}

/// Makes a file beside `output`, with a name that starts alike and ends in `suffix`.
static Error writeTemporary(const std::string &output, StringRef suffix, StringRef bytes, TemporaryFile &file) {
  int descriptor;
  if (std::error_code code = sys::fs::createUniqueFile(output + "-%%%%%%" + suffix, descriptor, file.path))
    return cannotWrite(output, code);
  raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << bytes;
  stream.close();
  if (stream.has_error()) {
    std::error_code code = stream.error();
    stream.clear_error();
    return cannotWrite(file.path, code);
  }
  return Error::success();
}

/// What the linker does in a process of its own; its messages go to `messages`. Exits.
[[noreturn]] static void linkAndExit(ArrayRef<const char *> arguments, int messages) {
  int status;
  {
    raw_fd_ostream stream(messages, /*shouldClose=*/true);
    status = lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}}).retCode;
  }
  _exit(status);
}

/// lld keeps what it knows of an executable, and a second one in the same process would be linked with it: each link has a
/// process of its own. Threads of this process do not exist there, and lld is told to do without.
static Error runLinker(ArrayRef<std::string> arguments) {
  SmallVector<const char *> pointers{"ld.lld", "--threads=1"};
  for (const std::string &argument : arguments)
    pointers.push_back(argument.c_str());
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return createStringError(errnoAsErrorCode(), "cannot start the linker");
  pid_t process = fork();
  if (process == 0)
    linkAndExit(pointers, ends[1]);
  close(ends[1]);
  std::string messages;
  char part[4096];
  for (ssize_t count; process > 0 && (count = read(ends[0], part, sizeof part)) != 0;) {
    if (count > 0)
      messages.append(part, size_t(count));
    else if (errno != EINTR)
      break;
  }
  close(ends[0]);
  if (process < 0)
    return createStringError(errnoAsErrorCode(), "cannot start the linker");
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR)
    ;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return Error::success();
  if (WIFSIGNALED(status))
    messages += "the linker ended by signal " + std::to_string(WTERMSIG(status));
  return createStringError("linking failed: " + messages);
}

/// Takes names that were only for the parts of an object to find each other from what others see.
static Expected<std::string> localiseHidden(MemoryBufferRef bytes) {
  auto object = object::ObjectFile::createObjectFile(bytes);
  if (!object)
    return object.takeError();
  objcopy::ConfigManager config;
  config.ELF.LocalizeHidden = true;
  std::string result;
  raw_string_ostream stream(result);
  if (Error error = objcopy::executeObjcopyOnBinary(config, **object, stream))
    return std::move(error);
  return result;
}

Expected<std::string> flex::joinObjects(ArrayRef<std::string> objects) {
  SmallString<128> prefix;
  sys::path::system_temp_directory(/*ErasedOnReboot=*/true, prefix);
  sys::path::append(prefix, "flexc");
  std::string path = prefix.str().str();
  std::deque<TemporaryFile> files(objects.size());
  TemporaryFile joined;
  if (Error error = writeTemporary(path, ".o", "", joined))
    return std::move(error);
  SmallVector<std::string> arguments{"-r", "-o", joined.path.str().str()};
  for (auto [object, file] : zip(objects, files)) {
    if (Error error = writeTemporary(path, ".o", object, file))
      return std::move(error);
    arguments.push_back(file.path.str().str());
  }
  if (Error error = runLinker(arguments))
    return std::move(error);
  auto bytes = MemoryBuffer::getFile(joined.path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!bytes)
    return createStringError(bytes.getError(), "cannot read '" + joined.path.str() + "'");
  return localiseHidden((*bytes)->getMemBufferRef());
}

Error flex::linkExecutable(StringRef object, const LinkOptions &options) {
  std::string start = options.runtimeFolder + "/flexrt-start.o", runtime = options.runtimeFolder + "/libflexrt.so";
  for (const std::string &file : {start, runtime})
    if (!sys::fs::exists(file))
      return createStringError("'" + file + "' is missing: the runtime is not built or not installed");

  // The rename at the end would put the program in a device's place.
  sys::fs::file_status status;
  if (!sys::fs::status(options.output, status) && sys::fs::is_other(status))
    return createStringError("cannot write '" + options.output + "': it is a device or a pipe, not a file");

  TemporaryFile network, program;
  if (Error error = writeTemporary(options.output, ".o", object, network))
    return error;
  // lld writes the output anew; a name of its own keeps a program that is running, or an old one, until all is well.
  if (Error error = writeTemporary(options.output, "", "", program))
    return error;

  std::string rpath = options.runtimeFolder;
  SmallVector<std::string> libraries{runtime};
  if (options.bundle) {
    Expected<Bundle> bundle = copyLibraries(runtime, options.output + ".libs");
    if (!bundle)
      return bundle.takeError();
    libraries.assign(bundle->libraries.begin(), bundle->libraries.end());
    rpath = "$ORIGIN/" + sys::path::filename(options.output).str() + ".libs";
  }
  SmallVector<std::string> arguments{"-pie", "--eh-frame-hdr", "--hash-style=gnu", "-z", "relro", "-z", "now",
                                     "--gc-sections", "--dynamic-linker", dynamicLinker(), "--allow-shlib-undefined",
                                     "-rpath", rpath, "-o", program.path.str().str(), start, network.path.str().str()};
  // A bundled program names every library itself, for its own search path to hold for libraries' libraries as well.
  arguments.push_back(options.bundle ? "--no-as-needed" : "--as-needed");
  arguments.append(libraries.begin(), libraries.end());
  arguments.push_back(cLibrary());
  if (Error error = runLinker(arguments))
    return error;
  if (std::error_code code = sys::fs::rename(program.path, options.output))
    return cannotWrite(options.output, code);
  program.path.clear();
  return Error::success();
}
